import Foundation
import Memory
import Tables
import Testing

@testable import Clicks

@Suite("Conditions on items")
struct ItemConditionTests {
  /// Five items: the categories 'a b', B, ü, 'a b' and none; prices, one of them missing; languages, one empty; days on which they
  /// were made, in seconds, one missing.
  private static let table: ItemTable = {
    var table = ItemTable(
      items: [10, 11, 12, 13, 14],
      categories: [1, 0, 2, 1, -1],
      categoryNames: ["B", "a b", "ü"],
      numbers: [
        LogColumn(name: "price", values: .reals([10, 30, .nan, 30.5, -2])),
        LogColumn(name: "list price", values: .reals([12, 30, 1, 30, 0])),
        LogColumn(
          name: "made",
          values: .reals([1_500_000_000, 1_500_000_010, .nan, 1_500_000_020.5, 1_500_000_030])
        ),
      ],
      kept: [LogColumn(name: "lang", values: .names(codes: [1, 2, 0, 1, 2], names: ["", "en", "pt"]))]
    )
    table.availableFrom = LogColumn(
      name: "since",
      values: .moments([ColumnValues.noTime, 5000, 6000, 7000, 8000], .milliseconds)
    )
    return table
  }()

  /// Which items a condition holds of, whatever the time.
  private func rows(_ text: String) throws -> [Int] {
    let moments = try ItemCondition(text).moments(in: Self.table, unit: .seconds)
    #expect(moments.allSatisfy { $0 == .never || $0 == .always }, "\(text)")
    return moments.indices.filter { moments[$0] == .always }
  }

  @Test("comparisons, lists and what binds how, by hand")
  func fixed() throws {
    for (text, expected) in [
      ("price <= 30", [0, 1, 4]), ("price < 30", [0, 4]), ("price > 30", [3]), ("price >= 30", [1, 3]),
      ("price == 30", [1]), ("price = 30.0", [1]), ("price != 30", [0, 3, 4]), ("30 >= price", [0, 1, 4]),
      ("-2 < price <= 30", [0, 1]), ("price in [10, 30.5]", [0, 3]), ("price not in [10, 30.5]", [1, 4]),
      ("price is missing", [2]), ("price is not missing", [0, 1, 3, 4]), ("not price <= 30", [2, 3]),
      ("lang == \"pt\"", [1, 4]), ("lang != 'pt'", [0, 3]), ("lang in [en, pt]", [0, 1, 3, 4]),
      ("lang != ''", [0, 1, 3, 4]), ("lang is missing", [2]), ("lang in [xx]", []),
      ("lang not in ['', en]", [1, 4]), ("not lang == 'pt'", [0, 2, 3]), ("not lang != 'pt'", [1, 2, 4]),
      ("price != `list price`", [0, 3, 4]), ("not price not in [10, 30.5]", [0, 2, 3]),
      ("category in ['a b', ü]", [0, 2, 3]), ("category == \"B\"", [1]), ("category is missing", [4]),
      ("category not in [B]", [0, 2, 3]), ("item in [10, 14]", [0, 4]), ("item > 12", [3, 4]),
      ("price <= `list price`", [0, 1, 4]), ("`list price` > price", [0, 4]),
      ("lang == 'pt' or lang == 'en' and price < 20", [0, 1, 4]),
      ("(lang == 'pt' or lang == 'en') and price < 20", [0, 4]),
      ("not lang == 'pt' and price < 20", [0]), ("not (lang == 'pt' and price < 20)", [0, 1, 2, 3]),
      ("not not item == 11", [1]), ("price < 1e1", [4]), ("price > 1_0", [1, 3]),
    ] {
      #expect(try rows(text) == expected, "\(text)")
    }
  }

  @Test("whole numbers are compared to the last digit, and ids in quotes by their bytes")
  func wholeNumbers() throws {
    let quintillion: Int64 = 1_000_000_000_000_000_000
    var table = ItemTable(
      items: [quintillion, quintillion + 7, 101],
      categories: [0, 1, 2],
      categoryNames: ["", "9007199254740992", "9007199254740993"]
    )
    func rows(_ text: String) throws -> [Int] {
      let moments = try ItemCondition(text).moments(in: table, unit: .seconds)
      return moments.indices.filter { moments[$0] == .always }
    }
    for (text, expected) in [
      ("item == 1000000000000000007", [1]), ("item in [1000000000000000007, 5]", [1]),
      ("item != 1000000000000000007", [0, 2]), ("item == 1000000000000000007.0", [1]),
      ("item == 1.000000000000000007e18", [1]), ("item == 1e18", [0]), ("item in [1e18, 1.01e2]", [0, 2]),
      ("item < 1000000000000000007.00", [0, 2]), ("item > 1e18", [1]), ("item == 101.5", []),
      ("item == 1e19", []), ("item < 1e19", [0, 1, 2]), ("item == -0.0", []), ("item == 1010e-1", [2]),
      ("item == \"101\"", [2]), ("item == \"0101\"", []), ("item not in ['0101']", [0, 1, 2]),
      ("category > 9007199254740992", [2]), ("category <= 9007199254740992", [1]),
    ] {
      #expect(try rows(text) == expected, "\(text)")
    }
    table.idsAreNumbers = true
    #expect(try rows("item == \"0101\"") == [2])
    #expect(throws: ItemCondition.Problem.self) { _ = try rows("item == 'soon'") }
  }

  @Test("items are held against the time of the request, in the log's unit, missing times never")
  func timed() throws {
    func moments(_ text: String, _ unit: TimeUnit = .seconds) throws -> [MomentSet] {
      try ItemCondition(text).moments(in: Self.table, unit: unit)
    }
    let base: Int64 = 1_500_000_000
    #expect(
      try moments("made <= request")
        == [.from(base), .from(base + 10), .never, .from(base + 21), .from(base + 30)]
    )
    // The half second is between two of the log's ticks, or one of them.
    #expect(try moments("made < request")[3] == .from(base + 21))
    #expect(try moments("made < request")[0] == .from(base + 1))
    #expect(
      try moments("made >= request")[3] == .upTo(base + 20) && moments("made > request")[0] == .upTo(base - 1)
    )
    #expect(try moments("request >= made", .milliseconds)[3] == .from(1000 * base + 20_500))
    #expect(
      try moments("made == request")[0] == .within([base...base]) && moments("made == request")[3] == .never
    )
    #expect(try moments("made >= request - 7d")[0] == .upTo(base + 7 * 86_400))
    #expect(try moments("request + 1h > made")[1] == .from(base + 10 - 3600 + 1))
    #expect(
      try moments("request - 1min <= made <= request")[1] == .within([base + 10...base + 70])
    )
    #expect(try moments("not made <= request")[1] == .upTo(base + 9))
    #expect(try moments("not made <= request")[2] == .always)
    #expect(try moments("made != request")[0] == .within([.min...base - 1, base + 1 ... .max]))
    #expect(try moments("made != request")[2] == .never && moments("not made == request")[2] == .always)
    #expect(
      try moments("made is missing or made <= request and lang == 'pt'")
        == [.never, .from(base + 10), .always, .never, .from(base + 30)]
    )
    #expect(
      try moments("made > request or made < request - 10s")[0]
        == .within([.min...base - 1, base + 11 ... .max])
    )
    // Moments say their unit.
    #expect(try moments("since <= request") == [.never, .from(5), .from(6), .from(7), .from(8)])
  }

  @Test("what is no condition is told with its place in the text")
  func mistakes() throws {
    for (text, place, message) in [
      ("", 1, "expected an item column, got the end"),
      ("price", 6, "expected a comparison such as '==', '<=' or 'in [...]', got the end"),
      ("price <= ", 10, "expected an item column, got the end"),
      ("price <= 30 lang == 'pt'", 13, "expected 'and', 'or' or the end, got 'lang'"),
      ("(price < 3", 11, "expected ')', got the end"),
      ("price < 3)", 10, "expected 'and', 'or' or the end, got ')'"),
      ("price in 3", 10, "expected a list such as '[A, B]', got '3'"),
      ("lang in [pt-BR]", 12, "expected ',' or ']', as text that is no plain word stands in quotes, got '-'"),
      ("lang == 'pt", 9, "the ' that begins here has no end"),
      ("price & 3", 7, "'&' means nothing in a condition"),
      ("3 < 4", 3, "one side of '<' must be an item column"),
      ("made > request - 7", 18, "expected a time such as '7d', '12h', '30min' or '90s', got '7'"),
      (
        "price > 7kg", 9,
        "expected a number, or one with s, min, h, d or w behind it, got '7kg'; text stands in quotes"
      ),
      ("price is 3", 10, "expected 'missing', got '3'"),
      ("lang == ''", 9, "no comparison holds of an empty field; ask for one by 'lang is missing'"),
      ("'' = `the lang`", 1, "no comparison holds of an empty field; ask for one by '`the lang` is missing'"),
      ("lang in [en, '']", 14, "no comparison holds of an empty field; ask for one by 'lang is missing'"),
      ("and price > 3", 1, "expected an item column, a value or 'request', got 'and'"),
      (
        "made > request - 99999999999d", 18,
        "expected a whole number of seconds, 30,000 years at most, got '99999999999d'"
      ),
    ] {
      do throws(ItemCondition.Problem) {
        _ = try ItemCondition(text)
        Issue.record("\(text) is a condition")
      } catch {
        #expect(error == ItemCondition.Problem(message: message, place: place), "\(text)")
      }
    }
    let deep = String(repeating: "(", count: 50_000) + "price > 3"
    #expect(throws: ItemCondition.Problem.self) { try ItemCondition(deep) }
    #expect(throws: ItemCondition.Problem.self) {
      try ItemCondition(String(repeating: "not ", count: 50_000) + "x > 3")
    }
  }

  @Test("what does not fit the kept columns is told before the table is read, all of it")
  func columns() throws {
    let columns = ItemTableColumns([("price", .numbers), ("lang", .text), ("category", .ids), ("item", .ids)])
    func problems(_ text: String) throws -> [String] {
      try ItemCondition(text).problems(on: columns).map(\.description)
    }
    #expect(try problems("price < 3 and lang in [pt] and category in [1, x] and price <= request").isEmpty)
    #expect(
      try problems("prize < 3 or lang < 3 and price == cheap") == [
        "at character 1: 'config' keeps no item column 'prize'; did you mean 'price'?",
        "at character 14: 'lang' holds text, which is compared by == and != or with 'in [...]'; list it in config's "
          + "item_columns.numbers where it holds numbers or dates",
        "at character 36: 'config' keeps no item column 'cheap'; it keeps price, lang, category, item, and text stands in "
          + "quotes",
      ]
    )
    #expect(try problems("prize != 3").count == 1)
    #expect(
      try problems("price in [1, x] and lang <= request and category == lang") == [
        "at character 14: 'price' holds numbers, and 'x' is none, nor a date such as \"2017-10-01\"",
        "at character 21: 'lang' is no time to compare with the request's; list it in config's item_columns.numbers",
        "at character 41: only columns of numbers are compared with each other, and 'category' holds text or ids; text "
          + "stands in quotes",
        "at character 53: only columns of numbers are compared with each other, and 'lang' holds text or ids; text stands "
          + "in quotes",
      ]
    )
  }

  @Test("what only the table tells is told too")
  func table() throws {
    for text in [
      "category < 2", "nowhere == 3", "lang <= request", "price == 'x'", "category <= request", "since == 3",
    ] {
      #expect(throws: ItemCondition.Problem.self, "\(text)") {
        try ItemCondition(text).moments(in: Self.table, unit: .seconds)
      }
    }
  }

  @Test("sets of moments are those of single moments, for random conditions")
  func algebra() {
    var generator = SplitMix(seed: 3, stream: 1)
    let span: ClosedRange<Int64> = -6...6
    func drawn() -> MomentSet {
      (0...generator.below(2)).map { _ -> MomentSet in
        let (first, last) = (Int64(generator.below(13)) - 6, Int64(generator.below(13)) - 6)
        switch generator.below(4) {
        case 0: return .from(first)
        case 1: return .upTo(last)
        case 2: return first <= last ? .within([first...last]) : .never
        default: return MomentSet.within([min(first, last)...max(first, last)]).complement
        }
      }.reduce(.never) { $0.union($1) }
    }
    for _ in 0..<3000 {
      let (a, b) = (drawn(), drawn())
      for moment in Array(span) + [.min, .max] {
        #expect(a.union(b).contains(moment) == (a.contains(moment) || b.contains(moment)))
        #expect(a.intersection(b).contains(moment) == (a.contains(moment) && b.contains(moment)))
        #expect(a.complement.contains(moment) == !a.contains(moment))
      }
      for set in [a.union(b), a.intersection(b), a.complement] {
        #expect(zip(set.ranges, set.ranges.dropFirst()).allSatisfy { $0.upperBound < $1.lowerBound - 1 })
      }
    }
  }

  @Test("numbers count what makes most of them moments of our days, or else what the log's times do")
  func units() throws {
    func times(_ values: ColumnValues, _ unit: TimeUnit) throws -> [ItemTimes.Time?] {
      try ItemTimes(LogColumn(name: "t", values: values), in: unit).values
    }
    func whole(_ ticks: Int64) -> ItemTimes.Time { ItemTimes.Time(floor: ticks, ceiling: ticks) }
    let seconds = 1_500_000_000.0
    // 253402300799 is the end of the year 9999, which says nothing of the unit.
    #expect(
      try times(.reals([seconds, seconds + 1, 253_402_300_799, .nan]), .milliseconds)
        == [whole(1_500_000_000_000), whole(1_500_000_001_000), whole(253_402_300_799_000), nil]
    )
    #expect(
      try times(.integers([1_500_000_000_123, 1_500_000_000_000, -1]), .seconds) == [
        ItemTimes.Time(floor: 1_500_000_000, ceiling: 1_500_000_001), whole(1_500_000_000),
        ItemTimes.Time(floor: -1, ceiling: 0),
      ]
    )
    #expect(try times(.reals([3, 7.5]), .milliseconds) == [whole(3), ItemTimes.Time(floor: 7, ceiling: 8)])
    #expect(
      try times(.moments([86_400, 0, ColumnValues.noTime], .seconds), .nanoseconds)
        == [whole(86_400_000_000_000), whole(0), nil]
    )
    #expect(try times(.moments([.max, .min + 1], .seconds), .nanoseconds) == [whole(.max), whole(.min)])
    #expect(throws: DataError.self) { try times(.names(codes: [0], names: ["x"]), .seconds) }
  }

  @Test("an item may be shown from its first time on and before its end")
  func availability() throws {
    let from = try ItemTimes(LogColumn(name: "f", values: .reals([3, .nan, 5, .nan])), in: .seconds)
    let until = try ItemTimes(LogColumn(name: "u", values: .reals([6, 4, 5, .nan])), in: .seconds)
    #expect(
      ItemTimes.availability(from: from, until: until, count: 4) == [
        .within([3...5]), .upTo(3), .never, .always,
      ]
    )
    #expect(ItemTimes.availability(from: nil, until: nil, count: 2) == [.always, .always])
  }
}
