import Notebook
import Report

/// A warm-up that training does not outlive.
enum LongWarmup: LintRule {
  static let name = "long_warmup"
  static let summary = "More warm-up steps than training can have."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: TrainStep.name).compactMap { position in
      let train = plan.cells[position]
      guard let warmup = train["warmup_steps"]?.int, warmup > 0, let batch = train["batch_size"]?.int,
        let epochs = train["epochs"]?.int, let samples = KnownCounts(plan, behind: position).mostSamples
      else { return nil }
      let steps = (samples / batch + 1) * epochs
      guard warmup >= steps else { return nil }
      return LintFinding(
        cell: position,
        key: "warmup_steps",
        "training has \(NumberFormat.grouped(steps)) steps at most, so the learning rate rises to the end and is "
          + "never the one that is set; take a twentieth of the steps"
      )
    }
  }
}
