import ClickFixtures
import Testing

@testable import Clicks
@testable import Recall

@Suite("Invented clicks, ranked")
struct SyntheticInterestTests {
  @Test("who knows a user's interest finds at least twice what popularity finds")
  func beatsPopularity() throws {
    let made = try SyntheticClicks()
    let split = try ClickSplitter.split(made.log, SplitOptions())
    let popularity = Popularity(split.history)
    let users = split.heldOut.users
    let popular = popularity.top(20, for: users, unseenIn: split.history)
    let everything = popularity.top(popularity.items.count, for: users, unseenIn: split.history)
    var own = RankedLists(width: 20, items: [], counts: [])
    for (place, user) in users.enumerated() {
      let range = split.history.range(try #require(split.history.place(of: user)))
      var counts = [Int](repeating: 0, count: 20)
      for item in split.history.items[range] { counts[Int(made.interests[Int(item) - 1])] += 1 }
      let favourite = Int32(counts.firstIndex(of: counts.max() ?? 0) ?? 0)
      let list = everything[place].filter { made.interests[Int($0) - 1] == favourite }.prefix(20)
      own.items += Array(list) + [Int64](repeating: 0, count: 20 - list.count)
      own.counts.append(Int32(list.count))
    }
    func hitRate(_ lists: RankedLists) -> Double {
      RankingScores(lists, heldOut: split.heldOut, cutoffs: [20]).mean(.hitRate, at: 20) ?? 0
    }
    #expect(hitRate(popular) < 0.2)
    #expect(hitRate(own) > 2 * hitRate(popular))
  }
}
