import Tables

/// A column as keys, one a row, and what they stand for.
struct ColumnKeys {
  /// What the key of an empty field is.
  static let missing = Int64.min

  private(set) var keys: [Int64]
  let names: [String]?

  /// The keys of ids: numbers, or places among names.
  init(ids values: ColumnValues) {
    (keys, names) = values.keys
    guard let empty = names?.firstIndex(of: "").map({ Int64($0) }) else { return }
    for row in keys.indices where keys[row] == empty { keys[row] = Self.missing }
  }

  /// The keys of times, which are the times themselves; nil where they are no whole numbers and no moments.
  init?(times values: ColumnValues) {
    names = nil
    switch values {
    case .integers(let values), .moments(let values, _): keys = values
    case .names(let codes, let texts):
      let times = texts.map { $0.isEmpty ? Self.missing : wholeNumber($0) }
      guard !times.contains(nil) else { return nil }
      keys = codes.map { times[Int($0)] ?? Self.missing }
    case .reals, .lists, .vectors: return nil
    }
  }

  func text(_ key: Int64) -> String { ClickLog.id(key, names) }

  /// The keys of some rows.
  mutating func keep(_ rows: [Int]) { keys = rows.map { keys[$0] } }
}

/// What the clicks of a log are: who has most of them, and what is not as one would have it.
package struct ClickSurvey: Sendable, Equatable {
  /// How many clicks users, or items, have.
  package struct Side: Sendable, Equatable {
    /// How many there are.
    package var count: Int
    /// The fewest clicks that one has.
    package var least: Int
    /// The median; the mean of the middle two where their number is even.
    package var median: Double
    /// The most clicks that one has.
    package var greatest: Int
    /// Those with most clicks, the lowest id first among equals, five at most.
    package var most: [ColumnProfile.Frequency]
  }

  /// Users and how many clicks they have.
  package let users: Side
  /// Items, likewise.
  package let items: Side
  /// How many rows are left out here, since their user, item or time is empty.
  package let incompleteRows: Int
  /// Clicks on an item that the same user clicked in a row before.
  package let repeatedPairs: Int
  /// Clicks that have the user and the time of another; nil without times.
  package let tiedClicks: Int?
  /// Whether rows are in the order of time; nil without times.
  package let isInOrder: Bool?

  /// Nil where no row has a user, an item and, where there are times, a time.
  init?(users: ColumnKeys, items: ColumnKeys, times: ColumnKeys?) {
    var (users, items, times) = (users, items, times)
    let all = [users, items] + (times.map { [$0] } ?? [])
    let complete = users.keys.indices.filter { row in all.allSatisfy { $0.keys[row] != ColumnKeys.missing } }
    guard !complete.isEmpty else { return nil }
    incompleteRows = users.keys.count - complete.count
    if incompleteRows > 0 {
      users.keep(complete)
      items.keep(complete)
      times?.keep(complete)
    }
    self.users = Self.side(users)
    self.items = Self.side(items)
    repeatedPairs = Self.runs(users.keys, items.keys).reduce(0) { $0 + $1 - 1 }
    tiedClicks = times.map { Self.runs(users.keys, $0.keys).reduce(0) { $0 + ($1 > 1 ? $1 : 0) } }
    isInOrder = times.map { zip($0.keys, $0.keys.dropFirst()).allSatisfy { $0 <= $1 } }
  }

  private static func side(_ column: ColumnKeys) -> Side {
    let vocabulary = Vocabulary(keysOf: column.keys)
    var counts = [Int](repeating: 0, count: vocabulary.size)
    for key in column.keys { counts[Int(vocabulary.code(of: key))] += 1 }
    let ascending = counts.dropFirst().sorted()
    let middle = ascending.count / 2
    let median =
      ascending.count % 2 == 1
      ? Double(ascending[middle]) : Double(ascending[middle - 1] + ascending[middle]) / 2
    let order = (1..<vocabulary.size).sorted { counts[$0] == counts[$1] ? $0 < $1 : counts[$0] > counts[$1] }
    return Side(
      count: vocabulary.keys.count,
      least: ascending.first ?? 0,
      median: median,
      greatest: ascending.last ?? 0,
      most: order.prefix(5).map {
        ColumnProfile.Frequency(value: column.text(vocabulary.keys[$0 - 1]), count: counts[$0])
      }
    )
  }

  /// How many rows have each pair that stands in two columns.
  private static func runs(_ first: [Int64], _ second: [Int64]) -> [Int] {
    var pairs = zip(first, second).map { Pair(first: $0, second: $1) }
    pairs.sort()
    var runs: [Int] = []
    var start = 0
    for place in pairs.indices where place + 1 == pairs.count || pairs[place + 1] != pairs[place] {
      runs.append(place + 1 - start)
      start = place + 1
    }
    return runs
  }

  private struct Pair: Comparable {
    var first: Int64
    var second: Int64

    static func < (a: Self, b: Self) -> Bool { a.first == b.first ? a.second < b.second : a.first < b.first }
  }
}
