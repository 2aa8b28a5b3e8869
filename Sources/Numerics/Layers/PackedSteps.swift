/// The known clicks of a batch's histories in the order in which a recurrent layer reads them.
///
/// Rows are taken in blocks, as they go through a tower. Within a block they are sorted by their number of known
/// clicks, the longest first, and their clicks lie step after step, the oldest of every row before the second of any:
/// the rows that still have a click in a step are the first ones, and a step is one product over them. Made before a
/// pass by one thread; passes over different blocks may then run at once.
final class PackedSteps {
  /// The items, `[count]`.
  let items = Storage<Int32>()
  /// How many there are.
  private(set) var count = 0
  private var firstRow = 0
  private var rows = 0
  private let blockRows: Int
  /// The first click of each block, and the end of the last.
  private let blockClicks = Storage<Int32>()
  private let order = Storage<Int32>()
  private let lengths = Storage<Int32>()
  private let cursors = Storage<Int32>()
  private let tally = Storage<Int32>()

  /// Packs blocks of `blockRows` rows.
  init(blockRows: Int) { self.blockRows = blockRows }

  /// Packs the histories of `inputs`, the rows of a whole pass.
  func pack(_ inputs: RowInputs) {
    (firstRow, rows, count) = (inputs.firstRow, inputs.count, 0)
    for storage in [order, lengths, cursors] { storage.reserve(rows) }
    items.reserve(inputs.clickCount)
    blockClicks.reserve(rows / blockRows + 2)
    blockClicks[0] = 0
    for first in stride(from: 0, to: rows, by: blockRows) {
      let block = first..<min(first + blockRows, rows)
      sort(block, inputs.windows)
      layOut(block, inputs.windows)
      blockClicks[first / blockRows + 1] = Int32(count)
    }
  }

  /// The block of `inputs`, a part of what was packed.
  func block(_ inputs: RowInputs) -> StepBlock {
    let first = inputs.firstRow - firstRow
    precondition(
      first % blockRows == 0 && inputs.count == min(blockRows, rows - first),
      "a pass goes block by block"
    )
    let index = first / blockRows
    return StepBlock(
      rows: first..<first + inputs.count,
      clicks: Int(blockClicks[index])..<Int(blockClicks[index + 1]),
      order: UnsafePointer(order.start + first),
      lengths: UnsafePointer(lengths.start + first)
    )
  }

  /// Sorts the rows of a block by their number of known clicks, equal ones in the order of the batch.
  private func sort(_ block: Range<Int>, _ windows: HistoryPointers) {
    var longest = 0
    for row in block {
      var known = 0
      for place in Int(windows.starts[row])..<Int(windows.ends[row]) where windows.clicks[place] != 0 {
        known += 1
      }
      cursors[row] = Int32(known)
      longest = max(longest, known)
    }
    tally.reserve(longest + 2)
    tally.start.update(repeating: 0, count: longest + 2)
    for row in block { tally[Int(cursors[row])] += 1 }
    // tally[n] becomes the place of the first row with n clicks.
    var place = Int32(block.lowerBound)
    for known in (0...longest).reversed() {
      let rows = tally[known]
      tally[known] = place
      place += rows
    }
    for row in block {
      let known = Int(cursors[row])
      order[Int(tally[known])] = Int32(row - block.lowerBound)
      lengths[Int(tally[known])] = Int32(known)
      tally[known] += 1
    }
  }

  private func layOut(_ block: Range<Int>, _ windows: HistoryPointers) {
    for place in block { cursors[place] = windows.starts[block.lowerBound + Int(order[place])] }
    for step in 0..<Int(lengths[block.lowerBound]) {
      for place in block {
        guard Int(lengths[place]) > step else { break }
        var click = Int(cursors[place])
        while windows.clicks[click] == 0 { click += 1 }
        items[count] = windows.clicks[click]
        cursors[place] = Int32(click + 1)
        count += 1
      }
    }
  }
}
