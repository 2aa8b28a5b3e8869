/// Rows of a log grouped by user (ascending), within a user by time; rows of equal time keep file order.
struct ClickOrder {
  /// The users, ascending.
  var users: [Int64]
  /// `offsets[u]..<offsets[u + 1]` is the range of user `u` in `rows`.
  var offsets: [Int]
  /// The log's rows in their new order.
  var rows: [Int32]

  /// Orders the rows `rows` (ascending) of `log`.
  ///
  /// A counting sort by user, then every user's few rows by time, most of which are in order already.
  init(_ log: ClickLog, rows kept: [Int32]) {
    let vocabulary = Vocabulary(keysOf: kept.count == log.count ? log.users : kept.map { log.users[Int($0)] })
    users = vocabulary.keys
    let codes = kept.map { vocabulary.code(of: log.users[Int($0)]) }
    offsets = [Int](repeating: 0, count: users.count + 1)
    for code in codes { offsets[Int(code)] += 1 }
    for user in 1..<max(offsets.count, 1) { offsets[user] += offsets[user - 1] }
    var next = offsets
    rows = [Int32](repeating: 0, count: kept.count)
    for (place, code) in codes.enumerated() {
      let user = Int(code) - 1
      rows[next[user]] = kept[place]
      next[user] += 1
    }
    if let times = log.times { sortByTime(times) }
  }

  private mutating func sortByTime(_ times: [Int64]) {
    let offsets = offsets
    rows.withUnsafeMutableBufferPointer { rows in
      times.withUnsafeBufferPointer { times in
        for user in 0..<(offsets.count - 1) {
          let range = offsets[user]..<offsets[user + 1]
          if range.count <= 32 {
            Self.insertionSort(rows, range, times)
          } else {
            var segment = UnsafeMutableBufferPointer(rebasing: rows[range])
            segment.sort {
              let (a, b) = (times[Int($0)], times[Int($1)])
              return a == b ? $0 < $1 : a < b
            }
          }
        }
      }
    }
  }

  /// Stable, and one comparison a row where they are in order.
  private static func insertionSort(
    _ rows: UnsafeMutableBufferPointer<Int32>,
    _ range: Range<Int>,
    _ times: UnsafeBufferPointer<Int64>
  ) {
    var place = range.lowerBound + 1
    while place < range.upperBound {
      let row = rows[place]
      let time = times[Int(row)]
      var hole = place
      while hole > range.lowerBound, times[Int(rows[hole - 1])] > time {
        rows[hole] = rows[hole - 1]
        hole -= 1
      }
      rows[hole] = row
      place += 1
    }
  }

  /// The clicks in `ranges` (one range of `rows` for each user, by user) of the users that `isKept` marks.
  ///
  /// Users with an empty range are left out.
  /// - Parameter isWanted: whether each row of the log is taken, `[rows]`; nil for all. Who has none in their range is left
  ///   out too.
  func sequences(
    _ log: ClickLog,
    _ ranges: [Range<Int>],
    where isKept: [Bool],
    only isWanted: [Bool]? = nil
  ) -> UserSequences {
    var users: [Int64] = []
    var offsets = [0]
    var rows: [Int32] = []
    rows.reserveCapacity(zip(ranges, isKept).reduce(0) { $0 + ($1.1 ? $1.0.count : 0) })
    for user in ranges.indices where isKept[user] && !ranges[user].isEmpty {
      if let isWanted {
        rows.append(contentsOf: self.rows[ranges[user]].lazy.filter { isWanted[Int($0)] })
        guard rows.count > offsets[offsets.count - 1] else { continue }
      } else {
        rows.append(contentsOf: self.rows[ranges[user]])
      }
      users.append(self.users[user])
      offsets.append(rows.count)
    }
    let items = rows.map { log.items[Int($0)] }
    let times = log.times.map { times in rows.map { times[Int($0)] } }
    let weights = log.weights.map { weights in rows.map { weights[Int($0)] } }
    return UserSequences(
      users: users,
      offsets: offsets,
      items: items,
      times: times,
      rows: rows,
      weights: weights
    )
  }

  /// How many rows have the time of another row of their user, so that only the file says which came first.
  func tiedClicks(_ times: [Int64]) -> Int {
    var count = 0
    for user in users.indices {
      let range = offsets[user]..<offsets[user + 1]
      for place in range {
        let time = times[Int(rows[place])]
        let isLikeLast = place > range.lowerBound && times[Int(rows[place - 1])] == time
        let isLikeNext = place + 1 < range.upperBound && times[Int(rows[place + 1])] == time
        if isLikeLast || isLikeNext { count += 1 }
      }
    }
    return count
  }
}
