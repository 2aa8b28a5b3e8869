import ClickFixtures
import Memory
import Testing

@testable import Clicks
@testable import Recall

/// Baselines among candidates: their own lists of everything, of which what is no candidate is left out by hand.
@Suite("Baselines keep to the candidates")
struct CandidateBaselineTests {
  private static let history = UserSequences.random(users: 500, items: 60, seed: 21)
  private static let items = (0..<60).map { Int64(100 + 7 * $0) }

  /// An item is made at its place times four; every fifth was always there, and every seventh is none at all.
  private static func isCandidate(_ item: Int64, at moment: Int64) -> Bool {
    let place = (item - 100) / 7
    return place % 7 != 0 && (place % 5 == 0 || place * 4 <= moment)
  }

  private static let rules = CandidateItems(
    ids: items.reversed(),
    moments: items.reversed().map { item in
      let place = (item - 100) / 7
      return place % 7 == 0 ? .never : place % 5 == 0 ? .always : .from(place * 4)
    }
  )

  private static func rankers() throws -> [(name: String, ranker: any ClickRanker)] {
    [
      ("popularity", Popularity(history)),
      ("recent", try RecentPopularity(history, windowHours: 30.0 / 3600, ticksPerSecond: 1)),
      ("item_cf", try ItemCF(history, ItemCFOptions())),
      ("newest", try newest()),
    ]
  }

  private static func newest() throws -> Newest {
    let made = items.indices.map { $0 % 9 == 8 ? Double.nan : Double($0 / 2 * 8) }
    let times = try ItemTimes(LogColumn(name: "made", values: .reals(made)), in: .seconds)
    return Newest(items, times, ticksPerSecond: 1, among: Vocabulary(keysOf: items))
  }

  @Test("at each request's moment, seen items left out or kept", arguments: SeenItems.allCases, [nil, 90])
  func filtered(seen: SeenItems, moment: Int64?) throws {
    let users = Array(Self.history.users.reversed())
    for (name, ranker) in try Self.rankers() {
      let all = ranker.top(
        60,
        for: users,
        ClickRequests(Self.history, at: moment, rules: CandidateRules(seen: .keep)),
        threads: 1
      )
      let requests = ClickRequests(
        Self.history,
        at: moment,
        rules: CandidateRules(items: Self.rules, seen: seen)
      )
      let found = ranker.top(7, for: users, requests, threads: 1)
      var shown = 0
      for (list, user) in users.enumerated() {
        let range = Self.history.range(Int(user) - 1)
        let now = moment ?? Self.history.times?[range.upperBound - 1] ?? 0
        let hidden = seen == .keep ? [] : Set(Self.history.items[range])
        let expected = all[list].filter { Self.isCandidate($0, at: now) && !hidden.contains($0) }
        #expect(Array(found[list]) == Array(expected.prefix(7)), "\(name)")
        shown += found[list].count
      }
      #expect(shown > 1000, "\(name)")
      #expect(ranker.top(7, for: users, requests, threads: 2) == found, "\(name)")
    }
  }

  @Test("newest ranks what exists by then, the youngest first, ties by the lower key; its score is the age")
  func newestByHand() throws {
    // Made at 0 0 8 8 16 16 …; the ninth of each nine has no time.
    let history = UserSequences([[(item: 121, time: 20)], [(item: 100, time: 7)], [(item: 100, time: -1)]])
    let ranker = try Self.newest()
    let lists = ranker.top(4, for: [1, 2, 3], unseenIn: history)
    // At 20: the items 4 and 5 were made at 16, 2 and 3 at 8; 121, the third, is seen.
    #expect(Array(lists[0]) == [128, 135, 114, 100] && Array(lists[1]) == [107] && lists[2].isEmpty)
    let ages: [Double] = [4, 4, 12, 20]
    #expect(Array(lists.scores[..<4]) == ages.map { Float(-$0 / 3600) })
    let later = ranker.top(3, for: [1, 2], ClickRequests(history, moments: [9, 17, 0]), threads: 1)
    #expect(Array(later[0]) == [114, 100, 107] && Array(later[1]) == [128, 135, 114])
    var untimed = history
    untimed.times = nil
    // Nobody knows when the request comes: all exist. The last two were made at 232, before them 56 and 57 at 224.
    let all = ranker.top(3, for: [1], unseenIn: untimed)
    #expect(Array(all[0]) == [506, 513, 492])
    #expect(all.scores == [0, 0, Float(-8.0 / 3600)])
  }
}
