import Notebook

/// Lists that are longer than what is fetched for them, or than anyone gets.
enum UnfetchedK: LintRule {
  static let name = "unfetched_k"
  static let summary =
    "A k beyond the candidates that recall writes from the same index, or beyond the depth of the lists it is merged of."

  static func findings(in plan: Plan) -> [LintFinding] {
    unwritten(in: plan) + plan.cells.indices.compactMap { unmerged(at: $0, in: plan) }
  }

  /// What eval cells measure and no recall cell writes.
  private static func unwritten(in plan: Plan) -> [LintFinding] {
    /// By the index, the longest lists that are written of it, and which cell writes them.
    var written: [Int: (k: Int, id: String)] = [:]
    for position in plan.cells(of: RecallStep.name) {
      guard let index = plan.source(of: IndexArtifact.kind, behind: position) else { continue }
      let k = SearchDepth.ofLists(plan.cells[position])
      if k >= written[index]?.k ?? 0 { written[index] = (k, plan.cells[position].id) }
    }
    return plan.cells(of: EvalStep.name).compactMap { position in
      let k = SearchDepth.ofLists(plan.cells[position])
      guard let index = plan.source(of: IndexArtifact.kind, behind: position),
        let deepest = written[index], deepest.k < k
      else { return nil }
      return LintFinding(
        cell: position,
        key: "k",
        "what is measured at \(k) is of longer lists than the \(deepest.k) candidates a user that "
          + "'\(deepest.id)' writes; set \(deepest.id).k to \(k), or measure up to \(deepest.k)"
      )
    }
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
