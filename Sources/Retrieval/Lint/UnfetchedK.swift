import Notebook

/// A measure of longer lists than anyone gets.
enum UnfetchedK: LintRule {
  static let name = "unfetched_k"
  static let summary = "An eval cell whose k is beyond the candidates that recall writes from the same index."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: EvalStep.name).compactMap { position in
      guard let index = plan.source(of: IndexArtifact.kind, behind: position) else { return nil }
      let recalls = plan.readers(of: index).map { plan.cells[$0] }
        .filter { $0.cell.header.step == RecallStep.name }
      let deepest = recalls.max { SearchDepth.of($0) < SearchDepth.of($1) }
      let k = SearchDepth.of(plan.cells[position])
      guard let deepest, SearchDepth.of(deepest) < k else { return nil }
      let fetched = SearchDepth.of(deepest)
      return LintFinding(
        cell: position,
        key: "k",
        "what is measured at \(k) is of longer lists than the \(fetched) candidates a user that "
          + "'\(deepest.id)' writes; set \(deepest.id).k to \(k), or measure up to \(fetched)"
      )
    }
  }
}
