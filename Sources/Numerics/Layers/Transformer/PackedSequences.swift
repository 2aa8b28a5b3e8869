/// The known clicks of a batch's histories as sequences, the oldest click first, for layers that give a vector for every
/// place of a sequence at once.
///
/// Rows whose windows begin at the same place and grow from row to row share one sequence: each row has a place in it,
/// that of its newest known click. A batch of training holds a user's targets one after another, so that their histories
/// are computed once and not once a target. Made before a pass by one thread.
final class PackedSequences {
  /// What some rows of a batch read.
  struct Part {
    /// The rows, counted from the first that was packed.
    var rows: Range<Int>
    /// The clicks of their sequences.
    var clicks: Range<Int>
    /// Where these begin and end.
    var sequences: PackedRows
  }

  /// The items, `[count]`.
  let items = Storage<Int32>()
  /// How many there are.
  private(set) var count = 0
  /// How many clicks the longest sequence has.
  private(set) var longest = 0
  private var firstRow = 0
  /// Where each sequence begins, and where the last one ends.
  private let offsets = Storage<Int32>()
  /// Of each row its sequence, and the click that is its newest known one, or -1.
  private let sequenceOf = Storage<Int32>()
  private let places = Storage<Int32>()

  /// Packs the histories of `inputs`, the rows of a whole pass.
  func pack(_ inputs: RowInputs) {
    (firstRow, count, longest) = (inputs.firstRow, 0, 0)
    for storage in [sequenceOf, places] { storage.reserve(inputs.count) }
    offsets.reserve(inputs.count + 1)
    items.reserve(inputs.clickCount)
    offsets[0] = 0
    guard inputs.count > 0 else { return }
    let windows = inputs.windows
    var sequences = 0
    for row in 0..<inputs.count {
      let isContinued = row > 0 && windows.continues(row)
      if !isContinued {
        offsets[sequences] = Int32(count)
        sequences += 1
      }
      for place in Int(isContinued ? windows.ends[row - 1] : windows.starts[row])..<Int(windows.ends[row])
      where windows.clicks[place] != 0 {
        items[count] = windows.clicks[place]
        count += 1
      }
      let length = count - Int(offsets[sequences - 1])
      longest = max(longest, length)
      sequenceOf[row] = Int32(sequences - 1)
      places[row] = length > 0 ? Int32(count - 1) : -1
    }
    offsets[sequences] = Int32(count)
  }

  /// What the rows of `inputs`, a part of what was packed, read.
  func part(_ inputs: RowInputs) -> Part {
    let first = inputs.firstRow - firstRow
    return part(first..<first + inputs.count)
  }

  /// `part` in pieces of some rows each, whose sequences have about `clicks` clicks, or one sequence that has more.
  func forEachPiece(of part: Part, clicks: Int, _ body: (Part) -> Void) {
    var start = part.rows.lowerBound
    while start < part.rows.upperBound {
      let begin = Int(offsets[Int(sequenceOf[start])])
      var end = start + 1
      while end < part.rows.upperBound, Int(offsets[Int(sequenceOf[end]) + 1]) - begin <= clicks { end += 1 }
      body(self.part(start..<end))
      start = end
    }
  }

  /// The place of row `row` among the clicks of `part`, or nil where the row has no known click.
  func place(of row: Int, in part: Part) -> Int? {
    let place = Int(places[row])
    return place < 0 ? nil : place - part.clicks.lowerBound
  }

  private func part(_ rows: Range<Int>) -> Part {
    guard !rows.isEmpty else {
      return Part(rows: rows, clicks: 0..<0, sequences: PackedRows(offsets: offsets.start, count: 0))
    }
    let (first, last) = (Int(sequenceOf[rows.lowerBound]), Int(sequenceOf[rows.upperBound - 1]))
    return Part(
      rows: rows,
      clicks: Int(offsets[first])..<Int(offsets[last + 1]),
      sequences: PackedRows(offsets: offsets.start + first, count: last + 1 - first)
    )
  }
}

extension HistoryPointers {
  /// Whether the window of row `row` is that of the row before it, grown by no, one or more clicks.
  func continues(_ row: Int) -> Bool { starts[row] == starts[row - 1] && ends[row] >= ends[row - 1] }
}
