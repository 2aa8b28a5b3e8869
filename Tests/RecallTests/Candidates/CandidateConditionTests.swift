import Tables
import Testing

@testable import Clicks
@testable import Recall

/// What items that come later are judged by, worked by hand.
@Suite("Conditions of saved models")
struct CandidateConditionTests {
  private typealias Item = CandidateConditions.Item

  private func conditions(
    _ texts: [String],
    _ columns: [LogColumn],
    from: String? = nil,
    lists: CandidateConditions.Lists? = nil
  ) throws -> CandidateConditions {
    try CandidateConditions(
      conditions: texts,
      categoryName: "kind",
      availableFrom: from,
      availableUntil: nil,
      columns: columns,
      lists: lists
    )
  }

  @Test("what numbers count is what most of the catalogue's do, however few items are judged")
  func units() throws {
    let made = LogColumn(name: "made", values: .reals([1_500_000_000, 1_500_000_001, 1_500_000_002]))
    let conditions = try conditions(["made <= request"], [made])
    // Among moments in seconds 5 is five seconds after 1970 began; by itself it would count as the log does.
    let items = [
      Item(id: "a", values: ["made": .integer(5)]),
      Item(id: "b", values: ["made": .text("1970-01-01T00:00:07Z")]),
      Item(id: "c", place: 1), Item(id: "d", place: 1, values: ["made": FeatureValue.none]), Item(id: "e"),
    ]
    let found = try conditions.moments(of: items, unit: .milliseconds, hasNames: true)
    #expect(found == [.from(5_000), .from(7_000), .from(1_500_000_001_000), .never, .never])
  }

  @Test(
    "an id that is no whole number, or not as programs write one, is no item that a condition names by a number"
  )
  func oddIDs() throws {
    let conditions = try conditions(["item not in [0, 101, 1000000000000000007]"], [])
    let ids = ["abc", "0101", "101", "0", "1000000000000000000", "1000000000000000007", ""]
    let found = try conditions.moments(of: ids.map { Item(id: $0) }, unit: .seconds, hasNames: false)
    #expect(found == [.always, .always, .never, .never, .always, .never, .always])
  }

  @Test("texts, categories by either name, dates, ids and lists: known items keep what is not said of them")
  func kinds() throws {
    let columns = [
      LogColumn(name: "category", values: .integers([4, 5])),
      LogColumn(name: "lang", values: .names(codes: [1, 0], names: ["de", "pt"])),
      LogColumn(name: "day", values: .moments([17_000, ColumnValues.noTime], .seconds)),
    ]
    let lists = CandidateConditions.Lists(isListed: [true, false], allowed: ["9", "8"], blocked: ["8"])
    let conditions = try conditions(
      ["category == 5 or item == 9", "lang in [de, xx]"],
      columns,
      from: "day",
      lists: lists
    )
    #expect(conditions.names == ["category", "kind", "lang", "day"])
    #expect(conditions.unsaid(["kind", "day"]) == ["lang"])
    let items = [
      Item(id: "0", place: 0, values: ["kind": .text("5"), "lang": .text("xx")]), Item(id: "1", place: 1),
      Item(id: "9", values: ["lang": .text("de")]), Item(id: "9", values: ["lang": .text("fr")]),
      Item(id: "8", values: ["category": .integer(5), "lang": .text("de")]),
      Item(id: "7", values: ["category": .integer(5), "lang": .text("de")]),
      Item(id: "9", values: ["lang": .text("de"), "day": .text("1970-01-02")]),
      Item(
        id: "9",
        values: ["lang": .text("de"), "day": .text("1970-01-02")],
        availableFrom: 7,
        availableUntil: 9
      ),
    ]
    let found = try conditions.moments(of: items, unit: .seconds, hasNames: false)
    #expect(
      found == [
        .from(17_000), .never, .always, .never, .never, .never, .from(86_400), .within([7...8]),
      ]
    )
    // The same of a catalogue that has them.
    let later = try conditions.rows(items)
    // Two of no category are of none, and not of 0.
    #expect(later.columns[0].values == .names(codes: [1, 1, 0, 0, 1, 1, 0, 0], names: ["", "5"]))
    #expect(later.lists?.isListed == [true, false, true, true, false, false, true, true])
    let again = try later.moments(of: [Item(id: "0", place: 0)], unit: .seconds, hasNames: false)
    #expect(again == [.from(17_000)])
    let failure = #expect(throws: RequestFailure.self) {
      try conditions.rows([Item(id: "0", values: ["day": .list([])])])
    }
    #expect(failure?.place == "day")
  }
}
