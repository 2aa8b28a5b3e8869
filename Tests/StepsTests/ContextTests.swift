import Files
import Report
import Testing

/// What the report says of the context of requests.
@Suite("The context of requests")
struct ContextTests {
  /// A field of the clicks of each user that are learned from.
  private static func learned(_ field: Int) -> [ArraySlice<Substring>] {
    var values: [Substring: [Substring]] = [:]
    for line in ModelFixture.clicks.split(separator: "\n").dropFirst() {
      let fields = line.split(separator: ",")
      values[fields[0], default: []].append(fields[field])
    }
    // The last click is held out for the test, the one before for validation where one is left.
    return values.values.map { $0.dropLast($0.count > 2 ? 2 : 1) }
  }

  @Test("a column that seldom stays what it was at the click before is told of, one that stays is not")
  func warnings() throws {
    let fixture = try ModelFixture()
    let pairs = Self.learned(3).flatMap { zip($0, $0.dropFirst()) }
    let same = pairs.count { $0 == $1 }
    #expect(pairs.count > 100 && 2 * same < pairs.count)
    let share = NumberFormat.percent(Double(same) / Double(pairs.count))
    let report = try MappedFile.readText(FilePaths.parent(of: try fixture.model()) + "/report.md")
    #expect(report.contains("\(share) of clicks have the `device` of their user's click before."))
    _ = try fixture.files.write(
      ModelFixture.clicks.replacing(",phone\n", with: ",desktop\n"),
      "clicks.csv"
    )
    let steady = try MappedFile.readText(FilePaths.parent(of: try fixture.model()) + "/report.md")
    #expect(!steady.contains("of their user's click before"))
  }

  @Test("items that a user has twice are told of where a target's context are all others")
  func repeats() throws {
    let fixture = try ModelFixture()
    let repeated = Self.learned(1).reduce(0) { count, own in
      count + own.count { item in own.count { $0 == item } > 1 }
    }
    #expect(repeated > 0)
    func report(_ overrides: String...) throws -> String {
      try MappedFile.readText(
        FilePaths.parent(of: try fixture.model(["encode.history=others"] + overrides)) + "/report.md"
      )
    }
    let words = "\(NumberFormat.grouped(repeated)) clicks are of an item that their user has more than once."
    #expect(try report().contains(words))
    #expect(try !report("encode.drop_repeated_targets=true").contains("has more than once"))
    #expect(try !report("split.deduplicate=per_user").contains("has more than once"))
  }
}
