import Notebook
import Numerics

/// A correction for sampling that one half of the loss does not get.
enum OneSidedLogQ: LintRule {
  static let name = "one_sided_logq"
  static let summary = "logQ with the symmetric loss, which is corrected in one direction only."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: TrainStep.name).compactMap { position in
      let train = plan.cells[position]
      guard train.loss == .symmetricInBatchSoftmax, train["logq"].map({ $0 != .bool(false) }) == true else {
        return nil
      }
      return LintFinding(
        cell: position,
        key: "logq",
        "the symmetric loss is corrected from query to item only, not from item to query, so popular items are "
          + "held down by one half of it; set loss to \(Loss.inBatchSoftmax.rawValue), or leave logq off"
      )
    }
  }
}
