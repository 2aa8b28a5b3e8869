import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("Invented click logs")
struct DataSyntheticTests {
  @Test("the same seed gives the same log for any number of threads, another seed another log")
  func determinism() throws {
    var options = SyntheticOptions()
    options.users = 300
    options.clicks = 5000
    let one = try SyntheticClicks(options)
    #expect(try SyntheticClicks(options, threads: 2).log == one.log)
    options.seed = 43
    #expect(try SyntheticClicks(options).log != one.log)
  }

  @Test("sizes are as asked for, everyone clicks twice at least, times ascend within a user")
  func sizes() throws {
    var options = SyntheticOptions()
    options.users = 500
    options.items = 333
    options.clicks = 7000
    options.interests = 7
    let made = try SyntheticClicks(options)
    #expect(made.log.count == 7000 && made.table.count == 333)
    #expect(made.table.items == (1...333).map { Int64($0) })
    let order = ClickOrder(made.log, rows: [Int32](0..<7000))
    #expect(order.users == (1...500).map { Int64($0) })
    #expect(order.rows == [Int32](0..<7000))
    #expect(order.users.indices.allSatisfy { order.offsets[$0 + 1] - order.offsets[$0] >= 2 })
    #expect(made.log.items.allSatisfy { (1...333).contains($0) })
  }

  @Test("items are clicked only once they are born (but for a few), and categories tell interests")
  func structure() throws {
    let made = try SyntheticClicks()
    guard case .reals(let created) = made.table.numbers[0].values, let times = made.log.times else {
      Issue.record("expected times")
      return
    }
    // Births are kept to a few seconds.
    let early = made.log.items.indices.count {
      Double(times[$0]) < created[Int(made.log.items[$0]) - 1] - 10_000
    }
    #expect(early <= made.log.count / 10_000)
    let telling = made.interests.indices.count {
      (made.table.categories[$0] - 1) / 2 == Int64(made.interests[$0])
    }
    #expect(telling > 850 && telling < 970)
  }

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

  @Test("settings out of range are named")
  func badOptions() {
    func message(_ change: (inout SyntheticOptions) -> Void) -> String {
      var options = SyntheticOptions()
      change(&options)
      return dataMessage { _ = try SyntheticClicks(options) }
    }
    #expect(message { $0.users = 0 } == "synthetic data: expected 1 to 2^30 users, got 0")
    #expect(message { $0.items = 3 } == "synthetic data: expected at least one item an interest (20), got 3")
    #expect(message { $0.clicks = 10 } == "synthetic data: expected at least 2 clicks a user (4000), got 10")
    #expect(message { $0.focus = 1.5 } == "synthetic data: expected a focus from 0 to 1, got 1.5")
    #expect(message { $0.days = .nan } == "synthetic data: expected days above 0, at most 36500, got nan")
  }
}
