import Files
import Foundation
import Testing

@Suite("runs")
struct RunsTests {
  /// Three runs of two recipes, the oldest first.
  private static func threeRuns() throws -> Tool {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    try tool.write(Tool.small, to: "other.yaml")
    for words in [
      ("r.yaml", "train.epochs=1"), ("r.yaml", "train.epochs=4"), ("other.yaml", "model.embedding_dim=4"),
    ] {
      let run = try tool.run("run", words.0, words.1, "-q")
      #expect(run.status == 0, "\(run.errors)")
    }
    return tool
  }

  private static func ids(_ tool: Tool, _ recipe: String = "r") throws -> [String] {
    try FilePaths.list(tool.file("outputs/\(recipe)")).filter { $0.hasPrefix("2") }
  }

  @Test("the newest first, with the headline and only the settings that differ")
  func table() throws {
    let tool = try Self.threeRuns()
    let listed = try tool.run("runs", "r")
    #expect(listed.status == 0 && listed.errors == "")
    let lines = listed.output.split(separator: "\n").map(String.init)
    #expect(lines.count == 4)
    #expect(
      lines[0].split(separator: " ", omittingEmptySubsequences: true)
        == ["run", "ended", "(UTC)", "recipe", "eval.hit_rate@10", "train.epochs", "took"]
    )
    let ids = try Self.ids(tool)
    let row = /(\S+)  \d{4}-\d\d-\d\d \d\d:\d\d  r       0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]  (\d) +\S+ \S+/
    #expect(lines[2].wholeMatch(of: row).map { [$0.1, $0.2] } == [Substring(ids[1]), "4"], "\(lines[2])")
    #expect(lines[3].wholeMatch(of: row).map { [$0.1, $0.2] } == [Substring(ids[0]), "1"], "\(lines[3])")
    let all = try tool.run("runs").output.split(separator: "\n")
    #expect(all.count == 5 && all[0].contains("model.embedding_dim") && all[2].contains("  other  "))
  }

  @Test("conditions, order, and how many")
  func query() throws {
    let tool = try Self.threeRuns()
    let (ids, other) = (try Self.ids(tool), try Self.ids(tool, "other"))
    func listed(_ words: String...) throws -> [String] {
      let words = words + Array(repeating: "--format=csv", count: 6 - words.count)
      let run = try tool.run("runs", words[0], words[1], words[2], words[3], words[4], words[5])
      #expect(run.status == 0, "\(run.errors)")
      return run.output.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }
    }
    #expect(try listed() == [other[0], ids[1], ids[0]])
    #expect(try listed("--ascending") == [ids[0], ids[1], other[0]])
    #expect(try listed("--where", "train.epochs > 2") == [other[0], ids[1]])
    #expect(try listed("--where", "train.epochs>2", "--where", "recipe = r") == [ids[1]])
    #expect(try listed("--where", "train.epochs != 4.0") == [other[0], ids[0]])
    #expect(try listed("--where", "recipe ~ THE") == [other[0]])
    #expect(try listed("--where", "eval.hit_rate@5 <= -1") == [])
    #expect(try listed("--sort", "train.epochs") == [ids[1], other[0], ids[0]])
    #expect(try listed("--sort", "train.epochs", "--ascending", "--last=2") == [other[0], ids[1]])
  }

  @Test("JSON holds the metrics in full, CSV those that are asked for")
  func formats() throws {
    let tool = try Self.threeRuns()
    let json = try tool.run("runs", "r.yaml", "--format", "json").output
    let runs = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [[String: Any]])
    #expect(runs.count == 2 && runs[0]["settings"] as? [String: String] == ["train.epochs": "4"])
    let metrics = try #require(runs[0]["metrics"] as? [String: Double])
    let csv = try tool.run("runs", "r", "--format", "csv", "--metrics", "eval.ndcg@5").output
    let lines = csv.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      lines[0].map(String.init) == [
        "run", "tags", "recipe", "date", "directory", "headline", "headline_value", "headline_low",
        "headline_high", "eval.ndcg@5", "train.epochs", "seconds",
      ]
    )
    #expect(Double(lines[1][9]) == metrics["eval.ndcg@5"])
  }

  @Test("a damaged or older record is told in a line, and the others are listed")
  func damaged() throws {
    let tool = try Self.threeRuns()
    let ids = try Self.ids(tool)
    try tool.write("{\"version\":1}", to: "outputs/r/\(ids[0])/report.json")
    try Folders.remove(tool.file("outputs/other/\(try Self.ids(tool, "other")[0])/report.json"))
    let listed = try tool.run("runs", "--format", "csv")
    #expect(listed.status == 0)
    #expect(listed.output.split(separator: "\n").count == 2)
    #expect(
      listed.errors == """
        left out: 'outputs/other/\(try Self.ids(tool, "other")[0])' has no record of its run ('report.json')
        left out: 'outputs/r/\(ids[0])/report.json' is a record of version 1, this program reads 2; run the recipe again

        """
    )
  }

  @Test("trials of sweeps are listed where they are asked for")
  func trials() throws {
    let tool = try Self.threeRuns()
    let folder = "outputs/r/sweep-0a1b2c3d/trials/0003"
    #expect(try tool.run("run", "r.yaml", "--output", folder, "-q").status == 0)
    #expect(try tool.run("runs", "r", "--format", "csv").output.split(separator: "\n").count == 3)
    let listed = try tool.run("runs", "r", "--trials", "--format", "csv").output.split(separator: "\n")
    #expect(listed.count == 4 && listed[1].hasPrefix("sweep-0a1b2c3d/trials/0003,,r,"))
    #expect(try tool.run("diff", "r", folder, "--metrics", "train.loss").status == 0)
  }

  @Test("unknown names come with what was meant; nothing to list is no error")
  func wrong() throws {
    let tool = try Self.threeRuns()
    func errors(_ words: String...) throws -> String {
      let outcome = try tool.run("runs", words[0], words.count > 1 ? words[1] : "--ascending")
      return "\(outcome.status) \(outcome.errors)"
    }
    #expect(
      try errors("--where", "train.epoch > 3")
        == "2 error: --where: no listed run has a setting or metric 'train.epoch'; did you mean 'train.epochs'?\n"
    )
    #expect(
      try errors("--sort", "ndcg@5")
        == "2 error: --sort: no listed run has a setting or metric 'ndcg@5'; did you mean 'eval.ndcg@5'?\n"
    )
    #expect(
      try errors("--metrics", "bleu")
        == """
        2 error: --metrics: no listed run has a setting or metric 'bleu'; settings go by 'train.epochs', metrics by \
        'eval.hit_rate@20'

        """
    )
    #expect(
      try errors("--where", "train.epochs")
        == """
        2 error: --where: expected NAME OPERATOR VALUE, as 'train.epochs > 3', with one of != <= >= = < > ~; got \
        'train.epochs'

        """
    )
    #expect(
      try errors("othr") == "2 error: there are no runs of 'othr' under 'outputs'; did you mean 'other'?\n"
    )
    #expect(
      try errors("--where", "train.epochs > 99") == "0 no run meets the conditions under 'outputs'\n"
    )
    #expect(try errors("--outputs=none") == "0 there are no finished runs under 'none'\n")
  }
}
