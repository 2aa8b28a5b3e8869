import Glibc
import Notebook
import Report

/// Cosine similarities that are hardly divided: the softmax cannot become sharp.
enum HighTemperature: LintRule {
  static let name = "high_temperature"
  static let summary = "A fixed temperature of 0.5 or more with cosine similarity."

  private static let limit = 0.5

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: ModelStep.name).compactMap { position in
      let model = plan.cells[position]
      guard model["similarity"]?.string == "cosine", model["learn_temperature"]?.bool == false,
        let temperature = model["temperature"]?.real, temperature >= limit
      else { return nil }
      let logit = NumberFormat.significant(1 / temperature, digits: 2)
      var message = "cosines divided by a temperature of \(NumberFormat.significant(temperature, digits: 3)) "
      message += "stay within ±\(logit), too close together for a softmax to tell the target from the others"
      if let candidates = candidates(of: position, in: plan) {
        let least = NumberFormat.fixed(leastLoss(candidates, temperature), digits: 2)
        let chance = NumberFormat.fixed(log(Double(candidates)), digits: 2)
        message +=
          ": among \(NumberFormat.grouped(candidates)) candidates no model has a loss below \(least), "
        message += "where guessing has \(chance)"
      }
      return LintFinding(cell: position, key: "temperature", message + "; try 0.05 to 0.1")
    }
  }

  /// The candidates of a training step of the model, or nil where it is not trained.
  private static func candidates(of model: Int, in plan: Plan) -> Int? {
    let train = plan.readers(of: model).map { plan.cells[$0] }.first { $0.cell.header.step == TrainStep.name }
    return train?["loss"]?.string == "sampled_softmax" ? train?["pool_size"]?.int : train?["batch_size"]?.int
  }

  /// The loss where the target has cosine 1 and all others have -1: `ln(1 + (n - 1) exp(-2 / T))`.
  static func leastLoss(_ candidates: Int, _ temperature: Double) -> Double {
    log1p(Double(candidates - 1) * exp(-2 / temperature))
  }
}
