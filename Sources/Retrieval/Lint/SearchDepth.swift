import Notebook

/// How many items a user a cell asks an index for.
enum SearchDepth {
  /// The largest `k` of a cell; 0 where it has none.
  static func of(_ cell: PlannedCell) -> Int {
    guard let k = cell["k"] else { return 0 }
    return ([k] + k.items).compactMap(\.int).max() ?? 0
  }

  /// The cell that asks the index at `position` for most, and for how many; nil where nobody asks.
  static func deepest(of position: Int, in plan: Plan) -> (cell: PlannedCell, k: Int)? {
    let readers = plan.readers(of: position).map { (cell: plan.cells[$0], k: of(plan.cells[$0])) }
    return readers.filter { $0.k > 0 }.max { $0.k < $1.k }
  }
}
