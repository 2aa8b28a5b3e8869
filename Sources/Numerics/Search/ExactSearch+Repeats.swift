import Glibc

extension ExactSearch {
  /// A search over fewer rows that gives the same result for `k` places and these exclusions, where more than half
  /// of the rows are one and the same vector: the items that a model knows nothing of. Nil elsewhere.
  ///
  /// Rows with the same bits have the same score for every query, so that only the first of them by id can win a
  /// place: as many as there are places and excluded items. All others are left out.
  func withoutRepeats(k: Int, exclusions: Exclusions?) -> ExactSearch? {
    let longest = exclusions.map { lists in
      (0..<lists.queries).reduce(0) { max($0, lists.offsets[$1 + 1] - lists.offsets[$1]) }
    }
    let limit = k + (longest ?? 0)
    if let fewer = made.fewer, limit <= fewer.limit { return fewer.search }
    let fewer = withoutRepeats(limit: limit)
    made.fewer = fewer.map { (limit, $0) }
    return fewer
  }

  /// The same for all searches whose places and excluded items together are `limit` or fewer, as often as they come.
  package func withoutRepeats(limit: Int) -> ExactSearch? {
    guard let row = majority else { return nil }
    var rows: [Int] = []
    var repeats = 0
    for position in 0..<items.rows {
      let candidate = order.map { Int($0[position]) } ?? position
      // An id that stands on several rows is excluded from all of them: then counting rows is not enough.
      if position > 0 && sortedIDs[position] == sortedIDs[position - 1] { return nil }
      if isSame(candidate, row) {
        repeats += 1
        if repeats > limit { continue }
      }
      rows.append(candidate)
    }
    guard rows.count <= items.rows / 2 else { return nil }
    return taking(rows)
  }

  /// The row whose vector more than half of the rows have, if there is one (Boyer and Moore's majority vote; whoever
  /// is left at the end is counted by the caller).
  var majorityRow: Int? {
    guard items.rows > 1, items.columns > 0 else { return nil }
    var candidate = 0
    var votes = 0
    for row in 0..<items.rows {
      if votes == 0 {
        candidate = row
        votes = 1
      } else {
        votes += isSame(row, candidate) ? 1 : -1
      }
    }
    return votes > 0 ? candidate : nil
  }

  private func isSame(_ one: Int, _ other: Int) -> Bool {
    guard one != other, let start = items.elements.baseAddress else { return true }
    let bytes = items.columns * MemoryLayout<Float>.stride
    // Most rows differ at once.
    guard start[one * items.columns].bitPattern == start[other * items.columns].bitPattern else {
      return false
    }
    return memcmp(start + one * items.columns, start + other * items.columns, bytes) == 0
  }

  /// The rows given, which are in the order of their ids.
  private func taking(_ rows: [Int]) -> ExactSearch {
    let fewer = Matrix(rows: rows.count, columns: items.columns)
    var ids: [Int64] = []
    ids.reserveCapacity(rows.count)
    let positionOfRow = order.map { order in
      var positions = [UInt32](repeating: 0, count: items.rows)
      for (position, row) in order.enumerated() { positions[Int(row)] = UInt32(position) }
      return positions
    }
    for (place, row) in rows.enumerated() {
      ids.append(sortedIDs[positionOfRow.map { Int($0[row]) } ?? row])
      guard let target = fewer.elements.baseAddress, let source = items.elements.baseAddress else { continue }
      (target + place * items.columns).update(from: source + row * items.columns, count: items.columns)
    }
    return ExactSearch(items: fewer, ids: ids, level: level, isScreened: isScreened)
  }
}
