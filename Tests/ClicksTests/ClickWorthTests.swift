import ClickFixtures
import Tables
import Testing

@testable import Clicks

@Suite("What a row of a click log is worth")
struct ClickWorthTests {
  private func read(_ text: String, _ change: (inout ClickLogOptions) -> Void) throws -> (
    ClickLog, ClickWorthNotes
  ) {
    var options = ClickLogOptions()
    options.user = .name("user")
    options.item = .name("item")
    change(&options)
    var notes = ReadingNotes()
    let log = try ClickLog(reading: try ClickFiles().reader(text), options, &notes)
    return (log, notes.worth)
  }

  private func message(_ text: String, _ change: (inout ClickLogOptions) -> Void) -> String {
    dataMessage { _ = try read(text, change) }
  }

  private static let events = """
    user,item,what,stars,times
    1,10,view,5,1
    1,11,buy,4,2
    2,12,share,5,1
    2,13,view,3.5,0
    3,14,,5,1
    3,15,buy,,4

    """

  @Test("without weights all events count the same, and are listed")
  func listed() throws {
    let (log, notes) = try read(Self.events) { $0.worth.event = .name("what") }
    #expect(log.count == 6 && log.weights == nil)
    #expect(log.events == .names(codes: [3, 1, 2, 3, 0, 1], names: ["", "buy", "share", "view"]))
    #expect(
      notes.events.map(\.name) == ["", "buy", "share", "view"] && notes.events.map(\.rows) == [1, 2, 1, 2]
    )
    #expect(notes.events.allSatisfy { $0.weight == 1 } && notes.leftOutByEvent == 0)
  }

  @Test("events without a weight are left out by name; a row counts its event's weight times its own")
  func weighed() throws {
    let (log, notes) = try read(Self.events) {
      $0.worth.event = .name("what")
      $0.worth.eventWeights = [
        .init(event: "view", weight: 0.5), .init(event: "buy", weight: 3), .init(event: "by", weight: 9),
      ]
      $0.worth.weight = .name("times")
    }
    #expect(log.items == [10, 11, 13, 15] && log.weights == [0.5, 6, 0, 12])
    #expect(notes.events.map(\.weight) == [nil, 3, nil, 0.5] && notes.leftOutByEvent == 2)
    #expect(notes.missingEvents == ["by"] && notes.weightlessRows == 1)
  }

  @Test("rows rated too low or not at all are left out and counted")
  func rated() throws {
    let text = "user,item,stars\n1,10,4\n1,11,3.999\n2,12,nan\n2,13,5\n2,14,\n"
    let (log, notes) = try read(text) {
      $0.worth.rating = .name("stars")
      $0.worth.lowestRating = 4
    }
    #expect(log.items == [10, 13] && log.weights == nil && notes.lowRatings == 3)
    #expect(
      message(text) {
        $0.worth.rating = .name("stars")
        $0.worth.lowestRating = 6
      } == "clicks.csv: no click is left: the events that count and the lowest rating leave none of 5"
    )
  }

  @Test("a rating that is null, or no member of an object, is none")
  func unratedObjects() throws {
    let files = try ClickFiles()
    let rows = ["4", "null", "5"].enumerated().map { "{\"user\": 1, \"item\": \($0), \"stars\": \($1)}\n" }
    let path = try files.write(rows.joined() + "{\"user\": 2, \"item\": 3}\n", "clicks.jsonl")
    var options = ClickLogOptions()
    (options.user, options.item) = (.name("user"), .name("item"))
    (options.worth.rating, options.worth.lowestRating) = (.name("stars"), 4)
    var notes = ReadingNotes()
    let log = try ClickLog(reading: try TableReaders.open(path: path), options, &notes)
    #expect(log.items == [0, 2] && notes.worth.lowRatings == 2)
  }

  @Test("weights that are all 1 are no weights")
  func ones() throws {
    let (log, _) = try read("user,item,w\n1,10,1\n2,11,1.0\n") { $0.worth.weight = .name("w") }
    #expect(log.weights == nil)
  }

  @Test(
    "a weight that is no number of 0 or more is an error with its row",
    arguments: [
      (
        "-1",
        "clicks.csv: row 2: expected a weight of 0 or more, got -1.0; columns.weight in 'config' names the column"
      ),
      (
        "nan",
        "clicks.csv: row 2: expected a weight of 0 or more, got nan; columns.weight in 'config' names the column"
      ),
      (
        "1e300",
        "clicks.csv: row 2: a click cannot count 1e+300, which is out of the range of 1e-45 to 3.4e38"
      ),
      (
        "1e-300",
        "clicks.csv: row 2: a click cannot count 1e-300, which is out of the range of 1e-45 to 3.4e38"
      ),
    ]
  )
  func badWeight(_ test: (field: String, message: String)) {
    #expect(
      message("user,item,w\n1,10,1\n2,11,\(test.field)\n") { $0.worth.weight = .name("w") } == test.message
    )
  }

  @Test(
    "a weight that is missing, infinite or no number is an error with its line",
    arguments: ["", "inf", "many"]
  )
  func unreadableWeight(field: String) {
    let message = message("user,item,w\n1,10,1\n2,11,\(field)\n") { $0.worth.weight = .name("w") }
    #expect(message.hasPrefix("clicks.csv:3: "), "\(message)")
  }

  @Test("a column may be kept and weighed by as well")
  func keptToo() throws {
    let (log, _) = try read(Self.events) {
      $0.worth.event = .name("what")
      $0.worth.weight = .name("times")
      $0.extras = [.name("times"), .name("stars"), .name("what")]
    }
    #expect(log.extras.map(\.name) == ["times", "stars", "what"])
    #expect(log.extra("times") == .integers([1, 2, 1, 0, 1, 4]))
    #expect(log.extra("what") == log.events)
    #expect(log.extra("stars")?.count == 6)
  }

  @Test("items shown are lists of ids, whatever rows are left out")
  func impressions() throws {
    let (log, _) = try read("user,item,w,shown\n1,10,1,10 12\n1,11,0,\n2,12,1,13  10\n") {
      $0.worth.weight = .name("w")
      $0.worth.rating = .name("w")
      $0.worth.lowestRating = 1
      $0.worth.impressions = .name("shown")
    }
    #expect(log.impressions == .lists(offsets: [0, 2, 4], codes: [0, 1, 2, 0], names: ["10", "12", "13"]))
    #expect(log.itemKeys(of: ["10", "010", "x", "-3"]) == [10, nil, nil, -3])
    let (named, _) = try read("user,item,shown\n1,a,b\n2,b,c a\n") { $0.worth.impressions = .name("shown") }
    #expect(named.itemKeys(of: ["a", "b", "c"]) == [0, 1, nil])
    let (whole, _) = try read("user,item,shown\n1,007,8 7.0\n2,8,7\n") {
      $0.itemType = .integer
      $0.worth.impressions = .name("shown")
    }
    #expect(whole.impressions == .lists(offsets: [0, 2, 3], codes: [1, 0, 0], names: ["7", "8"]))
  }
}

@Suite("Targets, weights and impressions in samples")
struct WeighedSampleTests {
  private let catalogue = Catalogue(ItemTable(items: (1...9).map { $0 }, categories: (1...9).map { $0 % 2 }))

  private func history(_ users: [[Int64]], weights: [Float]? = nil) -> UserSequences {
    var sequences = UserSequences(users.map { $0.map { ($0, 0) } })
    sequences.weights = weights
    return sequences
  }

  @Test("only targets are learned, with all clicks before them; what counts 0 is none")
  func targets() throws {
    let clicks = history([[1, 2, 3, 4], [5, 6]], weights: [1, 0, 2, 1, 1, 3])
    let encoded = try EncodedClicks(
      clicks,
      catalogue,
      EncodingOptions(),
      isTarget: [true, true, true, false, true, true]
    )
    #expect(encoded.samples.items == [3, 6] && encoded.samples.ends == [2, 5])
    #expect(encoded.samples.starts == [0, 4] && encoded.history == [1, 2, 3, 4, 5, 6])
    #expect(
      try encoded.weights(RequestFeatures(), RequestClock([], unit: .seconds), SampleRules()) == [2, 3]
    )
  }

  @Test("targets that are all clicks are drawn as without any", arguments: [0, 1, 3])
  func allTargets(minHistory: Int) throws {
    let clicks = UserSequences.random(users: 80, items: 20, seed: 3)
    let table = Catalogue(
      ItemTable(items: (0..<20).map { Int64(100 + 7 * $0) }, categories: [Int64](repeating: 0, count: 20))
    )
    var options = EncodingOptions()
    options.minHistory = minHistory
    options.maxSamplesPerUser = 2
    let plain = try EncodedClicks(clicks, table, options)
    let all = [Bool](repeating: true, count: clicks.clickCount)
    #expect(try EncodedClicks(clicks, table, options, isTarget: all) == plain && plain.samples.count > 50)
  }

  @Test("a sample counts what its target does times what the gap before it gives")
  func gaps() throws {
    var clicks = UserSequences([[(1, 0), (2, 10), (3, 100)], [(4, 0), (5, 200)]])
    clicks.weights = [1, 4, 2, 1, 3]
    let encoded = try EncodedClicks(clicks, catalogue, EncodingOptions())
    var rules = SampleRules()
    rules.gapWeight = .init(withinSeconds: 45, otherwise: 0.25)
    let features = RequestFeatures(times: clicks.times ?? [])
    let clock = RequestClock(clicks.times ?? [], unit: .seconds)
    #expect(try encoded.weights(features, clock, rules) == [4, 0.5, 0.75])
    #expect(try encoded.weights(features, clock, SampleRules()) == [4, 2, 3])
  }

  @Test("shown items lose the target, strangers and repeats")
  func impressions() throws {
    let clicks = history([[1, 2, 3], [4, 5]])
    let encoded = try EncodedClicks(clicks, catalogue, EncodingOptions())
    var log = ClickLog(users: [1, 1, 1, 2, 2], items: [1, 2, 3, 4, 5], times: nil)
    // Row by row: 9; 2, 7, 7, 1; 20; -; 5, 4, x, 20.
    log.impressions = .lists(
      offsets: [0, 1, 5, 6, 6, 10],
      codes: [6, 2, 5, 5, 0, 1, 4, 3, 7, 1],
      names: ["1", "20", "2", "4", "5", "7", "9", "x"]
    )
    let shown = try #require(
      SampleImpressions(log, rows: clicks.rows, samples: encoded.samples, catalogue.itemVocabulary)
    )
    #expect(shown.offsets == [0, 2, 2, 3] && shown.items == [7, 1, 4] && shown.unknown == 3)
    log.impressions = nil
    #expect(
      SampleImpressions(log, rows: clicks.rows, samples: encoded.samples, catalogue.itemVocabulary) == nil
    )
  }
}

@Suite("What looks wrong with a log")
struct LogAuditTests {
  @Test("rows that repeat user, item, time and event are counted")
  func doubled() {
    var log = ClickLog(
      users: [1, 1, 1, 2, 1, 1],
      items: [5, 5, 6, 5, 5, 5],
      times: [9, 9, 9, 9, 8, 9]
    )
    var audit = LogAudit(log)
    #expect(audit.doubledRows == 2 && audit.doubledExamples == [1, 5] && audit.robots.isEmpty)
    log.events = .names(codes: [0, 1, 0, 0, 0, 0], names: ["buy", "view"])
    audit = LogAudit(log)
    #expect(audit.doubledRows == 1 && audit.doubledExamples == [5])
    log.times = nil
    #expect(LogAudit(log).doubledRows == 0)
  }

  @Test(
    "users with ten times the clicks of the busiest others, or a thousand within an hour, look like robots"
  )
  func robots() {
    // 99 users of 200 clicks each, a day apart: 10 x 200 is the bound. One of 2,001, one of 2,000, one of 1,001 in 3,599 s.
    var (users, items, times): ([Int64], [Int64], [Int64]) = ([], [], [])
    func add(_ user: Int64, _ count: Int, every seconds: Double, item: Int64) {
      for click in 0..<count {
        users.append(user)
        items.append(item)
        times.append(Int64(Double(click) * seconds))
      }
    }
    for user in 1...99 { add(Int64(user), 200, every: 86_400, item: Int64(user % 7)) }
    add(200, 1_001, every: 3.595, item: 77)
    let log = ClickLog(users: users, items: items, times: times)
    let audit = LogAudit(log)
    #expect(audit.mostClicks == 2_000)
    #expect(audit.robots == [.init(user: 200, clicks: 1_001, busiestHour: 1_001)])
    #expect(audit.usersWithout == 99 && audit.clicksWithout == 19_800 && audit.itemsWithout == 7)
    // Slower by a little, no hour has more than 1,000.
    times.removeLast(1_001)
    users.removeLast(1_001)
    items.removeLast(1_001)
    add(200, 1_001, every: 3.6, item: 77)
    #expect(LogAudit(ClickLog(users: users, items: items, times: times)).robots.isEmpty)
    add(200, 1_000, every: 86_400, item: 77)
    let many = LogAudit(ClickLog(users: users, items: items, times: nil))
    #expect(many.robots == [.init(user: 200, clicks: 2_001, busiestHour: nil)])
  }
}
