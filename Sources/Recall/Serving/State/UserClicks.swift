/// What came of one user: the newest clicks, as many as a model reads, and of all of them which items they were on.
struct UserClicks: Sendable {
  /// A click; its item is numbered in the order in which items were first clicked.
  struct Click: Sendable, Equatable {
    var item: Int32
    var time: Int64
    var contexts: [String: String]
  }

  /// The newest clicks, the oldest of them first; of one moment in the order in which they came.
  private(set) var newest: [Click] = []
  /// The distinct items of all clicks, ascending.
  private(set) var items: [Int32] = []

  /// Takes a click; of each user at most `kept` are held. One on the same item at the same moment is the same click.
  /// - Returns: whether it is none that is held already.
  @discardableResult
  mutating func take(_ click: Click, kept: Int) -> Bool {
    insert(click.item)
    var place = newest.count
    while place > 0, newest[place - 1].time > click.time { place -= 1 }
    var same = place
    while same > 0, newest[same - 1].time == click.time {
      same -= 1
      if newest[same].item == click.item { return false }
    }
    guard place > 0 || newest.count < kept else { return true }
    newest.insert(click, at: place)
    if newest.count > kept { newest.removeFirst() }
    return true
  }

  private mutating func insert(_ item: Int32) {
    var (low, high) = (0, items.count)
    while low < high {
      let middle = (low + high) / 2
      if items[middle] < item { low = middle + 1 } else { high = middle }
    }
    if low == items.count || items[low] != item { items.insert(item, at: low) }
  }
}
