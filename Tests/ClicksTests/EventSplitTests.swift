import ClickFixtures
import Testing

@testable import Clicks

/// Splits by event, repeated clicks and ties of a log made by a rule, against what pandas counts on it:
///
///     r = np.arange(400); n = np.where(r < 390, r, r - 299)
///     df = pd.DataFrame(dict(row=r, user=n*7 % 13 + 1, item=(n*n + 3*n)//5 % 11 + 1, time=n*5 % 23,
///                            event=np.array(["view", "view", "click", "buy"])[(n*n + n//3) % 4]))
///     df.loc[df.user == 13, 'event'] = 'view'
///     s = df.sort_values(['user', 'time'], kind='stable')
///
/// Rows are pinned as their number and the sum of `row * (place + 1)` over them in ascending order, modulo 1,000,003.
@Suite("Splitting a log of events")
struct EventSplitTests {
  private static func log(hasEvents: Bool = true) -> ClickLog {
    let turns = (0..<400).map { $0 < 390 ? $0 : $0 - 299 }
    var log = ClickLog(
      users: turns.map { Int64($0 * 7 % 13 + 1) },
      items: turns.map { Int64(($0 * $0 + 3 * $0) / 5 % 11 + 1) },
      times: turns.map { Int64($0 * 5 % 23) }
    )
    guard hasEvents else { return log }
    // 0 is buy, 1 click, 2 view.
    let codes = zip(turns, log.users).map { $1 == 13 ? 2 : [2, 2, 1, 0][($0 * $0 + $0 / 3) % 4] as Int32 }
    log.events = .names(codes: codes, names: ["buy", "click", "view"])
    return log
  }

  private func sums(_ rows: [Int32]) -> [Int] {
    [rows.count, rows.sorted().enumerated().reduce(0) { $0 + Int($1.element) * ($1.offset + 1) } % 1_000_003]
  }

  private func all(_ rule: Deduplication, _ log: ClickLog) -> [Int] {
    sums(RepeatedClicks.without([Int32](0..<400), of: log, rule))
  }

  @Test("of clicks in a row on one item the first stays; an event sets them apart")
  func consecutive() {
    #expect(all(.none, Self.log()) == sums([Int32](0..<400)))
    #expect(all(.consecutive, Self.log(hasEvents: false)) == [360, 915935])
    #expect(all(.consecutive, Self.log()) == [386, 308379])
  }

  @Test("of a user's clicks on one item the first stays; an event sets them apart")
  func perUser() {
    #expect(all(.perUser, Self.log(hasEvents: false)) == [130, 997974])
    #expect(all(.perUser, Self.log()) == [238, 269786])
  }

  @Test("repeated clicks go after the filters and before the k-core, and are counted")
  func order() throws {
    // Without the second click on 1 user 1 has two; without the view of 9 between, 2 follows 2.
    let log = ClickLog(
      users: [1, 1, 1, 2, 2, 2, 2],
      items: [1, 1, 2, 2, 9, 2, 3],
      times: [1, 2, 3, 1, 2, 3, 4]
    )
    var options = SplitOptions()
    options.deduplication = .consecutive
    options.filters = [RowFilter(.item, .atMost(.integer(8)))]
    var notes = SplitNotes()
    var data = try ClickSplitter.split(log, options, &notes)
    #expect(data.history.rows == [0, 3] && data.heldOut.rows == [2, 6])
    #expect(data.facts.filteredClicks == 1 && notes.repeatedClicks == 2)
    options.filters = []
    options.minUserClicks = 3
    data = try ClickSplitter.split(log, options, &notes)
    #expect(data.history.rows == [3, 4, 5] && data.facts.coreUsers == 1 && data.facts.coreClicks == 2)
  }

  @Test("clicks with the time of another one of their user are counted")
  func ties() throws {
    var notes = SplitNotes()
    _ = try ClickSplitter.split(Self.log(), SplitOptions(), &notes)
    #expect(notes.orderedClicks == 400 && notes.tiedClicks == 202)
  }

  @Test("who has more clicks than max_user_clicks goes, and is counted")
  func busyUsers() throws {
    let log = ClickLog(users: [1, 2, 2, 2, 3, 3], items: [1, 2, 3, 4, 5, 6], times: nil)
    var options = SplitOptions()
    options.maxUserClicks = 2
    var notes = SplitNotes()
    let data = try ClickSplitter.split(log, options, &notes)
    #expect(data.history.rows == [4] && data.heldOut.rows == [5])
    #expect(notes.busyUsers == 1 && notes.busyUserClicks == 3)
    options.maxUserClicks = 0
    let message = dataMessage { _ = try ClickSplitter.split(log, options) }
    #expect(message == "every user has more than the 0 clicks of max_user_clicks: none is left")
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var strategy: SplitStrategy
    var history: [Int]
    var heldOut: [Int]
    var others: Int
    var testDescription: String { "\(strategy)" }
  }

  @Test(
    "only target events are held out; what comes after the first of them is in no history",
    arguments: [
      Case(strategy: .lastClick, history: [334, 846436], heldOut: [12, 16890], others: 54),
      Case(strategy: .leaveLast(2), history: [291, 268651], heldOut: [24, 73527], others: 85),
      Case(strategy: .ratio(0.5), history: [275, 33302], heldOut: [28, 103998], others: 97),
      Case(strategy: .time(.timestamp(12)), history: [209, 818395], heldOut: [30, 122046], others: 161),
    ]
  )
  func targets(_ test: Case) throws {
    let log = Self.log()
    var options = SplitOptions()
    options.strategy = test.strategy
    options.targets = ["buy"]
    var notes = SplitNotes()
    let data = try ClickSplitter.split(log, options, &notes)
    #expect(sums(data.history.rows) == test.history && sums(data.heldOut.rows) == test.heldOut)
    #expect(notes.otherEventClicks == test.others)
    let isBuy = try #require(try log.isTarget(["buy"]))
    #expect(data.heldOut.rows.allSatisfy { isBuy[Int($0)] })
    // Who buys nothing is learned from.
    #expect(data.history.place(of: 13) != nil && data.heldOut.place(of: 13) == nil)
    for user in data.heldOut.users.indices {
      let place = try #require(data.history.place(of: data.heldOut.users[user]))
      let last = try #require(data.history.times?[data.history.range(place)].last)
      let first = try #require(data.heldOut.times?[data.heldOut.range(user)].first)
      #expect(last <= first)
    }
  }

  @Test("targets that are all events split as none do")
  func allTargets() throws {
    for strategy in [SplitStrategy.lastClick, .leaveLast(3), .ratio(0.4), .time(.share(0.3))] {
      var options = SplitOptions()
      options.strategy = strategy
      var plain = try ClickSplitter.split(Self.log(), options)
      options.targets = ["buy", "click", "view"]
      var data = try ClickSplitter.split(Self.log(), options)
      #expect(plain == data)
      plain.holdOutNewestForValidation()
      data.holdOutNewestForValidation(of: [Bool](repeating: true, count: 400))
      #expect(plain == data)
    }
  }

  @Test("the newest target before the test is held out for validation; the test sees what came after it")
  func validation() throws {
    var options = SplitOptions()
    options.targets = ["buy"]
    var data = try ClickSplitter.split(Self.log(), options)
    let before = data.history
    data.holdOutNewestForValidation(of: try Self.log().isTarget(["buy"]))
    let (validation, after) = (try #require(data.validation), try #require(data.afterValidation))
    #expect(
      sums(data.history.rows) == [291, 268651] && sums(validation.rows) == [12, 20436]
        && sums(after.rows) == [31, 130222]
    )
    #expect(data.requestHistory == before)
  }

  @Test("a click that counts 0 is seen before the one that is held out, and is never held out itself")
  func weightless() throws {
    var log = ClickLog(
      users: [1, 1, 1, 2, 2, 2, 3, 3, 4, 4],
      items: [10, 11, 12, 13, 14, 15, 16, 17, 18, 19],
      times: nil
    )
    log.weights = [1, 1, 0, 1, 0, 2, 0, 0, 1, 0]
    var notes = SplitNotes()
    var data = try ClickSplitter.split(log, SplitOptions(), &notes)
    // What counts 0 after 11 goes; who has nothing else is learned from; 18 is the last that counts of user 4, and the first.
    #expect(data.history.rows == [0, 3, 4, 6, 7] && data.heldOut.rows == [1, 5])
    #expect(notes.otherEventClicks == 1)
    #expect(data.facts.usersWithoutHistory == 1 && data.facts.clicksWithoutHistory == 2)
    data.holdOutNewestForValidation(of: try log.canBeHeldOut([]))
    #expect(data.validation?.clickCount == 0)
    log.events = .names(codes: [0, 1, 0, 0, 0, 1, 0, 0, 0, 0], names: ["buy", "view"])
    #expect(
      try log.canBeHeldOut(["buy"])
        == [true, false, false, true, false, false, false, false, true, false]
    )
    log.weights = [1, 1, 1, 1, 1, 1, 1, 1, 1, 3]
    #expect(try log.canBeHeldOut([]) == nil)
  }

  @Test("of two files only the second's target events are tested")
  func files() throws {
    var train = ClickLog(users: [1, 1, 2], items: [1, 2, 3], times: [1, 2, 3])
    train.events = .names(codes: [0, 0, 0], names: ["view"])
    var test = ClickLog(users: [1, 1, 2, 2], items: [4, 5, 6, 7], times: [5, 6, 7, 8])
    test.events = .names(codes: [1, 0, 1, 0], names: ["buy", "view"])
    var options = SplitOptions()
    options.targets = ["buy"]
    var notes = SplitNotes()
    let data = try ClickSplitter.files(train: train, test: test, options, &notes)
    #expect(data.history.rows == [0, 1, 2] && data.heldOut.rows == [1, 3])
    #expect(notes.otherEventClicks == 2)
  }

  @Test("targets that no click has are told")
  func unknownTargets() throws {
    var options = SplitOptions()
    options.targets = ["by"]
    #expect(
      dataMessage { _ = try ClickSplitter.split(Self.log(), options) }
        == "'targets': no click of the log has the event 'by', only 'buy', 'click', 'view'"
    )
    #expect(
      dataMessage { _ = try ClickSplitter.split(Self.log(hasEvents: false), options) }
        == "'targets' names events, and the click log has none; set columns.event in 'config'"
    )
    #expect(Self.log().absentEvents(of: ["by", "view"]) == ["by"])
  }
}
