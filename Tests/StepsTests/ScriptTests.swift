import ClickFixtures
import Files
import Foundation
import Notebook
import Recipe
import Report
import Testing

@testable import Steps

/// Programs of one's own as cells: shell scripts, which every machine runs.
@Suite("Programs as cells")
struct ScriptTests {
  private let files: ClickFiles

  init() throws {
    files = try ClickFiles()
    var clicks = "user,item,ts\n"
    for user in 1...12 {
      for turn in 0..<4 { clicks += "u\(user),i\((user * 3 + turn * 5) % 9),\(1000 + turn * 10)\n" }
    }
    _ = try files.write(clicks)
    try write("count.sh", Self.count)
    try write("twice.sh", Self.twice)
  }

  /// Counts what it reads, and leaves one file of each kind.
  private static let count = #"""
    set -e
    users=$(($(wc -l < inputs/eval/by_user.csv) - 1))
    magic=$(head -c 6 inputs/index/item_vectors.npy | tail -c 5)
    test "$magic" = NUMPY
    test "$(head -c 4 inputs/split/clicks.parquet)" = PAR1
    ids=$(tr -cd , < inputs/index/item_ids.json | wc -c)
    lines=$(wc -l < inputs/recall/recall_candidates.csv)
    printf '{"rows": %d, "ids@2": %d, "lines": %d}' "$users" "$((ids + 1))" "$lines" > outputs/metrics.json
    printf 'item,count\na|b,1\nc,2.5\n' > outputs/top_items.csv
    printf '<svg xmlns="http://www.w3.org/2000/svg"><text>x</text></svg>' > outputs/shape.svg
    printf '{"shape.svg": "A letter"}' > outputs/captions.json
    mkdir outputs/more
    grep -o '"weight": [0-9.]*' settings.json > outputs/more/weight.txt
    grep -q '"item": "item"' settings.json
    echo counted "$users"
    """#

  private static let twice = #"""
    rows=$(tr -cd '0-9,' < inputs/script/outputs/metrics.json | cut -d, -f1)
    echo "{\"double\": $((rows * 2))}" > outputs/metrics.json
    """#

  private func write(_ name: String, _ text: String) throws { _ = try files.write(text + "\n", name) }

  private static let base = """
    config:
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: ts }
    split: { strategy: last_click }
    encode: { max_seq_len: 4 }
    model: { embedding_dim: 4, query_tower: identity, item_tower: identity, category: false }
    train: { epochs: 1, batch_size: 16 }
    index:
    eval: { k: [2], baselines: [popularity] }
    recall: { k: 3 }

    """

  private static let counting = """
    script as count:
      text: It counts {{ rows }} rows.
      command: [sh, count.sh]
      reads: [split, index, eval, recall]
      metrics: [rows, ids@2, lines]
      arguments: { weight: 0.25 }
      expect: { rows: 24 }
    script as twice:
      command: [sh, twice.sh]
      reads: [script]
      metrics: [double]

    """

  private func runs(_ cells: String) -> RecipeRuns { RecipeRuns(Self.base + cells, in: files) }

  private func failure(_ cells: String, _ overrides: [String] = []) -> String {
    do {
      _ = try runs(cells).summary(overrides) { $0.allowsPrograms = true }
      return "(no error)"
    } catch { return "\(error)" }
  }

  @Test("what it reads is there; what it gives stands in the run, the report, and what expects it")
  func whole() throws {
    let summary = try runs(Self.counting).summary { $0.allowsPrograms = true }
    let metrics = Dictionary(uniqueKeysWithValues: summary.metrics.map { ($0.name, $0.value) })
    // Twelve users with a list of the model and one of popularity each; nine items; three candidates a user and a header.
    #expect(metrics["count.rows"] == 24)
    #expect(metrics["count.ids@2"] == 9)
    #expect(metrics["count.lines"] == 37)
    #expect(metrics["twice.double"] == 48)
    #expect(summary.expectations.allSatisfy(\.isMet) && summary.expectations.count == 1)
    let report = try MappedFile.readText(summary.reportPath)
    #expect(report.contains("It counts 24 rows."))
    #expect(report.contains("![A letter](count/outputs/shape.svg)"))
    #expect(report.contains(#"a\|b"#) && report.contains("top items"))
    #expect(
      try MappedFile.readText(FilePaths.join(summary.directory, "count/outputs/more/weight.txt"))
        == "\"weight\": 0.25\n"
    )
    #expect(
      try MappedFile.readText(FilePaths.join(summary.directory, "log.jsonl")).contains("count: counted 24")
    )
    // Nothing else is left, and the page holds the picture.
    #expect(try FilePaths.list(FilePaths.join(summary.directory, "count/outputs")).count == 5)
    let document = try ReportDocument(folder: summary.directory)
    let page = try ReportFormat.html.renderer.files(of: document).map(\.text).joined()
    #expect(page.contains("<img alt=\"A letter\" src=\"data:image/svg+xml;base64,PHN2Zy"))
  }

  @Test("it is cached; a change of one line in a program runs it, and what reads it")
  func cached() throws {
    let runs = runs(Self.counting)
    let first = try runs.summary { $0.allowsPrograms = true }
    #expect(try runs.summary { $0.allowsPrograms = true }.cachedCells == first.cells)
    try write("twice.sh", Self.twice + "\n# a remark")
    #expect(try runs.summary { $0.allowsPrograms = true }.cachedCells == first.cells - 1)
    try write("count.sh", Self.count.replacing("counted", with: "counted all"))
    let again = try runs.summary { $0.allowsPrograms = true }
    #expect(again.cellRecords.filter { !$0.isCached }.map(\.id) == ["count", "twice"])
    let other = try runs.summary(["count.arguments.weight=0.5"]) { $0.allowsPrograms = true }
    #expect(other.cellRecords.filter { !$0.isCached }.map(\.id) == ["count", "twice"])
    // How long it may take is in no key.
    #expect(try runs.summary(["count.timeout=60"]) { $0.allowsPrograms = true }.cachedCells == first.cells)
  }

  @Test("nothing runs that was not allowed, and what was allowed is the commands and their files")
  func allowed() throws {
    let runs = runs(Self.counting)
    let mark = files.path("ran")
    try write("count.sh", "touch \(mark)")
    #expect {
      try runs.summary()
    } throws: { error in
      error is CannotStart && "\(error)".contains("count runs the program: sh count.sh")
        && "\(error)".contains("--allow-scripts")
    }
    #expect(!FilePaths.exists(mark))
    let allowance = ProgramAllowance(folder: files.path("allowed"))
    let plan = try runs.plan()
    #expect(try !allowance.allows(plan))
    try allowance.allow(plan)
    #expect(try allowance.allows(plan))
    #expect(try allowance.allows(try runs.plan(["count.arguments.weight=3"])))
    let other = self.runs(Self.counting.replacing("[sh, count.sh]", with: "[sh, count.sh, more]"))
    #expect(try !allowance.allows(try other.plan()))
    try write("count.sh", "touch \(mark) ")
    #expect(try !allowance.allows(try runs.plan()))
    try write("count.sh", "touch \(mark)")
    #expect(try allowance.allows(try runs.plan()))
    #expect(try allowance.forbid(plan))
    #expect(try !allowance.allows(plan))
  }

  @Test(
    "a program that fails, or gives what it should not, is told with what it said",
    arguments: [
      ("echo on the way; echo no such thing >&2; exit 3", ["exit code 3", "no such thing"]),
      ("kill -SEGV $$", ["signal 11"]),
      ("true", ["wrote no 'outputs/metrics.json'", "'a'"]),
      ("echo '{\"a\": NaN}' > outputs/metrics.json", ["NaN or Infinity"]),
      ("echo '{\"a\": \"x\"}' > outputs/metrics.json", ["'a' is no number"]),
      ("echo '[1]' > outputs/metrics.json", ["no object of numbers"]),
      ("echo '{\"a\": 1, \"b\": 2}' > outputs/metrics.json", ["gives 'b', which 'metrics' does not name"]),
      ("echo '{}' > outputs/metrics.json", ["does not give 'a'"]),
      ("echo '{\"a\": 1}' > outputs/metrics.json; ln -s /etc/passwd outputs/x", ["'x', which is no file"]),
      (
        "echo '{\"a\": 1}' > outputs/metrics.json; echo no > outputs/x.png",
        ["'outputs/x.png' is no PNG picture"]
      ),
      (
        "printf 'a,b\\n1\\n' > outputs/t.csv; echo '{\"a\": 1}' > outputs/metrics.json",
        ["row 1 of 'outputs/t.csv' has 1 fields, and its header 2"]
      ),
      ("sleep 60 & sleep 60", ["ran for more than", "'timeout'"]),
      ("x=$(head -c 80000000 /dev/zero | tr '\\0' x); sleep 60", ["'memory'"]),
    ]
  )
  func failing(script: String, words: [String]) throws {
    try write("own.sh", script)
    let limits =
      script.contains("sleep 60 &") ? "timeout: 0.3" : script.contains("zero") ? "memory: 40" : "timeout: 50"
    let message = failure("script:\n  command: [sh, own.sh]\n  metrics: [a]\n  \(limits)\n")
    for word in words { #expect(message.contains(word), "\(message)") }
  }

  @Test(
    "what cannot be is an error before anything runs",
    arguments: [
      ("script: { command: [no-such-program] }", "not on the PATH"),
      ("script: { command: [sh, missing.sh] }", "no file 'missing.sh' beside the recipe"),
      ("script: { command: [sh, count.sh], metrics: ['a b'] }", "no name of a metric"),
      ("script: { command: [sh, count.sh], metrics: [a, a] }", "stands there twice"),
      ("script: { command: [sh, count.sh], eval: eval }", "add 'eval' to 'reads'"),
      ("script: { command: [sh, count.sh], reads: [save] }", "put 'save:' above it"),
      ("script: { command: [sh, count.sh], files: [none.py] }", "'none.py' is no file"),
      ("script: {}", "'command'"),
    ]
  )
  func refused(cell: String, words: String) {
    #expect {
      _ = try runs(cell + "\n").plan()
    } throws: { error in "\(error)".contains(words) }
  }
}
