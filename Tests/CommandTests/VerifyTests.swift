import Files
import Foundation
import Testing

@Suite("verify")
struct VerifyTests {
  private static func run() throws -> Tool {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    #expect(try tool.run("run", "r.yaml", "-q").status == 0)
    return tool
  }

  @Test("of an untouched run no figure moves, twice, and nothing is left behind")
  func untouched() throws {
    let tool = try Self.run()
    try Folders.make(tool.file("tmp"))
    let before = try FilePaths.list(tool.file("outputs/r"))
    for _ in 0..<2 {
      let verified = try tool.run("verify", "latest", "-q", environment: ["TMPDIR": tool.file("tmp")])
      #expect(verified.status == 0 && verified.errors == "")
      #expect(
        verified.output.wholeMatch(of: /no figure moved: \d+ are as they were\n/) != nil,
        "\(verified.output)"
      )
    }
    #expect(try FilePaths.list(tool.file("tmp")).isEmpty)
    #expect(try FilePaths.list(tool.file("outputs/r")) == before)
  }

  @Test("figures that moved are told with their intervals, and the exit code says how far")
  func moved() throws {
    let tool = try Self.run()
    let id = try #require(try FilePaths.list(tool.file("outputs/r")).first { $0.hasPrefix("2") })
    let record = "outputs/r/\(id)/report.json"
    // Without its digest, as older programs wrote it: what is changed in one that has it is damage.
    let kept = try tool.read(record).replacing(/^\{"digest":"[0-9a-f]{32}",/, with: "{")
    func verified(_ changes: (name: String, distance: Double)...) throws -> String {
      var text = kept
      for (name, distance) in changes {
        let escaped = NSRegularExpression.escapedPattern(for: name)
        let pattern = try Regex("\\{\"name\":\"\(escaped)\",\"value\":([0-9.e-]+)\\}")
        let match = try #require(text.firstMatch(of: pattern))
        let value = try #require(Double(match.output[1].substring ?? ""))
        let changed = "{\"name\":\"\(name)\",\"value\":\(value + distance)}"
        text.replaceSubrange(match.range, with: changed)
      }
      try tool.write(text, to: record)
      let outcome = try tool.run("verify", "r", "-q")
      return "\(outcome.status) \(outcome.output)"
    }
    let little = try verified(("train.loss", 0.001))
    #expect(
      little.wholeMatch(
        of:
          /4 1 of \d+ figures moved, none beyond an interval that the run gave for it\nfigure .*\n─.*\ntrain\.loss  \S+  \S+  −0\.001\n/
      ) != nil,
      "\(little)"
    )
    let far = try verified(
      ("eval.hit_rate@10", 0.9),
      ("eval.hit_rate@10.low", 0.9),
      ("eval.hit_rate@10.high", 0.9)
    )
    #expect(
      far.wholeMatch(
        of:
          /3 nothing is paired by user: .*the hits are not those of the run's record: .*\n1 of \d+ figures moved, 1 of them beyond the interval that the run gave, or without a figure on one side\nfigure .*verdict\n─.*\neval\.hit_rate@10  \S+  \S+   −0\.9  \[\S+, \S+\] +beyond\n/
      ) != nil,
      "\(far)"
    )
  }

  @Test("a recipe that was edited after the run is told first, with the settings that differ")
  func otherRecipe() throws {
    let tool = try Self.run()
    let id = try #require(try FilePaths.list(tool.file("outputs/r")).first { $0.hasPrefix("2") })
    let recipe = "outputs/r/\(id)/recipe.yaml"
    let kept = try tool.read(recipe)
    #expect(kept.contains("epochs: 3"))
    try tool.write(kept.replacing("epochs: 3", with: "epochs: 4"), to: recipe)
    let edited = try tool.run("verify", "r.yaml")
    let told = "'\(recipe)' is not the recipe of the run's record, it was edited"
    #expect(edited.output.hasPrefix("\(told): train.epochs was 3, is 4\n"), "\(edited.output)")
    #expect(
      edited.errors.hasPrefix(
        "\(told): train.epochs was 3, is 4\n[1/9] config  read just now  "
      ),
      "\(edited.errors)"
    )
    #expect(!edited.errors.contains("cached"))
    try tool.write("# mine\n" + kept, to: recipe)
    let commented = try tool.run("verify", "r", "-q")
    #expect(commented.status == 0 && commented.errors == "\(told), in no setting\n")
  }

  @Test("data that is not what it was is told first")
  func otherData() throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "-q").status == 0)
    var rows = Workplace.rows
    rows.removeLast()
    try place.write("c.csv", Workplace.text(rows))
    let verified = try place.run("verify", "r")
    #expect(
      verified.errors.hasPrefix(
        "the inputs are not what the run read: the data differ (config)\n[1/9] config"
      )
    )
    #expect(verified.output.hasPrefix("measured under another protocol: the data differ (config); "))
    #expect(verified.status == 3 || verified.status == 4)
  }

  @Test("a run whose recipe is gone cannot be verified")
  func noRecipe() throws {
    let tool = try Self.run()
    try Folders.remove(FilePaths.join(FilePaths.real(tool.file("outputs/r/latest")), "recipe.yaml"))
    let id = try #require(try FilePaths.list(tool.file("outputs/r")).first { $0.hasPrefix("2") })
    let verified = try tool.run("verify", "r")
    #expect(verified.status == 2)
    #expect(
      verified.errors == "error: 'outputs/r/\(id)' has no 'recipe.yaml', which is what would be run again\n"
    )
  }
}
