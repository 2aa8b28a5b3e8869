import Notebook

/// How many items a user a cell asks for.
enum SearchDepth {
  /// The length of the lists it gives: the largest `k` of the cell; 0 where it has none.
  static func ofLists(_ cell: PlannedCell) -> Int {
    guard let k = cell["k"] else { return 0 }
    return ([k] + k.items).compactMap(\.int).max() ?? 0
  }

  /// How deep it searches an index: what it merges with other lists may be longer or shorter than its own.
  static func ofSearch(_ cell: PlannedCell) -> Int {
    guard let merged = cell["fuse.depth"]?.int else { return ofLists(cell) }
    // What is evaluated is the model's list too, beside the merged one.
    return cell.cell.header.step == EvalStep.name ? max(merged, ofLists(cell)) : merged
  }

  /// The cell that asks the index at `position` for most, and for how many; nil where nobody asks.
  static func deepest(of position: Int, in plan: Plan) -> (cell: PlannedCell, k: Int)? {
    let readers = plan.readers(of: position).map { (cell: plan.cells[$0], k: ofSearch(plan.cells[$0])) }
    return readers.filter { $0.k > 0 }.max { $0.k < $1.k }
  }
}
