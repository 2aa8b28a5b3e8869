/// The click histories of a block of rows: windows into one flat array of item numbers.
///
/// Number 0 is padding and unknown: it counts for nothing. The pointers are not owned.
struct HistoryPointers {
  /// All clicks of all users, item numbers.
  let clicks: UnsafePointer<Int32>
  /// Where each row's window begins, `[rows]`.
  let starts: UnsafePointer<Int32>
  /// Where each row's window ends (the first click behind it), `[rows]`.
  let ends: UnsafePointer<Int32>

  /// Makes the windows `clicks[starts[r]..<ends[r]]`.
  init(clicks: UnsafePointer<Int32>, starts: UnsafePointer<Int32>, ends: UnsafePointer<Int32>) {
    self.clicks = clicks
    self.starts = starts
    self.ends = ends
  }

  /// The windows from row `row` on.
  func advanced(by row: Int) -> HistoryPointers {
    HistoryPointers(clicks: clicks, starts: starts + row, ends: ends + row)
  }
}
