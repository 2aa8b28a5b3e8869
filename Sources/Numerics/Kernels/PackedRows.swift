/// Rows that lie side by side, sequence after sequence. Nothing is owned.
struct PackedRows {
  /// Sequence `s` has the rows `offsets[s] - offsets[0] ..< offsets[s + 1] - offsets[0]`, `[count + 1]`.
  var offsets: UnsafePointer<Int32>
  /// How many sequences there are.
  var count: Int

  /// Calls `body` with the rows of each sequence.
  func forEach(_ body: (Range<Int>) -> Void) {
    for sequence in 0..<count {
      body(Int(offsets[sequence] - offsets[0])..<Int(offsets[sequence + 1] - offsets[0]))
    }
  }
}
