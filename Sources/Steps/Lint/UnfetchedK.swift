import Notebook

/// Lists that are longer than what is fetched for them, or than anyone gets.
enum UnfetchedK: LintRule {
  static let name = "unfetched_k"
  static let summary =
    "A k beyond the candidates that recall writes from the same index, or beyond the depth of the lists it is merged of."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: EvalStep.name).compactMap { unwritten(at: $0, in: plan) }
      + plan.cells.indices.compactMap { unmerged(at: $0, in: plan) }
  }

  /// What an eval cell measures and no recall cell writes.
  private static func unwritten(at position: Int, in plan: Plan) -> LintFinding? {
    guard let index = plan.source(of: IndexArtifact.kind, behind: position) else { return nil }
    let recalls = plan.readers(of: index).map { plan.cells[$0] }
      .filter { $0.cell.header.step == RecallStep.name }
    let k = SearchDepth.ofLists(plan.cells[position])
    guard let deepest = recalls.max(by: { SearchDepth.ofLists($0) < SearchDepth.ofLists($1) }),
      SearchDepth.ofLists(deepest) < k
    else { return nil }
    let written = SearchDepth.ofLists(deepest)
    return LintFinding(
      cell: position,
      key: "k",
      "what is measured at \(k) is of longer lists than the \(written) candidates a user that "
        + "'\(deepest.id)' writes; set \(deepest.id).k to \(k), or measure up to \(written)"
    )
  }

  /// A merged list beyond the depth of what it is merged of.
  private static func unmerged(at position: Int, in plan: Plan) -> LintFinding? {
    let k = SearchDepth.ofLists(plan.cells[position])
    guard let depth = plan.cells[position]["fuse.depth"]?.int, depth < k else { return nil }
    return LintFinding(
      cell: position,
      key: "fuse.depth",
      "lists of \(k) are merged of \(depth) items from each source: what stands behind them may not even be what the "
        + "sources agree on next; set fuse.depth to \(k) or more"
    )
  }
}
