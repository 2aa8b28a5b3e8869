import Foundation
import Parquet
import Testing

/// What stands where there is no value, and values that stand where they do not belong.
@Suite("Missing and misplaced values in people's data")
struct MissingValueTests {
  private static let recipe = """
    config:
      data: { path: ., clicks: log.csv }
      columns: { user: user, item: item, time: ts }
    split: { strategy: none }

    """

  private func run(_ log: String, _ recipe: String = recipe, _ settings: String...) throws -> (
    metrics: [String: Double], outcome: Tool.Outcome
  ) {
    let place = try Workplace()
    try place.write("log.csv", log)
    try place.write("r.yaml", recipe)
    let outcome = try place.run(["run", "r.yaml", "--output", "o", "-q"] + settings)
    return (outcome.status == 0 ? try place.metrics("o") : [:], outcome)
  }

  @Test("A field that is not a number is none, in a column of decimals", arguments: ["NaN", "nan"])
  func decimals(word: String) throws {
    let place = try Workplace()
    try place.write(
      "n.csv",
      "user,item,ts,price\n1,1,1577836800,1.5\n1,2,1577836801,\(word)\n2,3,1577836802,\n2,4,1577836803,4.5\n"
    )
    let outcome = try place.run("data", "n.csv", "--json")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let objects = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [[String: Any]]
    let columns = try #require(objects?.first?["columns"] as? [[String: Any]])
    let price = try #require(columns.last)
    #expect(price["name"] as? String == "price" && price["type"] as? String == "decimal")
    #expect(price["distinct"] as? Int == 2 && price["empty"] as? Int == 2)
    #expect(try place.run("init", "n.csv").status == 0)
  }

  @Test("Users of Parquet that are not numbers are none: an error, or left out and counted")
  func parquetUsers() throws {
    let place = try Workplace()
    var bytes: [UInt8] = []
    let writer = try ParquetWriter([
      ParquetField("user", .double), ParquetField("item", .int64), ParquetField("ts", .int64),
    ]) { bytes += $0 }
    try writer.write(
      rows: 4,
      [
        ParquetFieldValues(.doubles([1, .nan, 2, .nan])), ParquetFieldValues(.int64s([1, 2, 3, 4])),
        ParquetFieldValues(.int64s([1_577_836_800, 1_577_836_801, 1_577_836_802, 1_577_836_803])),
      ]
    )
    try writer.finish()
    try place.write("log.parquet", Data(bytes))
    let recipe = Self.recipe.replacingOccurrences(of: "log.csv", with: "log.parquet")
    try place.write("r.yaml", recipe)
    let refused = try place.run("run", "r.yaml", "--output", "o", "-q")
    #expect(refused.status == 1 && refused.errors.contains("drop_incomplete"), "\(refused.errors)")
    let outcome = try place.run(
      "run",
      "r.yaml",
      "config.data.drop_incomplete=true",
      "--output",
      "o",
      "-q"
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let metrics = try place.metrics("o")
    #expect(metrics["config.users"] == 2 && metrics["config.clicks"] == 2)
    #expect(try place.text("o/report.md").contains(/\| Rows without an id or time, left out +\| +2 \|/))
  }

  @Test("Ids that programs write for no value are told of", arguments: ["NA", "\\N", "None", "null", "NaN"])
  func words(word: String) throws {
    let log = "user,item,ts\na,1,1577836800\n\(word),2,1577836801\n\(word),3,1577836802\nNancy,4,1577836803\n"
    let (metrics, outcome) = try run(log)
    #expect(
      outcome.errors.contains("warning: 2 clicks are of the user `\(word)`, which"),
      "\(outcome.errors)"
    )
    #expect(metrics["config.users"] == 3)
    let (_, other) = try run(log.replacingOccurrences(of: "\n\(word),", with: "\nNanna,"))
    #expect(!other.errors.contains("clicks are of"))
  }

  @Test("Times that say what they count and lie in 1970 are told of")
  func earlyMoments() throws {
    func errors(_ times: [String]) throws -> String {
      let rows = times.enumerated().map { "\($0.offset % 2),\($0.offset),\($0.element)\n" }
      let (_, outcome) = try run("user,item,ts\n" + rows.joined())
      #expect(outcome.status == 0, "\(outcome.errors)")
      return outcome.errors
    }
    for times in [
      ["43835.5", "43836.25", "43837.5"], ["1970-01-19T06:17:16.800Z", "1970-01-19T06:18:00.000Z"],
    ] {
      #expect(try errors(times).hasPrefix("warning: All times lie before 1980, from 1970-01-"), "\(times)")
    }
    for times in [
      ["1577836800.5", "1577836801.25"], ["2020-01-01", "2020-01-02"], ["1985-01-01", "1986-01-02"],
      ["0.5", "7.25"],
    ] {
      #expect(try errors(times) == "", "\(times)")
    }
  }

  @Test("A header that reads like a click is told of, names that are the numbers of columns are not")
  func headerOfValues() throws {
    let numbered = Self.recipe.replacingOccurrences(
      of: "user: user, item: item, time: ts",
      with: "user: 1, item: 2, time: 3"
    )
    let rows = "1,3,1577836801\n2,3,1577836802\n"
    let (metrics, outcome) = try run("1,2,1577836800\n" + rows, numbered)
    #expect(outcome.errors.contains("reads `1, 2, 1577836800` in the columns of user"), "\(outcome.errors)")
    #expect(metrics["config.clicks"] == 2)
    let (whole, without) = try run("1,2,1577836800\n" + rows, numbered, "config.data.header=false")
    #expect(whole["config.clicks"] == 3 && without.errors == "")
    for header in ["0,1,2\n", "1,2,3\n", "user,item,ts\n"] {
      #expect(try run(header + rows, numbered).outcome.errors == "")
    }
  }

  @Test("Objects as Python writes them are no table")
  func pythonObjects() throws {
    let place = try Workplace()
    for (name, line) in [
      ("a.json", "{u'user': u'u1', u'item': 7}\n"), ("b.csv", "{'user': 'u1', 'item': 7}\n"),
    ] {
      try place.write(name, line + line)
      for verb in ["init", "data"] {
        let outcome = try place.run(verb, name)
        #expect(outcome.status != 0 && outcome.errors.contains("objects as Python writes them"), "\(outcome)")
      }
    }
  }

  @Test("A verb that cannot go on ends at the first signal", arguments: [SIGINT, SIGTERM, SIGHUP])
  func signals(signal: Int32) throws {
    let place = try Workplace()
    // It waits for an editor that says nothing.
    let running = try place.start(
      ["-c", "mkfifo \"$1\" && exec 3<>\"$1\" && exec \"$0\" lsp <&3", Tool.path, place.file("pipe")],
      program: "/bin/bash"
    )
    let process = running.process.processIdentifier
    func listens() -> Bool {
      let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
      let caught = status.split(separator: "\n").first { $0.hasPrefix("SigCgt:") }?.split(separator: "\t")
        .last
      return status.hasPrefix("Name:\ttowerbook\n")
        && caught.flatMap { UInt64($0, radix: 16) }.map { $0 & 2 != 0 } == true
    }
    for _ in 0..<3_000 where !listens() { usleep(10_000) }
    #expect(listens())
    kill(process, signal)
    #expect(try running.finish().status == 128 + signal)
  }
}
