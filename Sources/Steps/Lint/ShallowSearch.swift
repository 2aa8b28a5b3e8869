import Notebook
import Report

/// An approximate search that looks at too little for what is asked of it.
enum ShallowSearch: LintRule {
  static let name = "shallow_search"
  static let summary =
    "An ef_search, an nprobe or an at that is small for the k of the cells that read the index."

  /// The fewest items a cell of an IVF index has when it is trained: what FAISS asks for without a complaint.
  ///
  /// Source: `min_points_per_centroid` in FAISS's `ClusteringParameters`.
  private static let itemsPerCell = 39

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: IndexStep.name).compactMap { position in
      guard let deepest = SearchDepth.deepest(of: position, in: plan) else { return nil }
      if plan.cells[position]["type"]?.string == IndexChoiceSettings.type {
        return promise(position, plan, deepest.cell.id, deepest.k)
      }
      let parts = (plan.cells[position]["type"]?.string ?? "").split(separator: ",")
      if let cells = parts.lazy.compactMap(cells).first {
        return probes(position, plan, of: cells, deepest.cell.id, deepest.k)
      }
      return parts.contains { $0.hasPrefix("HNSW") } ? walk(position, plan, deepest.cell.id, deepest.k) : nil
    }
  }

  /// A recall that is held for shorter lists than are asked for.
  private static func promise(_ position: Int, _ plan: Plan, _ reader: String, _ k: Int) -> LintFinding? {
    guard let held = plan.cells[position]["at"]?.int, held < k else { return nil }
    return LintFinding(
      cell: position,
      key: "at",
      "the index is chosen to hold its recall in lists of \(held), and '\(reader)' asks for \(k): it holds less there; set "
        + "at to \(k)"
    )
  }

  /// 4096 for `IVF4096` and `IVF4096_HNSW32`.
  private static func cells(in part: Substring) -> Int? {
    part.hasPrefix("IVF") ? Int(part.dropFirst(3).prefix { $0.isASCII && $0.isNumber }) : nil
  }

  private static func walk(_ position: Int, _ plan: Plan, _ reader: String, _ k: Int) -> LintFinding? {
    guard let kept = plan.cells[position]["ef_search"]?.int, kept < k else { return nil }
    return LintFinding(
      cell: position,
      key: "ef_search",
      "a query keeps \(kept) candidates as it walks the graph, and '\(reader)' asks for \(k): the search raises it to "
        + "\(k), and finds fewer of the best than it could; set ef_search to \(2 * k) or more"
    )
  }

  /// The items in the cells looked into should be some times as many as are asked for: the nearest ones of a query
  /// lie spread over neighbouring cells.
  private static func probes(
    _ position: Int,
    _ plan: Plan,
    of cells: Int,
    _ reader: String,
    _ k: Int
  ) -> LintFinding? {
    guard let probes = plan.cells[position]["nprobe"]?.int, probes < cells else { return nil }
    let known = KnownCounts(plan, behind: position).items.map { max(1, $0 / cells) }
    let items = known ?? itemsPerCell
    guard probes * items < 2 * k else { return nil }
    let wanted = NumberFormat.grouped(min(cells, (4 * k + items - 1) / items))
    let size =
      known == nil ? "of \(items) items, if it is as fine as FAISS trains it," : "of about \(items) items"
    return LintFinding(
      cell: position,
      key: "nprobe",
      "a query looks into \(NumberFormat.grouped(probes)) of \(NumberFormat.grouped(cells)) cells \(size) and "
        + "'\(reader)' asks for \(k): too few to choose from; set nprobe to \(wanted) or more"
    )
  }
}
