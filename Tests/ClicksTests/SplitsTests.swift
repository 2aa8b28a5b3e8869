import ClickFixtures
import Testing

@testable import Clicks

@Suite("Splitting a log")
struct SplitsTests {
  /// User, item, time of each click.
  private func log(_ clicks: [(Int64, Int64, Int64)]) -> ClickLog {
    ClickLog(users: clicks.map(\.0), items: clicks.map(\.1), times: clicks.map(\.2))
  }

  private func split(_ log: ClickLog, _ change: (inout SplitOptions) -> Void = { _ in }) throws -> SplitData {
    var options = SplitOptions()
    change(&options)
    return try ClickSplitter.split(log, options)
  }

  /// `user: items` of each user.
  private func shown(_ sequences: UserSequences) -> [String] {
    sequences.users.indices.map {
      "\(sequences.users[$0]): \(sequences.items[sequences.range($0)].map { $0 })"
    }
  }

  @Test("the last click is held out; ties keep file order; users with one click go")
  func lastClick() throws {
    let log = log([(9, 1, 50), (4, 2, 30), (9, 3, 50), (4, 4, 10), (7, 5, 1), (4, 6, 30), (9, 7, 20)])
    let data = try split(log)
    #expect(shown(data.history) == ["4: [4, 2]", "9: [7, 1]"])
    #expect(shown(data.heldOut) == ["4: [6]", "9: [3]"])
    #expect(data.history.times == [10, 30, 20, 50])
    #expect(data.history.rows == [3, 1, 6, 0] && data.heldOut.rows == [5, 2])
    #expect(
      data.facts.users == 3 && data.facts.usersWithoutHistory == 1 && data.facts.clicksWithoutHistory == 1
    )
    #expect(data.facts.seesFuture)
    #expect(data.validation == nil && data.sampledUsers == nil)
  }

  @Test("long histories are sorted stably too")
  func longHistory() throws {
    let clicks = (0..<500).map { (Int64(1), Int64($0), Int64(($0 * 37 % 100) / 10)) }
    let data = try split(log(clicks))
    let expected = clicks.enumerated().sorted { ($0.element.2, $0.offset) < ($1.element.2, $1.offset) }
    #expect(data.history.items + data.heldOut.items == expected.map(\.element.1))
  }

  @Test("without times the order of the file is the order of time")
  func noTimes() throws {
    let log = ClickLog(users: [2, 1, 2, 1, 2], items: [10, 20, 30, 40, 50], times: nil)
    let data = try split(log)
    #expect(shown(data.history) == ["1: [20]", "2: [10, 30]"])
    #expect(shown(data.heldOut) == ["1: [40]", "2: [50]"])
    #expect(data.history.times == nil && !data.facts.seesFuture)
  }

  @Test("the last n clicks are held out; who has no more than n goes")
  func leaveLast() throws {
    let log = log([(1, 1, 1), (1, 2, 2), (1, 3, 3), (2, 4, 1), (2, 5, 2), (3, 6, 1)])
    let data = try split(log) { $0.strategy = .leaveLast(2) }
    #expect(shown(data.history) == ["1: [1]"] && shown(data.heldOut) == ["1: [2, 3]"])
    #expect(data.facts.usersWithoutHistory == 2 && data.facts.clicksWithoutHistory == 3)
  }

  @Test("a share of every user's clicks is held out, one at least")
  func ratio() throws {
    var clicks = (0..<10).map { (Int64(1), Int64($0), Int64($0)) }
    clicks += [(2, 100, 5), (2, 101, 6)]
    let data = try split(log(clicks)) { $0.strategy = .ratio(0.35) }
    #expect(shown(data.heldOut) == ["1: [7, 8, 9]", "2: [101]"])
  }

  @Test("shares of counts are what a person reckons who reads them in decimals")
  func decimalShares() {
    // Each exact product is a whole number that the product in Double falls short of, or exceeds.
    for (share, count, part) in [
      (0.29, 100, 29), (0.57, 100, 57), (0.07, 300, 21), (0.58, 50, 29), (0.1, 30, 3),
    ] {
      #expect(DecimalShare.floor(share, of: count) == part)
      #expect(
        DecimalShare.rounded(share, of: count) == part
          && DecimalShare.roundedHalfDown(share, of: count) == part
      )
    }
    #expect(DecimalShare.floor(0.1, of: 19) == 1 && DecimalShare.floor(0.9, of: 9) == 8)
    #expect(DecimalShare.rounded(0.25, of: 10) == 3 && DecimalShare.roundedHalfDown(0.25, of: 10) == 2)
    #expect(DecimalShare.rounded(0.15, of: 10) == 2 && DecimalShare.roundedHalfDown(0.15, of: 10) == 1)
  }

  @Test("a cut in time lets nothing of the future into the history")
  func time() throws {
    let log = log([(1, 1, 10), (1, 2, 20), (1, 3, 30), (2, 4, 25), (2, 5, 35), (3, 6, 10), (3, 7, 15)])
    let data = try split(log) { $0.strategy = .time(.timestamp(20)) }
    #expect(shown(data.history) == ["1: [1]", "3: [6, 7]"])
    #expect(shown(data.heldOut) == ["1: [2, 3]"])
    #expect(data.facts.cutoff == 20 && !data.facts.seesFuture)
    #expect(data.facts.usersWithoutHistory == 1 && data.facts.clicksWithoutHistory == 2)
    #expect(data.facts.usersWithoutHeldOut == 1)
    // Two sevenths of the clicks lie at 30 and later.
    let share = try split(log) { $0.strategy = .time(.share(2.0 / 7)) }
    #expect(share.facts.cutoff == 30)
    #expect(shown(share.heldOut) == ["1: [3]", "2: [5]"])
  }

  @Test("files that are split already keep what each holds, several items a user, no times")
  func splitFiles() throws {
    let train = ClickLog(users: [3, 1, 3], items: [10, 20, 30], times: nil)
    let test = ClickLog(users: [3, 5, 3, 1], items: [40, 50, 60, 70], times: nil)
    let data = try ClickSplitter.files(train: train, test: test, SplitOptions())
    #expect(shown(data.history) == ["1: [20]", "3: [10, 30]"])
    #expect(shown(data.heldOut) == ["1: [70]", "3: [40, 60]"])
    #expect(data.facts.usersWithoutHistory == 1 && data.facts.clicksWithoutHistory == 1)
    #expect(data.facts.clicks == 7 && data.facts.users == 3)
  }

  @Test("sampled users are NumPy's draw over the ascending users with a history")
  func sample() throws {
    // Users 0, 10, ..., 990 with two clicks each, and one user without a history in front.
    var clicks: [(Int64, Int64, Int64)] = [(-5, 1, 1)]
    for user in (0..<100).reversed() { clicks += [(Int64(user * 10), 1, 1), (Int64(user * 10), 2, 2)] }
    let data = try split(log(clicks)) { $0.sampleUsers = 10 }
    // numpy.random.default_rng(42).choice(100, size=10, replace=False)
    let drawn: [Int64] = [96, 71, 8, 60, 41, 94, 68, 9, 19, 82]
    #expect(data.sampledUsers == drawn.map { $0 * 10 })
    #expect(data.history.users == drawn.map { $0 * 10 }.sorted() && data.heldOut.users == data.history.users)
    #expect(data.facts.usersNotSampled == 90)
    #expect(try split(log(clicks)) { $0.sampleUsers = 100 }.sampledUsers == nil)
  }

  @Test(
    "users drawn to be tested are the same draw; the others are learned from, and validation is theirs alone"
  )
  func testUsers() throws {
    var clicks: [(Int64, Int64, Int64)] = []
    for user in (0..<100).reversed() {
      for click in 1...3 { clicks.append((Int64(user * 10), Int64(click), Int64(click))) }
    }
    var data = try split(log(clicks)) { $0.testUsers = 10 }
    let drawn: [Int64] = [96, 71, 8, 60, 41, 94, 68, 9, 19, 82]
    #expect(
      data.heldOut.users == drawn.map { $0 * 10 }.sorted()
        && data.heldOut.items == [Int64](repeating: 3, count: 10)
    )
    #expect(data.history.users.count == 100 && data.history.clickCount == 290)
    #expect(data.facts.usersNotTested == 90 && data.facts.usersWithoutHeldOut == 0)
    data.holdOutNewestForValidation()
    #expect(data.validation?.users == data.heldOut.users && data.history.clickCount == 280)
    #expect(try split(log(clicks)) { $0.testUsers = 100 }.heldOut.users.count == 100)
  }

  @Test(
    "who is not tested keeps all clicks, but for those of the future and on new items",
    arguments: [
      (SplitStrategy.lastClick, 11, 1, 0), (SplitStrategy.leaveLast(2), 10, 2, 0),
      (SplitStrategy.ratio(0.5), 10, 2, 0), (SplitStrategy.random(0.5), 10, 2, 0),
      (SplitStrategy.time(.timestamp(3)), 6, 2, 4), (SplitStrategy.items(0.25), 9, 1, 2),
    ]
  )
  func untested(_ test: (strategy: SplitStrategy, history: Int, heldOut: Int, left: Int)) throws {
    // Three users who click the items 1 to 4, of whom one is tested.
    let clicks = (1...3).flatMap { user in (1...4).map { (Int64(user), Int64($0), Int64($0)) } }
    var options = SplitOptions()
    (options.strategy, options.testUsers) = (test.strategy, 1)
    var notes = SplitNotes()
    let data = try ClickSplitter.split(log(clicks), options, &notes)
    #expect(data.history.clickCount == test.history && data.heldOut.clickCount == test.heldOut)
    #expect(notes.untestedClicks == test.left && data.heldOut.users.count == 1)
    for user in data.history.users.indices where !data.heldOut.users.contains(data.history.users[user]) {
      let times = try #require(data.history.times?[data.history.range(user)])
      #expect(times.elementsEqual(times.sorted()) && (times.count == 4 || test.left > 0))
    }
  }

  @Test("of a second file the clicks of who is not tested are left out and counted")
  func untestedOfFiles() throws {
    let train = ClickLog(users: [1, 1, 2, 3], items: [10, 20, 10, 30], times: nil)
    let test = ClickLog(users: [1, 2, 2, 3, 9], items: [40, 50, 60, 70, 10], times: nil)
    var options = SplitOptions()
    options.testUsers = 1
    var notes = SplitNotes()
    let data = try ClickSplitter.files(train: train, test: test, options, &notes)
    #expect(data.history.clickCount == 4 && data.heldOut.users.count == 1)
    #expect(data.heldOut.clickCount + notes.untestedClicks == 4 && data.facts.clicksWithoutHistory == 1)
    // Of who is not drawn at all no click is left.
    (options.testUsers, options.sampleUsers) = (nil, 1)
    notes = SplitNotes()
    let drawn = try ClickSplitter.files(train: train, test: test, options, &notes)
    #expect(drawn.history.clickCount + drawn.heldOut.clickCount + notes.unsampledClicks == 8)
    #expect(drawn.history.users == drawn.heldOut.users && drawn.history.users.count == 1)
  }

  @Test("the k-core is taken until users and items have enough clicks at once")
  func core() throws {
    // Item 3 has one click; without it user 3 has one, without user 3 item 2 has one, and so on to the core.
    let log = log([
      (1, 1, 1), (1, 4, 2), (2, 1, 1), (2, 4, 2), (2, 2, 3), (3, 2, 1), (3, 3, 2),
    ])
    let data = try split(log) {
      $0.minUserClicks = 2
      $0.minItemClicks = 2
    }
    #expect(shown(data.history) == ["1: [1]", "2: [1]"])
    #expect(data.facts.coreClicks == 3 && data.facts.coreUsers == 1 && data.facts.coreItems == 2)
    #expect(data.facts.coreRounds == 3)
    #expect(
      dataMessage { _ = try split(log) { $0.minUserClicks = 9 } }
        == "no click is left when every user must have 9 and every item 0 clicks"
    )
  }

  @Test("row filters on ids, times and kept columns are applied before the split")
  func filters() throws {
    var log = log([(1, 1, 10), (1, 2, 20), (1, 3, 30), (2, 4, 10), (2, 5, 20)])
    log.extras = [
      LogColumn(name: "os", values: .names(codes: [0, 1, 1, 0, 0], names: ["android", "ios"])),
      LogColumn(name: "price", values: .reals([1, 2, .nan, 4, 5])),
      LogColumn(name: "env", values: .integers([4, 4, 2, 4, 1])),
    ]
    var unmatched: [String] = []
    func kept(_ filters: RowFilter...) throws -> [Int64] {
      var rows = [Int32](0..<5)
      for filter in filters { rows = try filter.keep(rows, of: log, unmatched: &unmatched) }
      return rows.map { log.items[Int($0)] }
    }
    #expect(try kept(RowFilter(.extra("os"), .isOneOf(["android", "none"]))) == [1, 4, 5])
    #expect(unmatched == ["none"])
    #expect(
      try kept(RowFilter(.extra("env"), .isOneOf(["4", "2.0", "2.5"]))) == [1, 2, 3, 4]
    )
    #expect(try kept(RowFilter(.extra("price"), .atLeast(.integer(2)))) == [2, 4, 5])
    #expect(try kept(RowFilter(.time, .atMost(.integer(20))), RowFilter(.user, .isOneOf(["1"]))) == [1, 2])
    #expect(try kept(RowFilter(.item, .atLeast(.integer(4)))) == [4, 5])
    // Ids are their bytes, unless they were read as numbers.
    unmatched = []
    #expect(try kept(RowFilter(.item, .isOneOf(["04", "5.0", "3"]))) == [3, 5] && unmatched == ["04"])
    let data = try split(log) { $0.filters = [RowFilter(.time, .atMost(.integer(20)))] }
    #expect(shown(data.heldOut) == ["1: [2]", "2: [5]"] && data.facts.filteredClicks == 1)
    #expect(
      dataMessage { _ = try kept(RowFilter(.extra("os"), .atLeast(.integer(3)))) }
        == "a filter on 'os': expected numbers to compare with a bound, but it holds text"
    )
    #expect(
      dataMessage { _ = try kept(RowFilter(.extra("env"), .isOneOf(["x"]))) }
        == "a filter on 'env': expected a number to compare with, got 'x'"
    )
    #expect(
      dataMessage { _ = try kept(RowFilter(.extra("none"), .atLeast(.integer(3)))) }
        == "a filter on 'none': the log keeps no such column, only: os, price, env"
    )
    #expect(
      dataMessage { _ = try split(log) { $0.filters = [RowFilter(.time, .atLeast(.integer(99)))] } }
        == "the filters leave none of 5 clicks"
    )
  }

  @Test("bounds on 64-bit numbers are exact")
  func exactBounds() throws {
    // Nanoseconds: the last two are one number in Double.
    let times: [Int64] = [1_700_000_000_000_000_000, 1_700_000_000_000_000_001, .max - 1, .max]
    let log = ClickLog(users: [1, 1, 1, 1], items: [1, 2, 3, 4], times: times, timeUnit: .nanoseconds)
    func kept(_ condition: RowFilter.Condition) throws -> [Int64] {
      var unmatched: [String] = []
      return try RowFilter(.time, condition).keep([0, 1, 2, 3], of: log, unmatched: &unmatched)
        .map { log.items[Int($0)] }
    }
    #expect(try kept(.atLeast(.integer(1_700_000_000_000_000_001))) == [2, 3, 4])
    #expect(try kept(.atMost(.integer(1_700_000_000_000_000_000))) == [1])
    #expect(try kept(.atLeast(.integer(.max))) == [4] && kept(.atMost(.integer(.max - 1))) == [1, 2, 3])
    #expect(try kept(.atLeast(.number(1.5))) == [1, 2, 3, 4] && kept(.atMost(.number(1.5))) == [])
    #expect(try kept(.atLeast(.number(1e30))) == [] && kept(.atMost(.number(1e30))) == [1, 2, 3, 4])
    #expect(try kept(.isOneOf(["9223372036854775807"])) == [4])
  }

  @Test("what cannot be split is said to be so")
  func errors() throws {
    let single = log([(1, 1, 1), (2, 2, 2)])
    #expect(
      dataMessage { _ = try split(single) }
        == "nothing is left to learn from: all clicks of 2 users would be held out"
    )
    let log = log([(1, 1, 1), (1, 2, 2)])
    #expect(
      dataMessage { _ = try split(log) { $0.strategy = .time(.timestamp(3)) } }
        == "nothing is held out to test on: no user with a history clicks at or after 3"
    )
    #expect(
      dataMessage { _ = try split(log) { $0.strategy = .ratio(1) } }
        == "expected a held-out share above 0 and below 1, got 1.0"
    )
    #expect(
      dataMessage { _ = try split(log) { $0.strategy = .leaveLast(0) } }
        == "expected to leave at least the last 1 click out, got 0"
    )
    let timeless = ClickLog(users: [1, 1], items: [1, 2], times: nil)
    #expect(
      dataMessage { _ = try split(timeless) { $0.strategy = .time(.share(0.5)) } }
        == "a split by time needs a time column, and the log has none"
    )
    #expect(
      dataMessage { _ = try split(ClickLog(users: [], items: [], times: nil)) } == "the log holds no clicks"
    )
    #expect(try split(log).history.users == [1])
  }

  @Test("a user's place is found, and only if there is one")
  func place() throws {
    let data = try split(
      log([(5, 1, 1), (5, 2, 2), (Int64.max, 1, 1), (Int64.max, 2, 2), (Int64.min, 1, 1), (Int64.min, 3, 2)])
    )
    #expect(data.history.users == [Int64.min, 5, Int64.max])
    #expect(data.history.place(of: 5) == 1 && data.history.place(of: Int64.max) == 2)
    #expect(data.history.place(of: 6) == nil)
  }
}
