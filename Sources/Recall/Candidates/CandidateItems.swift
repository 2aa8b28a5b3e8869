import Clicks
import Files
import Memory

/// Which of some items requests may be given, and at which times.
package struct CandidateItems: Sendable, Equatable {
  /// The items, `[items]`: those of an index, row by row.
  package let ids: [Int64]
  /// When each may be given, `[items]`.
  package let moments: [MomentSet]
  /// Whether that hangs on the time of the request for any of them.
  package let isTimed: Bool
  /// How many may be given at every moment.
  private let alwaysCount: Int
  /// Where the ranges of the others begin, ascending, and where they end, ascending.
  private let starts: [Int64]
  private let ends: [Int64]

  /// Puts both together; there is one set of moments an item.
  package init(ids: [Int64], moments: [MomentSet]) {
    precondition(ids.count == moments.count, "one set of moments an item")
    self.ids = ids
    self.moments = moments
    alwaysCount = moments.count { $0 == .always }
    let ranges = moments.filter { $0 != .always }.flatMap(\.ranges)
    isTimed = !ranges.isEmpty
    starts = ranges.map(\.lowerBound).sorted()
    ends = ranges.map(\.upperBound).sorted()
  }

  /// Whether the item at place `row` may be given at `moment`; where there is none, whether it always may.
  @inline(__always)
  package func allows(_ row: Int, at moment: Int64?) -> Bool { moments[row].contains(moment) }

  /// How many items a request at `moment` may be given.
  package func count(at moment: Int64?) -> Int {
    guard isTimed, let moment else { return alwaysCount }
    // A moment is in as many ranges as begin up to it and have not ended before it; those of one item lie apart.
    return alwaysCount + Self.count(starts) { $0 <= moment } - Self.count(ends) { $0 < moment }
  }

  /// How many of ascending values come first that are such.
  private static func count(_ values: [Int64], where isSuch: (Int64) -> Bool) -> Int {
    var (low, high) = (0, values.count)
    while low < high {
      let middle = (low + high) / 2
      if isSuch(values[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// The items that any request may be given.
  package var possible: Vocabulary {
    Vocabulary(keysOf: zip(ids, moments).filter { $0.1 != .never }.map(\.0))
  }

  /// The same, and of them those that are `kept`.
  package func keeping(_ kept: (Int64) -> Bool) -> CandidateItems {
    CandidateItems(ids: ids, moments: zip(ids, moments).map { kept($0) ? $1 : .never })
  }

  /// The place of each item of `vocabulary` by its code, `[vocabulary.size]`; -1 for those that are not here.
  func rows(of vocabulary: Vocabulary) -> [Int32] {
    var rows = [Int32](repeating: -1, count: vocabulary.size)
    for (row, id) in ids.enumerated() { rows[Int(vocabulary.code(of: id))] = Int32(row) }
    rows[0] = -1
    return rows
  }

  /// The digest of the items and their moments.
  /// - Throws: where there is no memory.
  package func digest() throws -> Digest {
    let digest = try GrowingDigest()
    digest.add(ids)
    for moments in moments {
      let ranges = moments.ranges
      digest.add([Int64(ranges.count)] + ranges.flatMap { [$0.lowerBound, $0.upperBound] })
    }
    return digest.value
  }
}

/// What becomes of items that a user has clicked before.
package enum SeenItems: String, CaseIterable, Sendable, Hashable {
  /// They are no candidates.
  case leaveOut = "leave_out"
  /// They are candidates like others.
  case keep
}

/// What lists may hold.
package struct CandidateRules: Sendable, Equatable {
  /// Which items of the index they may hold, row by row; nil for all at any time.
  package var items: CandidateItems?
  /// Whether they may hold what their user has clicked.
  package var seen: SeenItems

  /// By default all items but seen ones.
  package init(items: CandidateItems? = nil, seen: SeenItems = .leaveOut) {
    self.items = items
    self.seen = seen
  }
}

/// How many items requests could have been given, seen ones with them.
package struct CandidateCounts: Sendable, Equatable {
  /// The fewest.
  package let least: Int
  /// The middle one, of two the lower.
  package let median: Int
  /// The most.
  package let most: Int

  /// Counts them at the `moments` of requests; nil where there are none.
  package init?(_ items: CandidateItems, at moments: [Int64?]) {
    let counts =
      items.isTimed ? moments.map(items.count(at:)).sorted() : moments.prefix(1).map(items.count(at:))
    guard let first = counts.first, let last = counts.last else { return nil }
    (least, median, most) = (first, counts[(counts.count - 1) / 2], last)
  }
}
