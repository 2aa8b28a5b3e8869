import ClickFixtures
import Testing

@testable import Clicks

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
