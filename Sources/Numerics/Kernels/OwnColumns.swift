/// Candidates that some queries alone see, behind those that all see: what each was shown and did not click.
///
/// Nothing is owned.
struct OwnColumns {
  /// How many candidates all queries see; they come first.
  var shared: Int
  /// Of the others query `r` sees `places[offsets[r]..<offsets[r + 1]]` alone, `[queries + 1]`.
  var offsets: UnsafePointer<Int32>
  /// Columns from `shared` on, ascending and distinct for each query.
  var places: UnsafePointer<Int32>

  /// The columns of query `row`.
  func places(of row: Int) -> UnsafeBufferPointer<Int32> {
    UnsafeBufferPointer(start: places + Int(offsets[row]), count: Int(offsets[row + 1] - offsets[row]))
  }
}
