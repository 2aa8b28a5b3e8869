/// Click histories that are pooled with a weight for each position. Nothing is owned.
struct PositionPool {
  /// The embedding table.
  var table: UnsafePointer<Float>
  /// Which clicks.
  var windows: HistoryPointers
  /// The weight of the newest click, of the one before it, and so on; as many as the longest window.
  var weights: UnsafePointer<Float>
  /// How embeddings are brought to length one before they are pooled.
  var unit: UnitLength

  /// Calls `body` with the position (0 is the newest) and the item of each known click of row `row`.
  func forEachKnown(_ row: Int, _ body: (_ position: Int, _ item: Int) -> Void) {
    let (start, end) = (Int(windows.starts[row]), Int(windows.ends[row]))
    for position in 0..<max(0, end - start) {
      let item = windows.clicks[end - 1 - position]
      if item != 0 { body(position, Int(item)) }
    }
  }
}
