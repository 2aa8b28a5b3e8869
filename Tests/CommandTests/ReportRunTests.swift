import Files
import Foundation
import Testing

@Suite("Running a report")
struct ReportRunTests {
  private static func run() throws -> Workplace {
    let place = try Workplace()
    try place.write(
      "r.yaml",
      "title: Mine\ntext: |\n  ```yaml towerbook-recipe\n  not: this\n  ```\n" + Workplace.recipe
    )
    #expect(try place.run("run", "r.yaml", "train.batch_size=32", "-q").status == 0)
    return place
  }

  @Test("a report is run again from where it stands, all of it from the cache; overrides work")
  func again() throws {
    let place = try Self.run()
    let path = "outputs/r/latest/report.md"
    let before = try place.metrics("outputs/r/latest")
    let again = try place.run("run", path)
    #expect(again.status == 0)
    #expect(again.errors.split(separator: "\n").allSatisfy { $0.contains("  cached") }, "\(again.errors)")
    #expect(again.output.hasPrefix("outputs/r/2"))
    #expect(try place.metrics("outputs/r/latest") == before)
    let other = try place.run("run", path, "recall.k=3", "--output", "o", "-q")
    #expect(other.status == 0 && other.errors == "")
    #expect(try place.metrics("o")["recall.candidates"] == 180)
    #expect(try place.text("o/recipe.yaml").contains("batch_size: 32"))
    #expect(try place.run("plan", "o/report.md").status == 0)
    let over = try place.run("run", "o/report.md", "--output", "o")
    #expect(
      over.status == 2
        && over.errors.hasPrefix("error: the run would write over '")
        && over.errors.contains("/o/report.md', which it reads")
    )
  }

  @Test("other data than the report's is warned of")
  func otherData() throws {
    let place = try Self.run()
    try place.write("c.csv", Workplace.text(Array(Workplace.rows.dropLast())))
    // By way of a link that leads to the new run afterwards.
    let again = try place.run("run", "outputs/r/latest/report.md", "-q")
    #expect(again.status == 0)
    #expect(
      again.errors.hasPrefix(
        "warning: not measured as the report that was run again: the data differ (config); the held-out clicks differ"
      )
    )
    let report = try place.text("outputs/r/latest/report.md")
    #expect(report.contains("- ⚠ not measured as the report that was run again: the data differ (config)"))
    #expect(report.contains("its figures were measured under another protocol: the data differ (config)"))
    #expect(!report.contains("report.md`, not") && !report.contains("latest/report.md` (towerbook"))
  }

  @Test("a run into a folder of the user's writes over what a run left there, not over what somebody wrote")
  func overEdits() throws {
    let place = try Self.run()
    #expect(try place.run("run", "outputs/r/latest/report.md", "-q", "--output", "o").status == 0)
    #expect(try place.run("run", "outputs/r/latest/report.md", "-q", "--output", "o").status == 0)
    try place.write("o/report.md", try place.text("o/report.md") + "My remark.\n")
    let edited = try place.run("run", "outputs/r/latest/report.md", "-q", "--output", "o")
    #expect(edited.status == 2)
    #expect(
      edited.errors
        == "error: the run would write over 'o/report.md', which was edited; move it away, or name another folder with --output\n"
    )
    #expect(try place.text("o/report.md").hasSuffix("My remark.\n"))
    try place.write("mine/report.md", "Mine.\n")
    let foreign = try place.run("run", "outputs/r/latest/report.md", "-q", "--output", "mine")
    #expect(
      foreign.status == 2 && foreign.errors.contains("'mine/report.md', which no run wrote; move it away")
    )
  }

  @Test("a report from which the recipe was taken, or in which it was broken, is refused")
  func edited() throws {
    let place = try Self.run()
    let report = try place.text("outputs/r/latest/report.md")
    let lines = report.split(separator: "\n", omittingEmptySubsequences: false)
    let start = try #require(lines.lastIndex { $0.hasSuffix("yaml towerbook-recipe") })
    try place.write("cut.md", lines[..<start].joined(separator: "\n").replacing("towerbook-recipe", with: ""))
    let cut = try place.run("run", "cut.md")
    #expect(cut.status == 2)
    #expect(
      cut.errors == """
        error: 'cut.md' holds no recipe: expected a code block marked 'yaml towerbook-recipe', which reports have at \
        their end; the run's 'recipe.yaml' beside it is the same

        """
    )
    let line = try #require(lines.lastIndex { $0.contains("batch_size: 32") })
    var broken = lines
    broken[line] = "  batch_size: many"
    try place.write("outputs/r/broken.md", broken.joined(separator: "\n"))
    let refused = try place.run("check", "outputs/r/broken.md")
    #expect(refused.status == 2)
    #expect(refused.errors.contains("outputs/r/broken.md:\(line + 1):15: error: "), "\(refused.errors)")
    let missing = try place.run("run", "no.md")
    #expect(missing.errors == "error: cannot read the report 'no.md': No such file or directory\n")
  }
}
