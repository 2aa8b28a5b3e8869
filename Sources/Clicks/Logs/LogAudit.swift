import Memory

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
  package init(_ log: ClickLog, threads: Threads = Threads(1)) {
    countDoubled(log, threads)
    let users = Vocabulary(keysOf: log.users)
    var clicks = [Int](repeating: 0, count: users.size)
    for user in log.users { clicks[Int(users.code(of: user))] += 1 }
    clicks.removeFirst()
    let counts = clicks.sorted()
    guard !counts.isEmpty else { return }
    let (bound, isOver) = counts[(counts.count - 1) * 999 / 1000].multipliedReportingOverflow(by: 10)
    mostClicks = max(Self.fewestClicks, isOver ? .max : bound)
    let busy = users.keys.indices.filter { clicks[$0] > Self.fewestClicks }
    let hours = busiestHours(of: busy.map { users.keys[$0] }, log)
    for (place, user) in busy.enumerated() {
      let busiest = hours?[place]
      guard clicks[user] > mostClicks || (busiest ?? 0) > Self.mostClicksAnHour else { continue }
      robots.append(Robot(user: users.keys[user], clicks: clicks[user], busiestHour: busiest))
    }
    robots.sort { ($1.clicks, $0.user) < ($0.clicks, $1.user) }
    guard !robots.isEmpty else { return }
    let isRobot = Set(robots.map(\.user))
    usersWithout = counts.count - robots.count
    clicksWithout = log.count - robots.reduce(0) { $0 + $1.clicks }
    itemsWithout =
      distinctKeys(log.users.indices.lazy.filter { !isRobot.contains(log.users[$0]) }.map { log.items[$0] })
      .count
  }

  /// The most clicks within an hour of each of `users`, ascending; nil where the log has no times.
  private func busiestHours(of users: [Int64], _ log: ClickLog) -> [Int]? {
    guard let times = log.times else { return nil }
    let wanted = Vocabulary(sortedKeys: users)
    var moments = [[Int64]](repeating: [], count: users.count)
    if !users.isEmpty {
      for (row, user) in log.users.enumerated() {
        let code = Int(wanted.code(of: user))
        if code > 0 { moments[code - 1].append(times[row]) }
      }
    }
    return moments.map { Self.busiestHour($0.sorted(), log.timeUnit.ticksPerSecond) }
  }

  /// The most of `times`, ascending, within an hour.
  private static func busiestHour(_ times: [Int64], _ ticksPerSecond: Int64) -> Int {
    let hour = 3600 * Double(ticksPerSecond)
    var (first, most) = (0, 0)
    for last in times.indices {
      while Double(times[last]) - Double(times[first]) >= hour { first += 1 }
      most = max(most, last - first + 1)
    }
    return most
  }

  private mutating func countDoubled(_ log: ClickLog, _ threads: Threads) {
    guard let times = log.times else { return }
    let doubled = DoubledRows(log, threads: threads).rows
    doubledRows = doubled.count
    doubledExamples = Array(
      doubled.sorted { a, b in
        let (x, y) = (Int(a), Int(b))
        return (log.users[x], times[x], a) < (log.users[y], times[y], b)
      }
      .prefix(3)
    )
  }
}
