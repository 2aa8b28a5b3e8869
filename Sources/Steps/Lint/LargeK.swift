import Notebook
import Report

/// Lists that hold the whole catalogue.
enum LargeK: LintRule {
  static let name = "large_k"
  static let summary = "A k beyond the number of items there are."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells.indices.compactMap { position in
      let k = SearchDepth.ofLists(plan.cells[position])
      guard k > 0, plan.source(of: IndexArtifact.kind, behind: position) != nil,
        let items = KnownCounts(plan, behind: position).items, k > items
      else { return nil }
      return LintFinding(
        cell: position,
        key: "k",
        "there are \(NumberFormat.grouped(items)) items only, so a list of \(NumberFormat.grouped(k)) holds all of them "
          + "and chooses nothing; take a smaller k"
      )
    }
  }
}
