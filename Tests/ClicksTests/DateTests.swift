import ClickFixtures
import Tables
import Testing

@testable import Clicks

/// Dates in the places of numbers. Seconds since 1970 are those of Python's datetime.
@Suite("Dates in conditions, filters and tables")
struct DateTests {
  /// Items born on dates (one of 1970, one missing), and numbers in milliseconds.
  private static let table = ItemTable(
    items: [10, 11, 12, 13],
    categories: [0, 0, 0, 0],
    numbers: [
      LogColumn(
        name: "born",
        values: .moments([1_506_816_000, 0, ColumnValues.noTime, 1_507_029_570], .seconds)
      ),
      LogColumn(
        name: "made",
        values: .reals([1_506_816_000_000, .nan, 1_507_029_570_190, 1_507_593_600_000])
      ),
      LogColumn(name: "price", values: .reals([1, 2, 3, 4])),
    ]
  )

  private func rows(_ text: String) throws -> [Int] {
    let moments = try ItemCondition(text).moments(in: Self.table, unit: .milliseconds)
    #expect(moments.allSatisfy { $0 == .never || $0 == .always }, "\(text)")
    return moments.indices.filter { moments[$0] == .always }
  }

  @Test("columns of dates and of counts are compared with dates, and with each other")
  func conditions() throws {
    for (text, expected) in [
      ("born >= \"2017-10-01\"", [0, 3]), ("born > \"2017-10-01\"", [3]), ("born < \"2017-10-01\"", [1]),
      ("born == \"2017-10-01\"", [0]), ("born != \"2017-10-01\"", [1, 3]),
      ("born in [\"1970-01-01\", \"2017-10-03T13:19:30+02:00\"]", [1, 3]), ("born is missing", [2]),
      ("\"2017-10-03\" < born <= \"2017-10-04\"", [3]),
      // Half of a tick is before the next one.
      ("born < \"2017-10-03T11:19:30.5Z\"", [0, 1, 3]), ("born == \"2017-10-03T11:19:30.5Z\"", []),
      ("made <= \"2017-10-03T11:19:30.190Z\"", [0, 2]), ("made < \"2017-10-03T11:19:30.1901Z\"", [0, 2]),
      ("made >= \"2017-10-03T11:19:30.1901Z\"", [3]), ("made > \"2017-10-03 11:19:30\"", [2, 3]),
      ("made == \"2017-10-10\"", [3]), ("made in [\"2017-10-10\", 1506816000000]", [0, 3]),
      ("born <= made", [0, 3]), ("born == made", [0]), ("made > born", [3]),
      ("born is not missing", [0, 1, 3]),
    ] {
      #expect(try rows(text) == expected, "\(text)")
    }
  }

  @Test("what cannot be compared is told")
  func refusals() throws {
    func problem(_ text: String) -> String {
      do { return "\(try rows(text))" } catch { return "\(error)" }
    }
    #expect(problem("born > 2017-10-01") == "at character 8: a date stands in quotes, as in \"2017-10-01\"")
    #expect(
      problem("born > 5")
        == "at character 1: 'born' holds dates, which are not compared with numbers; they are compared with others in "
        + "quotes, as in \"2017-10-01\", and with 'request'"
    )
    #expect(
      problem("price > \"soon\"")
        == "at character 9: 'price' holds numbers, and 'soon' is none, nor a date such as \"2017-10-01\""
    )
    let columns = ItemTableColumns([("born", .numbers), ("lang", .text)])
    #expect(try ItemCondition("born > \"2017-10-01\"").problems(on: columns).isEmpty)
    #expect(try ItemCondition("born in [\"2017-10-01\"]").problems(on: columns).isEmpty)
    #expect(try ItemCondition("born > \"x\"").problems(on: columns).count == 1)
  }

  private static let log = ClickLog(
    users: [1, 1, 1, 1],
    items: [1, 2, 3, 4],
    times: [1_506_815_999_999, 1_506_816_000_000, 1_507_029_570_190, 1_507_593_600_000],
    timeUnit: .milliseconds
  )

  private func kept(_ condition: RowFilter.Condition) throws -> [Int32] {
    var unmatched: [String] = []
    let rows = try RowFilter(.time, condition).keep([0, 1, 2, 3], of: Self.log, unmatched: &unmatched)
    #expect(unmatched == (condition == .isOneOf(["2017-10-10", "2018-01-01"]) ? ["2018-01-01"] : []))
    return rows
  }

  @Test("row filters keep what is at a date or after it, up to it, or at one of some")
  func filters() throws {
    let (first, later) = (
      try #require(Moment("2017-10-01")), try #require(Moment("2017-10-03T11:19:30.1899Z"))
    )
    #expect(try kept(.since(first)) == [1, 2, 3])
    #expect(try kept(.until(first)) == [0, 1])
    #expect(try kept(.since(later)) == [2, 3])
    #expect(try kept(.until(later)) == [0, 1])
    #expect(try kept(.isOneOf(["2017-10-10", "2018-01-01"])) == [3])
  }

  @Test("a split by time is cut at a date in the log's own unit")
  func cutoff() throws {
    for (text, held) in [
      ("2017-10-10", 1), ("2017-10-03T13:19:30.1901+02:00", 1), ("2017-10-03T11:19:30.19Z", 2),
    ] {
      var options = SplitOptions()
      options.strategy = .time(.moment(try #require(Moment(text))))
      #expect(try ClickSplitter.split(Self.log, options).heldOut.clickCount == held, "\(text)")
    }
  }

  @Test("moments lie on a tick or between two, before 1970 too, and stop where 64 bits end")
  func ticks() throws {
    func ticks(_ text: String, _ unit: TimeUnit) throws -> [Int64] {
      let (floor, ceiling) = try #require(Moment(text)).ticks(around: unit)
      return [floor, ceiling]
    }
    #expect(try ticks("2017-10-01", .milliseconds) == [1_506_816_000_000, 1_506_816_000_000])
    #expect(try ticks("1969-12-31T23:59:59.25Z", .seconds) == [-1, 0])
    #expect(try ticks("1969-12-31T23:59:59.25Z", .milliseconds) == [-750, -750])
    #expect(try ticks("1969-12-31T23:59:59.2501Z", .milliseconds) == [-750, -749])
    #expect(try ticks("9999-12-31", .nanoseconds) == [.max, .max])
    #expect(try ticks("0001-01-01", .nanoseconds) == [.min, .min])
  }

  private func items(_ text: String, _ log: inout ClickLog) throws -> ItemTable {
    var options = ItemTableOptions()
    options.numbers = [.name("born"), .name("price")]
    options.availableFrom = .name("since")
    return try ItemTable(reading: try ClickFiles().reader(text), options, for: &log, missing: .add)
  }

  @Test("a column of numbers takes dates, of which an empty one is missing and one of 1970 is not")
  func itemTable() throws {
    var log = ClickLog(users: [1, 1], items: [1, 5], times: nil)
    let table = try items(
      "item_id,born,price,since\n1,2017-10-01,3,1970-01-01\n2,,,\n3,1970-01-01,1,2017-10-03\n",
      &log
    )
    let none = ColumnValues.noTime
    #expect(table.numbers[0].values == .moments([1_506_816_000, none, 0, none], .seconds))
    #expect(table.availableFrom?.values == .moments([0, none, 1_506_988_800, none], .seconds))
    let seconds = try table.numbers("born")
    #expect(seconds[0] == 1_506_816_000 && seconds[1].isNaN && seconds[2] == 0 && seconds[3].isNaN)
    #expect(
      try ItemTimes(table.timeColumns[0], in: .seconds).values.map { $0?.floor } == [
        0, nil, 1_506_988_800, nil,
      ]
    )
    // 36 hours after it was born, whatever the unit is said to be.
    var options = CatalogueFeatureOptions()
    options.age = CatalogueFeatureOptions.Age(column: "born")
    options.age?.unit = .milliseconds
    let clock = RequestClock([1_506_945_600_000], unit: .milliseconds)
    let hours = try CatalogueFeatures(options, of: table, clicked: [1], clock).values.createdHours
    #expect(hours[0] == -36 && hours[1].isNaN && hours[3].isNaN)
  }

  @Test("numbers among dates are an error that names the line")
  func mixed() throws {
    var log = ClickLog(users: [1], items: [1], times: nil)
    let message = dataMessage {
      _ = try items("item_id,born,price,since\n1,2017-10-01,3,\n2,1506816000,1,\n", &log)
    }
    #expect(message.hasPrefix("clicks.csv:3: column 'born': expected a date, as '2017-10-01' in line 2"))
  }

  @Test(
    "a set unit under which times of two units lie names the first row of the other; dates are counted in it"
  )
  func units() throws {
    let text = "u,i,t\n1,1,1507029570190\n1,2,1507029571\n1,3,1507029572\n1,4,1507029573000\n"
    var options = ClickLogOptions()
    (options.user, options.item, options.time) = (.name("u"), .name("i"), .name("t"))
    options.timeUnit = .milliseconds
    var notes = ReadingNotes()
    _ = try ClickLog(reading: try ClickFiles().reader(text), options, &notes)
    #expect(
      notes.mixedTimes
        == MixedTimes(file: "clicks.csv", row: 1, time: 1_507_029_571, unit: .seconds, count: 2)
    )
    let dates = try ClickLog(reading: try ClickFiles().reader("u,i,t\n1,1,2017-10-01\n"), options)
    #expect(dates.times == [1_506_816_000_000] && dates.timeUnit == .milliseconds)
    options.timeUnit = nil
    #expect(
      dataMessage { _ = try ClickLog(reading: try ClickFiles().reader(text), options) }
        .hasPrefix("clicks.csv: times jump by a factor of a thousand: click 2 has 1507029571")
    )
  }
}
