import Notebook
import Report

/// An embedding of each user that nearly nothing can teach.
enum SparseUserIDs: LintRule {
  static let name = "sparse_user_ids"
  static let summary = "A user-id embedding with two samples a user or fewer."

  /// Samples a user up to which an embedding of the user is warned of.
  private static let fewest = 2.0

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: ModelStep.name).compactMap { position in
      guard plan.cells[position]["user_id"]?.bool == true,
        let samples = KnownCounts(plan, behind: position).samplesPerUser, samples <= fewest
      else { return nil }
      let count = NumberFormat.significant(samples, digits: 2) + (samples == 1 ? " sample" : " samples")
      return LintFinding(
        cell: position,
        key: "user_id",
        "an embedding of the user learns from \(count) on average, at most: too few to say anything of the user that "
          + "the history does not; set user_id to false"
      )
    }
  }
}
