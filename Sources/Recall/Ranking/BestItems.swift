/// The best of many scored items: the highest scores, ties by the lower code. The order in which they are offered
/// does not matter.
struct BestItems {
  /// An item, as a code of some vocabulary, and its score.
  struct Entry: Equatable {
    var code: Int32
    var score: Float

    /// Whether it stands before `other`.
    @inline(__always)
    func isBefore(_ other: Entry) -> Bool {
      score > other.score || (score == other.score && code < other.code)
    }
  }

  /// How many are kept, 0 or more.
  let capacity: Int
  /// A binary heap with the worst entry on top.
  private var heap: [Entry] = []

  /// Keeps the best `capacity`.
  init(_ capacity: Int) {
    precondition(capacity >= 0, "a list has no negative length")
    self.capacity = capacity
  }

  /// How many are kept now.
  var count: Int { heap.count }

  /// Takes an item if it is among the best so far.
  @inline(__always)
  mutating func offer(_ code: Int32, _ score: Float) {
    let entry = Entry(code: code, score: score)
    if heap.count < capacity {
      heap.append(entry)
      rise(from: heap.count - 1)
    } else if let worst = heap.first, entry.isBefore(worst) {
      heap[0] = entry
      sink()
    }
  }

  /// The kept entries, best first; none are kept afterwards.
  mutating func drain() -> [Entry] {
    let sorted = heap.sorted { $0.isBefore($1) }
    heap.removeAll(keepingCapacity: true)
    return sorted
  }

  private mutating func rise(from start: Int) {
    var place = start
    while place > 0 {
      let parent = (place - 1) / 2
      guard heap[parent].isBefore(heap[place]) else { return }
      heap.swapAt(parent, place)
      place = parent
    }
  }

  private mutating func sink() {
    var place = 0
    while true {
      var worst = place
      for child in (2 * place + 1)...(2 * place + 2) where child < heap.count {
        if heap[worst].isBefore(heap[child]) { worst = child }
      }
      guard worst != place else { return }
      heap.swapAt(place, worst)
      place = worst
    }
  }
}
