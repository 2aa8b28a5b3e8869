import Files
import Foundation
import Testing

@Suite("diff")
struct DiffTests {
  private static let recipe = """
    config:
      data: { synthetic: { users: 300, items: 80, clicks: 4000, interests: 5 } }
    split: { validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false }
    train: { batch_size: 64, epochs: 3, learning_rate: 1e-2, validation: {} }
    index:
    eval: { k: [5, 10], fuse: { popularity: 0.2 } }

    """

  /// Two runs that differ in one setting.
  private static func twoRuns() throws -> Tool {
    let tool = try Tool()
    try tool.write(recipe, to: "r.yaml")
    for words in [["run", "r.yaml", "-q"], ["run", "r.yaml", "train.epochs=6", "-q"]] {
      let run = try tool.run(words[0], words[1], words[2], words.count > 3 ? words[3] : "-q")
      #expect(run.status == 0, "\(run.errors)")
    }
    return tool
  }

  @Test("runs are paired by user: settings, differences with intervals and tests, cells")
  func runs() throws {
    let tool = try Self.twoRuns()
    let diff = try tool.run("diff", "r~1", "r", "--metrics", "eval.hit_rate@5,train.epochs", "--output", "d")
    #expect(diff.status == 0 && diff.errors == "")
    let lines = diff.output.split(separator: "\n").map(String.init)
    #expect(lines.contains("train.epochs  3  6"))
    let paired = try #require(lines.first { $0.hasPrefix("eval.hit_rate@5 ") })
    #expect(
      paired.wholeMatch(of: /\S+ +0\.\d{4} +0\.\d{4} +[+−]0\.\d{4} \[\S+, \S+\] +\S.*/) != nil,
      "\(paired)"
    )
    #expect(lines.contains { $0.hasPrefix("train.epochs  3  6     +3") }, "\(diff.output)")
    #expect(lines.contains { $0.wholeMatch(of: /train +ran, .* +ran, .*/) != nil })
    #expect(lines.contains { $0.wholeMatch(of: /split +ran, .* +cached, .*/) != nil })
    #expect(lines.last == "d/diff.md")
    #expect(try tool.read("d/diff.md").contains("](plots/train-loss.svg)"))
    let svg = try tool.read("d/plots/train-loss.svg")
    #expect(svg.contains("A: ") && svg.contains("B: "))
  }

  @Test("a run and itself: nothing differs")
  func itself() throws {
    let tool = try Self.twoRuns()
    let diff = try tool.run("diff", "r", "r/latest", "--output", "d")
    #expect(diff.status == 0)
    let text = diff.output
    #expect(text.contains("No setting differs.\n") && text.contains("No metric differs.\n"))
    #expect(
      text.contains("The hits of two-tower, popularity, fused in 'eval' are the same for every user.\n")
    )
  }

  @Test("runs of other data are refused in words, and shown unpaired where that is wanted")
  func protocols() throws {
    let tool = try Self.twoRuns()
    #expect(try tool.run("run", "r.yaml", "config.seed=7", "-q").status == 0)
    let refused = try tool.run("diff", "r~1", "r")
    #expect(refused.status == 2 && refused.output == "")
    #expect(
      refused.errors == """
        error: the figures of these runs were measured under different protocols and cannot be held against each \
        other: the data differ (config); the held-out clicks differ (eval); the clicks seen at the request differ \
        (eval). '--anyway' shows them unpaired

        """
    )
    let shown = try tool.run("diff", "r~1", "r", "--anyway")
    #expect(shown.status == 0)
    #expect(
      shown.output.contains(
        """
        Measured under different protocols: the data differ (config); the held-out clicks differ (eval); the clicks \
        seen at the request differ (eval). What follows is unpaired, and its differences are not those of the \
        settings alone.
        """
      )
    )
    #expect(!shown.output.contains("by user") && shown.output.contains("\neval.hit_rate@5 "))
  }

  @Test("recipes, and a run and its recipe, by their settings")
  func recipes() throws {
    let tool = try Self.twoRuns()
    try tool.write(Self.recipe.replacing("epochs: 3", with: "epochs: 9"), to: "other.yaml")
    let two = try tool.run("diff", "r.yaml", "other.yaml")
    #expect(
      two.output == """
           what        title     ended (UTC)  took
        ─  ──────────  ────────  ───────────  ────
        A  r.yaml      a recipe
        B  other.yaml  a recipe

        setting       A  B
        ────────────  ─  ─
        train.epochs  3  9

        """
    )
    let own = try tool.run("diff", "r", "r.yaml")
    #expect(own.output.contains("\ntrain.epochs  6  3\n"))
    #expect(try tool.run("diff", "r~1", "r.yaml").output.hasSuffix("\nNo setting differs.\n"))
  }

  @Test("hits that were not kept leave figures unpaired; damaged ones are an error")
  func hitsGone() throws {
    let tool = try Self.twoRuns()
    let path = FilePaths.join(FilePaths.real(tool.file("outputs/r/latest")), "eval_hits.safetensors")
    let id = FilePaths.name(of: FilePaths.parent(of: path))
    try Folders.remove(path)
    let diff = try tool.run("diff", "r~1", "r")
    #expect(
      diff.output.contains(
        """
        '\(id)' keeps no hits of 'eval' by user ('eval_hits.safetensors'): its figures are not paired; run its recipe \
        again to have them.
        """
      )
    )
    #expect(diff.output.contains("\neval.hit_rate@5 "))
    try AtomicFile.write("none", to: path)
    let damaged = try tool.run("diff", "r~1", "r")
    #expect(damaged.status == 1)
    #expect(
      damaged.errors == """
        error: 'outputs/r/\(id)/eval_hits.safetensors' cannot be used: it has 4 bytes, a safetensors file has at \
        least 8

        """
    )
  }

  @Test("hits that are not those of the run's record are refused")
  func otherHits() throws {
    let tool = try Self.twoRuns()
    let ids = try FilePaths.list(tool.file("outputs/r")).filter { $0.hasPrefix("2") }
    let paths = ids.map { "outputs/r/\($0)/eval_hits.safetensors" }
    try Folders.remove(tool.file(paths[1]))
    try Folders.copy(tool.file(paths[0]), to: tool.file(paths[1]))
    let diff = try tool.run("diff", "r~1", "r")
    #expect(diff.status == 1 && diff.output == "")
    #expect(
      diff.errors.wholeMatch(
        of:
          /error: '(.*)' cannot be used: the hits are not those of the run's record: by them 'eval\.\S+@\d+' is 0\.\d+, in 'report\.json' it is 0\.\d+\n/
      )?.1 == Substring(paths[1]),
      "\(diff.errors)"
    )
  }

  @Test("without draws there are no columns for intervals and tests")
  func noSamples() throws {
    let tool = try Self.twoRuns()
    let diff = try tool.run("diff", "r~1", "r", "--samples", "0")
    let lines = diff.output.split(separator: "\n")
    let head = try #require(lines.first { $0.hasPrefix("by user") })
    #expect(head.split(separator: " ").joined(separator: " ") == "by user A B B − A", "\(head)")
    #expect(lines.contains("Differences are paired by user, without intervals and tests."))
  }

  @Test("what is no run, or cannot be read as one, is told apart")
  func wrong() throws {
    let tool = try Self.twoRuns()
    let ids = try FilePaths.list(tool.file("outputs/r")).filter { $0.hasPrefix("2") }
    func errors(_ words: String...) throws -> String {
      let outcome = try tool.run("diff", words[0], words[1], words.count > 2 ? words[2] : "--samples=10")
      return "\(outcome.status) \(outcome.errors)"
    }
    #expect(
      try errors("r", "lates")
        == "2 error: no run 'lates' under 'outputs'; did you mean 'latest'?\n"
    )
    #expect(
      try errors("r", "nonsense")
        == "2 error: no run 'nonsense' under 'outputs'; there are runs of r, which 'towerbook runs' lists\n"
    )
    #expect(
      try errors("r", "20")
        == "2 error: no run '20' under 'outputs'; there are runs of r, which 'towerbook runs' lists\n"
    )
    let start = String(ids[0].prefix(8))
    #expect(
      try errors("r", start)
        == "2 error: '\(start)' could be 2 runs: r/\(ids[0]), r/\(ids[1])\n"
    )
    #expect(try errors("r", "r~2") == "2 error: 'r~2': there is one run of 'r' before '\(ids[1])'\n")
    #expect(
      try errors("r", "outputs/.cache")
        == "2 error: 'outputs/.cache' holds no finished run: there is no 'report.json' in it\n"
    )
    #expect(
      try errors("r", "r~1", "--metrics=eval.hit_rat@5")
        == "2 error: none of these runs has a metric 'eval.hit_rat@5'; did you mean 'eval.hit_rate@5'?\n"
    )
    let record = "outputs/r/\(ids[1])/report.json"
    let text = try tool.read(record)
    try tool.write(text.replacing("\"version\":2", with: "\"version\":99"), to: record)
    #expect(
      try errors("r~1", "r") == """
        1 error: '\(record)' is a record of version 99, this program reads 2; run the recipe again

        """
    )
    try tool.write("{", to: record)
    #expect(try errors(ids[0], ids[1]) == "1 error: '\(record)' is damaged: it is no record of a run\n")
  }

  private static let hasNumPy: Bool = {
    guard let tool = try? Tool() else { return false }
    return (try? tool.run("python3", "-c", "import numpy", program: "/usr/bin/env").status) == 0
  }()

  @Test(
    "NumPy comes to the same means and differences, and to intervals as near as draws allow",
    .enabled(if: hasNumPy, "python3 with numpy is not there")
  )
  func numPy() throws {
    let tool = try Self.twoRuns()
    let diff = try tool.run("diff", "r~1", "r", "--format", "json")
    try tool.write(diff.output, to: "diff.json")
    let runs = try FilePaths.list(tool.file("outputs/r")).filter { $0.hasPrefix("2") }
    let script = FilePaths.join(Tool.repository, "Tests/CommandTests/hits_check.py")
    let check = try tool.run(
      "python3",
      script,
      "outputs/r/\(runs[0])",
      "outputs/r/\(runs[1])",
      "diff.json",
      program: "/usr/bin/env"
    )
    #expect(check.status == 0, "\(check.errors)")
  }
}
