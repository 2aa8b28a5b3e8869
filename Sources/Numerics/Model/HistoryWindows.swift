/// Click histories as windows into one flat array of item numbers, so that nothing `[rows, length]` is stored.
///
/// Row `r` has the clicks `clicks[starts[r]..<ends[r]]`, oldest first. Number 0 is padding and counts for nothing.
package struct HistoryWindows: Sendable, Equatable {
  /// All clicks, item numbers.
  package var clicks: [Int32]
  /// Where each row's window begins.
  package var starts: [Int32]
  /// Where each row's window ends (the first click behind it).
  package var ends: [Int32]

  /// Makes the windows `clicks[starts[r]..<ends[r]]`.
  package init(clicks: [Int32], starts: [Int32], ends: [Int32]) {
    self.clicks = clicks
    self.starts = starts
    self.ends = ends
  }

  /// Makes windows from rows of `length` numbers, padded with 0 (on the left, as the notebook does, or anywhere).
  package init(padded: [Int32], length: Int) {
    let rows = length > 0 ? padded.count / length : 0
    self.init(
      clicks: padded,
      starts: (0..<rows).map { Int32($0 * length) },
      ends: (0..<rows).map { Int32(($0 + 1) * length) }
    )
  }

  /// The number of rows.
  package var count: Int { starts.count }

  /// Checks that all windows lie within the clicks, and the clicks within the vocabulary.
  /// - Throws: `ModelError.input`.
  func validate(vocabulary: Int) throws {
    guard ends.count == starts.count else {
      throw ModelError.input("histories have \(starts.count) starts and \(ends.count) ends")
    }
    for (row, (start, end)) in zip(starts, ends).enumerated()
    where start < 0 || end < start || Int(end) > clicks.count {
      throw ModelError.input("history \(row) is \(start)..<\(end) of \(clicks.count) clicks")
    }
    try validateIDs(clicks, below: vocabulary, "history item")
  }
}

/// Checks that all of `ids` lie in `0..<vocabulary`.
/// - Throws: `ModelError.input`.
func validateIDs(_ ids: [Int32], below vocabulary: Int, _ what: String) throws {
  let isBad = { (id: Int32) in id < 0 || Int(id) >= vocabulary }
  guard let place = ids.firstIndex(where: isBad) else { return }
  throw ModelError.input("\(what) number \(ids[place]) in row \(place) is outside of 0..<\(vocabulary)")
}
