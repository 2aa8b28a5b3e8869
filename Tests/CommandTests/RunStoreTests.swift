import Files
import Foundation
import Testing

@Suite("The list of runs, tags, pruning")
struct RunStoreTests {
  private static func runs(_ settings: String...) throws -> Tool {
    let tool = try Tool()
    try tool.write("title: A <b> & \"c\" | `d`\n" + Tool.small, to: "r.yaml")
    for setting in settings {
      let run = try tool.run("run", "r.yaml", setting, "-q")
      #expect(run.status == 0, "\(run.errors)")
    }
    return tool
  }

  /// The runs in the order in which they ended: numbers of processes, which names end with, begin anew now and then.
  private static func ids(_ tool: Tool) throws -> [String] {
    let ids = try FilePaths.list(tool.file("outputs/r")).filter { $0.hasPrefix("2") && $0.contains("-") }
    let ended = try ids.map { id in
      let path = tool.file("outputs/r/\(id)/metrics.json")
      return try #require(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    }
    return zip(ids, ended).sorted { $0.1 < $1.1 }.map(\.0)
  }

  @Test("every finished run is in index.md and index.html, the newest first, its title escaped")
  func index() throws {
    let tool = try Self.runs("train.epochs=1", "train.epochs=2")
    let ids = try Self.ids(tool)
    let markdown = try tool.read("outputs/index.md").split(separator: "\n").map(String.init)
    #expect(markdown.count == 5 && markdown[0] == "# Runs")
    #expect(markdown[3].hasPrefix("| [`\(ids[1])`](r/\(ids[1])/report.md) | 20"))
    #expect(markdown[4].hasPrefix("| [`\(ids[0])`](r/\(ids[0])/report.md) | 20"))
    #expect(
      markdown[4].wholeMatch(of: /.* eval\.hit_rate@10 0\.\d{3} \[0\.\d{3}, 0\.\d{3}\] *\|/) != nil,
      "\(markdown[4])"
    )
    let html = try tool.read("outputs/index.html")
    #expect(html.contains("<td><a href=\"r/\(ids[1])/report.md\">\(ids[1])</a></td><td>20"))
    #expect(html.contains("<td>A &lt;b&gt; &amp; &quot;c&quot; | `d`</td>"))
    #expect(html.contains("color-scheme: light dark") && !html.contains("<b>"))
  }

  @Test("runs that end at once are all listed; a run into a folder of one's own is not")
  func simultaneous() throws {
    let place = try Workplace()
    try place.write("r.yaml", Tool.small)
    let running = try (1...4).map { try place.start(["run", "r.yaml", "train.epochs=\($0)", "-q"]) }
    for run in running { #expect(try run.finish().status == 0) }
    let lines = try place.text("outputs/index.md").split(separator: "\n")
    #expect(lines.count == 3 + 4)
    let newest = FilePaths.name(of: FilePaths.real(place.file("outputs/r/latest")))
    #expect(lines[3].hasPrefix("| [`\(newest)`]"))
    #expect(try place.run("runs", "--last", "1", "--format=csv").output.contains("\n\(newest),"))
    #expect(try place.run("run", "r.yaml", "--output", "mine", "--outputs", "elsewhere", "-q").status == 0)
    #expect(!place.exists("elsewhere/index.md"))
  }

  @Test("a tag stands for its run, moves, and goes")
  func tags() throws {
    let tool = try Self.runs("train.epochs=1", "train.epochs=2")
    let ids = try Self.ids(tool)
    #expect(try tool.run("tag", "r~1", "best").output == "r/\(ids[0]) is 'best'\n")
    #expect(try tool.read("outputs/r/best/metrics.json") == tool.read("outputs/r/\(ids[0])/metrics.json"))
    #expect(try tool.run("diff", "best", "r/best", "--metrics", "train.loss").status == 0)
    #expect(try tool.run("runs").output.contains("\n\(ids[0]) (best)  "))
    #expect(try tool.read("outputs/index.md").contains("[`\(ids[0]) (best)`](r/\(ids[0])/report.md)"))
    #expect(try tool.read("outputs/index.html").contains(">\(ids[0]) (best)</a>"))
    #expect(
      try tool.run("tag", "latest", "best").output == "r/\(ids[1]) is 'best', which was \(ids[0])\n"
    )
    #expect(try tool.run("tag", "best", "--remove").output == "r/\(ids[1]) is no longer 'best'\n")
    #expect(!FilePaths.exists(tool.file("outputs/r/best")))
    let other = try tool.run("tag", "latest", "best", "--remove")
    #expect(
      other.status == 2 && other.errors == "error: the run '\(ids[1])' has no tag 'best'; it has none\n"
    )
  }

  @Test(
    "what can be no tag is refused",
    arguments: [
      ("latest", "'latest' is the newest run of its own accord; choose another name"),
      ("20261128-101500-4", "'20261128-101500-4' looks like the id of a run; choose another name"),
      ("a/b", "a tag is letters, digits, '-', '_', '.' and '+', not begun with '.' or '-'; got 'a/b'"),
      ("r", "'r' is a recipe with runs, and means the newest of them; choose another name"),
      (
        "mine.yaml", "'mine.yaml' would be a recipe's file wherever a run is taken; choose another name"
      ),
      ("mine.yml", "'mine.yml' would be a recipe's file wherever a run is taken; choose another name"),
      ("2026", "'2026' could be the beginning of a run's id; choose another name"),
      ("20261128-10", "'20261128-10' could be the beginning of a run's id; choose another name"),
      ("taken", "'outputs/r/taken' is in the way of the tag 'taken'; choose another name"),
    ]
  )
  func noTag(name: String, message: String) throws {
    let tool = try Self.runs("train.epochs=1")
    try Folders.make(tool.file("outputs/r/taken"))
    let outcome = try tool.run("tag", "r", name)
    #expect(outcome.status == 2 && outcome.errors == "error: \(message)\n")
  }

  @Test("a tag of before, whose name is not given any more, is still one and can be taken away")
  func oldTag() throws {
    let tool = try Self.runs("train.epochs=1", "train.epochs=2")
    let ids = try Self.ids(tool)
    try Links.make(tool.file("outputs/r/7"), to: ids[0])
    #expect(try tool.run("prune", "--keep", "1").output == "would remove 0 runs, 0 B\n")
    #expect(try tool.run("tag", ids[0], "7", "--remove").output == "r/\(ids[0]) is no longer '7'\n")
  }

  @Test(
    "prune shows first; the newest, the tagged and the best stay, and what is shared with the cache is told"
  )
  func prune() throws {
    let tool = try Self.runs("train.epochs=1", "train.epochs=2", "train.epochs=3", "train.epochs=4")
    let ids = try Self.ids(tool)
    #expect(try tool.run("tag", ids[0], "first").status == 0)
    let dry = try tool.run("prune", "--keep", "1", "--keep-best", "train.epochs:1:lowest")
    let lines = dry.output.split(separator: "\n")
    #expect(dry.status == 0 && lines.count == 3, "\(dry.errors)")
    #expect(lines[0].hasPrefix("r/\(ids[2])  20") && lines[1].hasPrefix("r/\(ids[1])  20"))
    #expect(
      lines[2].wholeMatch(
        of: /would remove 2 runs, \S+ kB; \S+ kB more are in the cache too and stay there; --yes does it/
      )
        != nil,
      "\(lines[2])"
    )
    #expect(try Self.ids(tool) == ids)
    let best = try tool.run("prune", "r", "--keep-best", "train.epochs:2", "--keep-tagged")
    #expect(best.output.split(separator: "\n").count == 2)
    let done = try tool.run("prune", "r", "--keep", "0", "--yes")
    #expect(done.output.contains("\nremoved 2 runs, "))
    #expect(try Self.ids(tool) == [ids[0], ids[3]])
    #expect(try tool.read("outputs/index.md").split(separator: "\n").count == 5)
    #expect(try tool.run("prune", "--keep", "0", "--yes").output == "removed 0 runs, 0 B\n")
    let nothing = try tool.run("prune")
    #expect(nothing.status == 2)
    #expect(
      nothing.errors.hasPrefix("Error: say what is to stay: --keep COUNT, --keep-best METRIC:COUNT or both\n")
    )
    let unknown = try tool.run("prune", "--keep-best", "eval.hit_rat@5:1")
    #expect(unknown.status == 2)
    #expect(
      unknown.errors == """
        error: --keep-best: no listed run has a setting or metric 'eval.hit_rat@5'; did you mean 'eval.hit_rate@5'?

        """
    )
  }
}
