/// The ranks, from 1, at which a list has one of the relevant items for the first time.
struct HitRanks {
  /// Ascending.
  private(set) var ranks: [Int] = []
  /// How many distinct items are relevant.
  private(set) var relevant: Int

  /// Looks for `heldOut`, which may hold an item more than once, in `list`.
  init(_ list: ArraySlice<Int64>, _ heldOut: ArraySlice<Int64>) {
    if heldOut.count == 1, let target = heldOut.first {
      // One held-out item, as in the notebook's split: no set to build.
      relevant = 1
      if let place = list.firstIndex(of: target) { ranks.append(place - list.startIndex + 1) }
      return
    }
    var open = Set(heldOut)
    relevant = open.count
    for (place, item) in list.enumerated() where open.remove(item) != nil { ranks.append(place + 1) }
  }
}
