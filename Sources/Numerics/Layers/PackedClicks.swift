/// The known clicks of a batch's histories, row after row, newest first: what is looked up and multiplied at once.
///
/// Made before a pass by one thread; passes over different rows may then run at once.
final class PackedClicks {
  /// The items, `[count]`.
  let items = Storage<Int32>()
  /// How far each stands behind the newest click of its window, known or not, `[count]`.
  let positions = Storage<Int32>()
  /// Row `r` has the clicks `offsets[r]..<offsets[r + 1]`, `[rows + 1]`.
  let offsets = Storage<Int32>()
  /// How many there are.
  private(set) var count = 0
  private var firstRow = 0

  /// Packs the histories of `inputs`, the rows of a whole pass.
  func pack(_ inputs: RowInputs) {
    firstRow = inputs.firstRow
    offsets.reserve(inputs.count + 1)
    items.reserve(inputs.clickCount)
    positions.reserve(inputs.clickCount)
    count = 0
    offsets[0] = 0
    guard inputs.count > 0 else { return }
    let windows = inputs.windows
    for row in 0..<inputs.count {
      for place in (Int(windows.starts[row])..<Int(windows.ends[row])).reversed()
      where windows.clicks[place] != 0 {
        items[count] = windows.clicks[place]
        positions[count] = windows.ends[row] - 1 - Int32(place)
        count += 1
      }
      offsets[row + 1] = Int32(count)
    }
  }

  /// Where the rows of `inputs`, a part of what was packed, lie among all.
  func rows(_ inputs: RowInputs) -> Range<Int> {
    let first = inputs.firstRow - firstRow
    return first..<first + inputs.count
  }

  /// The clicks of `rows`.
  func clicks(_ rows: Range<Int>) -> Range<Int> {
    Int(offsets[rows.lowerBound])..<Int(offsets[rows.upperBound])
  }
}
