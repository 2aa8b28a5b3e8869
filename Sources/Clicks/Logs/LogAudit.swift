/// What looks wrong with a click log: events that stand in it twice, and users who click as no person does.
package struct LogAudit: Sendable, Equatable {
  /// A user who looks like a robot.
  package struct Robot: Sendable, Equatable {
    /// The user's key.
    package var user: Int64
    /// All their clicks.
    package var clicks: Int
    /// The most of them within an hour; nil where the log has no times.
    package var busiestHour: Int?
  }

  /// Clicks within an hour that are more than a person's: one each 3.6 seconds, on and on.
  package static let mostClicksAnHour = 1_000
  /// Users with fewer clicks than this are never robots.
  package static let fewestClicks = 1_000

  /// Rows that repeat an earlier one: the same user, item and time, and the same event where the log has events. 0 where it
  /// has no times.
  package private(set) var doubledRows = 0
  /// The first few of them by user and time.
  package private(set) var doubledExamples: [Int32] = []
  /// The clicks of a user above which they are a robot: ten times the 99.9th percentile of the clicks of users (the lower
  /// neighbour, so that one user among few is not measured by themselves), and ``fewestClicks`` at least.
  package private(set) var mostClicks = 0
  /// Users with more clicks than ``mostClicks``, or than ``mostClicksAnHour`` within some hour; most clicks first, ties by
  /// the lower key.
  package private(set) var robots: [Robot] = []
  /// What is left without them.
  package private(set) var usersWithout = 0
  /// Likewise.
  package private(set) var itemsWithout = 0
  /// Likewise.
  package private(set) var clicksWithout = 0

  /// Looks through `log`.
  package init(_ log: ClickLog) {
    let order = ClickOrder(log, rows: [Int32](0..<Int32(clamping: log.count)))
    let ranges = order.users.indices.map { order.offsets[$0]..<order.offsets[$0 + 1] }
    if let times = log.times { countDoubled(order, ranges, log, times) }
    let counts = ranges.map(\.count).sorted()
    guard !counts.isEmpty else { return }
    let (bound, isOver) = counts[(counts.count - 1) * 999 / 1000].multipliedReportingOverflow(by: 10)
    mostClicks = max(Self.fewestClicks, isOver ? .max : bound)
    for (user, range) in zip(order.users, ranges) where range.count > Self.fewestClicks {
      let busiest = log.times.map { times in
        Self.busiestHour(order.rows[range], times, log.timeUnit.ticksPerSecond)
      }
      guard range.count > mostClicks || (busiest ?? 0) > Self.mostClicksAnHour else { continue }
      robots.append(Robot(user: user, clicks: range.count, busiestHour: busiest))
    }
    robots.sort { ($1.clicks, $0.user) < ($0.clicks, $1.user) }
    guard !robots.isEmpty else { return }
    let isRobot = Set(robots.map(\.user))
    usersWithout = order.users.count - robots.count
    clicksWithout = log.count - robots.reduce(0) { $0 + $1.clicks }
    itemsWithout =
      distinctKeys(log.users.indices.lazy.filter { !isRobot.contains(log.users[$0]) }.map { log.items[$0] })
      .count
  }

  /// The most clicks of a user within an hour; `rows` are theirs in the order of time.
  private static func busiestHour(_ rows: ArraySlice<Int32>, _ times: [Int64], _ ticksPerSecond: Int64) -> Int
  {
    let hour = 3600 * Double(ticksPerSecond)
    var (first, most) = (rows.startIndex, 0)
    for last in rows.indices {
      while Double(times[Int(rows[last])]) - Double(times[Int(rows[first])]) >= hour { first += 1 }
      most = max(most, last - first + 1)
    }
    return most
  }

  private mutating func countDoubled(
    _ order: ClickOrder,
    _ ranges: [Range<Int>],
    _ log: ClickLog,
    _ times: [Int64]
  ) {
    var events: [Int32]?
    if case .names(let codes, _)? = log.events { events = codes }
    for range in ranges {
      var first = range.lowerBound
      while first < range.upperBound {
        let time = times[Int(order.rows[first])]
        var end = first + 1
        while end < range.upperBound, times[Int(order.rows[end])] == time { end += 1 }
        if end - first > 1 { countDoubled(order.rows[first..<end], log, events) }
        first = end
      }
    }
  }

  /// Counts among the rows of one user at one time.
  private mutating func countDoubled(_ rows: ArraySlice<Int32>, _ log: ClickLog, _ events: [Int32]?) {
    struct Click: Hashable { var item: Int64; var event: Int32 }
    var seen: Set<Click> = []
    for row in rows {
      let click = Click(item: log.items[Int(row)], event: events?[Int(row)] ?? 0)
      guard !seen.insert(click).inserted else { continue }
      doubledRows += 1
      if doubledExamples.count < 3 { doubledExamples.append(row) }
    }
  }
}
