import Clicks
import Notebook
import Report

/// A pool that the batch's own targets fill.
enum SmallPool: LintRule {
  static let name = "small_pool"
  static let summary = "A pool of candidates that is no larger than the batch."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: TrainStep.name).compactMap { position in
      let train = plan.cells[position]
      guard train.loss?.hasPool == true, let pool = train["pool_size"]?.int,
        let batch = train["batch_size"]?.int, pool <= batch
      else { return nil }
      return LintFinding(
        cell: position,
        key: "pool_size",
        "the targets of a batch of \(NumberFormat.grouped(batch)) fill the pool but for the repeated ones, so "
          + "hardly any item is drawn uniformly; set pool_size to \(NumberFormat.grouped(4 * batch)) or so, or "
          + "take a loss over the batch alone"
      )
    }
  }
}
