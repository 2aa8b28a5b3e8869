import ClickFixtures
import Testing

@testable import Clicks
@testable import Recall

@Suite("Recent popularity")
struct RecentPopularityTests {
  /// Clicks counted one by one for one user; what was clicked last before the window stands behind.
  private func expected(_ history: UserSequences, moment: Int64, window: Int64, seen: [Int64], k: Int)
    -> [Int64]
  {
    var counts: [Int64: Double] = [:]
    var last: [Int64: Double] = [:]
    for (item, time) in zip(history.items, history.times ?? []) where time < moment {
      if time >= moment - window {
        counts[item, default: 0] += 1
      } else {
        last[item] = max(last[item] ?? -.infinity, Double(time))
      }
    }
    for item in counts.keys { last[item] = nil }
    let front = best(k, of: counts, without: seen)
    return front + best(k - front.count, of: last, without: seen)
  }

  @Test("a window counts the clicks before each request", arguments: [3, 40, 1000], [1, 8, 30])
  func window(ticks: Int64, k: Int) throws {
    let history = UserSequences.random(users: 700, items: 50, seed: 11)
    let ranker = try RecentPopularity(history, windowHours: Double(ticks) / 3600, ticksPerSecond: 1)
    let users = Array(history.users.reversed())
    let lists = ranker.top(k, for: users, unseenIn: history, threads: 1)
    for (list, user) in users.enumerated() {
      let range = history.range(Int(user) - 1)
      let moment = history.times?[range.upperBound - 1] ?? 0
      let seen = Array(history.items[range])
      #expect(Array(lists[list]) == expected(history, moment: moment, window: ticks, seen: seen, k: k))
    }
    for threads in [2, 5] {
      #expect(ranker.top(k, for: users, unseenIn: history, threads: threads) == lists)
    }
  }

  @Test("the moment and the window's start: a click at the one is not counted, at the other it is")
  func bounds() throws {
    let others: [(Int64, Int64)] = [(1, 899), (2, 900), (2, 950), (3, 950), (4, 999), (5, 1000), (6, 1001)]
    let history = UserSequences(others.map { [(item: $0.0, time: $0.1)] } + [[(item: 9, time: 1000)]])
    let ranker = try RecentPopularity(history, windowHours: 100.0 / 3600, ticksPerSecond: 1)
    let lists = ranker.top(6, for: [8, 42], unseenIn: history, threads: 1)
    #expect(Array(lists[0]) == [2, 3, 4, 1] && lists.scores[..<4] == [2, 1, 1, 0])
    #expect(lists.counts == [4, 0])
  }

  @Test("a request goes by the user's last click, which may not be among those learned from")
  func request() throws {
    let history = UserSequences([[(1, 0)], [(2, 5), (3, 10), (3, 10)], [(4, 20)]])
    let requests = UserSequences([[(1, 0), (4, 21)], [(2, 5)], [(4, 20)]])
    let ranker = try RecentPopularity(history, windowHours: 1, ticksPerSecond: 1)
    let lists = ranker.top(3, for: [1, 2], unseenIn: requests, threads: 1)
    #expect(Array(lists[0]) == [3, 2] && Array(lists[1]) == [1])
  }

  @Test("requests that all come at one moment count the same clicks")
  func oneMoment() throws {
    let history = UserSequences([[(1, 0)], [(2, 5), (3, 10), (3, 10)], [(4, 20)]])
    let ranker = try RecentPopularity(history, windowHours: 12.0 / 3600, ticksPerSecond: 1)
    let lists = ranker.top(4, for: [1, 3], ClickRequests(history, at: 21), threads: 1)
    #expect(Array(lists[0]) == [3, 4, 2] && Array(lists[1]) == [3, 2, 1])
  }

  @Test("extreme times, and a log without any")
  func times() throws {
    var history = UserSequences([[(1, .min)], [(2, .min + 1)], [(3, .max)]])
    let ranker = try RecentPopularity(history, windowHours: 1_000_000, ticksPerSecond: 1_000_000_000)
    let lists = ranker.top(2, for: [1, 2, 3], unseenIn: history, threads: 1)
    #expect(lists[0].isEmpty && Array(lists[1]) == [1] && Array(lists[2]) == [2, 1])
    history.times = nil
    let message =
      "recent_popularity counts the clicks before a request, and the click log has no times; leave it out or name a "
      + "time column"
    #expect(
      dataMessage { _ = try RecentPopularity(history, windowHours: 1, ticksPerSecond: 1) } == message
    )
  }
}
