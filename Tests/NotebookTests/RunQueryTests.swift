import Files
import Glibc
import Report
import TestSupport
import Testing

@testable import Notebook

@Suite("Finished runs, asked")
struct RunQueryTests {
  private static func document(_ facts: [(String, String)], under: [(String, String)] = []) -> ReportDocument
  {
    var document = ReportDocument(title: "t")
    document.settings = facts.map { .init($0.0, $0.1) }
    document.measuredUnder = under.map { .init($0.0, $0.1) }
    return document
  }

  private static func run(_ document: ReportDocument) throws -> StoredRun {
    let scratch = try ScratchFolder()
    try AtomicFile.write(try document.json, to: scratch.file(ReportDocument.file))
    return try StoredRun(directory: scratch.path)
  }

  @Test(
    "conditions compare numbers as numbers and all else as texts",
    arguments: [
      ("a.n > 9", true), ("a.n>9", true), ("a.n = 10.0", true), ("a.n == 1e1", true), ("a.n != 10", false),
      ("a.n <= 9.99", false), ("a.t = mean", true), ("a.t != max", true), ("a.t ~ EA", true),
      ("a.q = two words", true), ("a.l ~ 64", true), ("a.l = [64, 32]", true), ("a.t > 3", true),
      ("a.none != 3", true), ("a.none = 3", false), ("tag ~ x", false), ("tag != x", true),
      ("tag < x", false),
      ("title = t", true), ("date = 2026-11-28", true), ("date == 2026-11", true),
      ("date != 2026-11-28", false),
      ("date <= 2026-11-28", true), ("date < 2026-11-28", false), ("date > 2026-11-28", false),
      ("date > 2026-11-27", true), ("date = '2026-11-28 10:15'", true),
      ("date = 2026-11-28t10:15:01Z", false),
      ("date ~ -28t", true),
    ]
  )
  func conditions(text: String, isMet: Bool) throws {
    var document = Self.document([
      ("a.n", "10"), ("a.t", "mean"), ("a.q", "\"two words\""), ("a.l", "[64, 32]"),
    ])
    document.date = "2026-11-28T10:15:00Z"
    let run = try Self.run(document)
    #expect(try RunCondition(text).isMet(by: run) == isMet)
  }

  @Test("what is no condition is refused", arguments: ["", "a", "> 3", "a.n >", "a.n 3"])
  func noCondition(text: String) {
    let error = #expect(throws: RunRefusal.self) { try RunCondition(text) }
    #expect(
      error?.description
        == "--where: expected NAME OPERATOR VALUE, as 'train.epochs > 3', with one of != <= >= = < > ~; got '\(text)'"
    )
  }

  @Test(
    "an operator that is none is told with those that are",
    arguments: [">>", "=>", "=<", "~~", "<>", "==="]
  )
  func noOperator(word: String) {
    let error = #expect(throws: RunRefusal.self) { try RunCondition("a.n \(word) 3") }
    #expect(
      error?.description
        == "--where: there is no operator '\(word)' in 'a.n \(word) 3'; there are != <= >= = < > ~"
    )
  }

  @Test("a date is one", arguments: ["tomorrow", "28.11.2026", "2026-11-28 noon", "20261128"])
  func noDate(value: String) {
    let error = #expect(throws: RunRefusal.self) { try RunCondition("date < \(value)") }
    #expect(
      error?.description
        == "--where: expected a date as YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS, in UTC; got '\(value)'"
    )
  }

  @Test("what is no number is neither above nor below one")
  func noNumber() throws {
    let runs = try [[("a.n", "10")], [("a.t", "x")]].map { try Self.run(Self.document($0)) }
    func found(_ condition: String) throws -> Int {
      var query = RunQuery()
      query.conditions = [try RunCondition(condition)]
      return try query.apply(to: runs).count
    }
    let error = #expect(throws: RunRefusal.self) { try found("a.n > abc") }
    #expect(error?.description == "--where: 'a.n' is a number, and 'abc' is none")
    #expect(try found("a.n = abc") == 0 && found("a.n != abc") == 2 && found("a.t >= abc") == 1)
    #expect(try found("a.n != 10") == 1)
  }

  @Test("a run with several tags has each of them")
  func tags() throws {
    var run = try Self.run(Self.document([]))
    run.tags = ["best", "first"]
    #expect(try RunCondition("tag = first").isMet(by: run) && RunCondition("tag ~ IRS").isMet(by: run))
    #expect(try !RunCondition("tag != best").isMet(by: run) && RunCondition("tag != last").isMet(by: run))
  }

  @Test("ids are in the order of their times, then of their numbers")
  func ids() {
    let ids = ["20261128-101500-999", "20261128-101500-1000", "20261128-101500-1000-2", "20261128-101501-5"]
    #expect(ids.reversed().sorted(by: RunID.precedes) == ids)
    #expect(ids.allSatisfy(RunID.isOne) && !RunID.isOne("latest") && !RunID.isOne("20261128"))
  }

  @Test(
    "a run comes after one of the same second whose process had a larger number, and takes no heed of other clocks"
  )
  func freshIDs() throws {
    let root = try ScratchFolder()
    var options = RunOptions()
    options.outputRoot = root.path
    func fresh() throws -> String {
      FilePaths.name(of: try RunDirectory(recipe: "r", options: options).final)
    }
    let now = Double(time(nil))
    let beside = "\(UTCTime.compact(now + 1))-99999999"
    try Folders.make("\(root.path)/r/\(beside)")
    #expect(RunID.precedes(beside, try fresh()))
    try Folders.make("\(root.path)/r/29991231-235959-7")
    #expect(RunID.precedes(try fresh(), "\(UTCTime.compact(now + 60))-1"))
  }

  @Test("what keeps figures from being held against each other is told in words")
  func protocols() {
    let first = Self.document(
      [],
      under: [
        ("config: data", "1"), ("eval: candidates", "2"), ("x: candidates", "2"), ("y: candidates", "9"),
      ]
    )
    var second = first
    #expect(MeasurementProtocol.differences(first, second) == [])
    second.measuredUnder = [
      .init("x: candidates", "3"), .init("eval: candidates", "3"), .init("config: data", "1"),
      .init("z: what counts as found", "5"),
    ]
    #expect(MeasurementProtocol.differences(first, second) == ["the candidates differ (eval, x)"])
    let rules = ["1", "2"].map { Self.document([], under: [("eval: what counts as found", $0)]) }
    #expect(MeasurementProtocol.differences(rules[0], rules[1]) == ["what counts as found differs (eval)"])
  }

  @Test("settings that differ, absent ones too; ends of intervals and times are no metrics of their own")
  func differences() {
    var documents = [[("a", "1"), ("b", "2")], [("a", "1"), ("c", "3")]].map { Self.document($0) }
    #expect(
      RunDifference.settings(documents.map(\.settings)) == [
        .init(name: "b", values: ["2", nil]), .init(name: "c", values: [nil, "3"]),
      ]
    )
    let cells = [[("a.n", "1")], [("a.n", "1"), ("b.n", "2")], [("a.n", "3"), ("b.n", "2"), ("b.m", "4")]]
    #expect(
      RunDifference.settingsOfSharedCells(cells.map { Self.document($0).settings }) == [
        .init(name: "a.n", values: ["1", "1", "3"]), .init(name: "b.m", values: [nil, nil, "4"]),
      ]
    )
    documents[0].metrics = [.init("m", 1), .init("m.low", 0), .init("query_ms", 3), .init("n.low", 2)]
    documents[1].metrics = [.init("m", nil), .init("k", 4)]
    #expect(
      RunDifference.metrics(documents) == [
        .init(name: "m", values: [1, nil]), .init(name: "n.low", values: [2, nil]),
        .init(name: "k", values: [nil, 4]),
      ]
    )
  }

  @Test("what is counted is shown whole, and so are its differences")
  func counts() throws {
    var documents = [Self.document([]), Self.document([])]
    documents[0].metrics = [.init("clicks", 108_000), .init("loss", 0.123456), .init("same", 0.123456)]
    documents[1].metrics = [.init("clicks", 108_001), .init("loss", 0.2), .init("same", 0.123457)]
    let difference = RunDifference(try documents.map { .init(try Self.run($0)) })
    let moved = difference.metrics.filter(\.isMoved)
    let table = try #require(difference.metricTable(moved))
    #expect(
      TextTableRenderer.render(table) == """
        metric        A        B    B − A
        ──────  ───────  ───────  ───────
        clicks  108,000  108,001       +1
        loss     0.1235      0.2  +0.0765

        """
    )
    #expect(RunDifference.signed(-1204) == "−1,204" && RunDifference.signed(0) == "0")
  }

  @Test("what is best is read with how many, and which way")
  func best() {
    #expect(RunPruning.Best("eval.hit_rate@20:3")?.isLowest == false)
    #expect(RunPruning.Best("train.loss:2:lowest")?.isLowest == true)
    for text in ["eval.hit_rate@20", "a:0", "a:x", ":3", "a:3:worst", "a:1:lowest:2"] {
      #expect(RunPruning.Best(text) == nil, "\(text)")
    }
  }
}
