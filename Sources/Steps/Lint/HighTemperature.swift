import Glibc
import Notebook
import Report

/// Cosine similarities that are hardly divided: the softmax cannot become sharp.
enum HighTemperature: LintRule {
  static let name = "high_temperature"
  static let summary =
    "A fixed temperature of 0.5 or more with cosine similarity; above 0.5 for losses in pairs."

  private static let limit = 0.5

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: ModelStep.name).compactMap { position in
      let model = plan.cells[position]
      guard model["similarity"]?.string == "cosine", model["learn_temperature"]?.bool == false,
        let temperature = model["temperature"]?.real, temperature >= limit
      else { return nil }
      let train = plan.readers(of: position).map { plan.cells[$0] }
        .first { $0.cell.header.step == TrainStep.name }
      let form = train?.loss?.form ?? .softmax
      guard let usual = form.usualTemperatures, !usual.contains(temperature) else { return nil }
      let logit = NumberFormat.significant(1 / temperature, digits: 2)
      var message = "cosines divided by a temperature of \(NumberFormat.significant(temperature, digits: 3)) "
      message += "stay within ±\(logit), too close together to tell the target from the others"
      if let train, form == .softmax { message += leastLoss(of: train, temperature) }
      message += "; try \(usual.lowerBound) to \(usual.upperBound)"
      return LintFinding(cell: position, key: "temperature", message)
    }
  }

  /// What no model can get below, in words; nothing where the candidates cannot be counted.
  private static func leastLoss(of train: PlannedCell, _ temperature: Double) -> String {
    let isPooled = train.loss?.hasPool == true
    guard let candidates = train[isPooled ? "pool_size" : "batch_size"]?.int else { return "" }
    let least = NumberFormat.fixed(leastLoss(candidates, temperature), digits: 2)
    let chance = NumberFormat.fixed(log(Double(candidates)), digits: 2)
    return
      ": among \(NumberFormat.grouped(candidates)) candidates no model has a loss below \(least), where guessing "
      + "has \(chance)"
  }

  /// The softmax loss where the target has cosine 1 and all others have -1: `ln(1 + (n - 1) exp(-2 / T))`.
  private static func leastLoss(_ candidates: Int, _ temperature: Double) -> Double {
    log1p(Double(candidates - 1) * exp(-2 / temperature))
  }
}
