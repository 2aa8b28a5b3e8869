import Files
import Foundation
import Testing

@Suite("The report of a run that is over")
struct ReportCommandTests {
  private let tool: Tool

  init() throws {
    tool = try Tool()
    try tool.write(Tool.small, to: "small.yaml")
    let run = try tool.run("run", "small.yaml", "train.epochs=1", "--quiet")
    #expect(run.status == 0, "\(run.errors)")
  }

  private var run: String {
    FilePaths.join("outputs/small", FilePaths.name(of: FilePaths.real(tool.file("outputs/small/latest"))))
  }

  private func files() throws -> [String] { try FilePaths.list(tool.file(run)) }

  @Test("a recipe, its name, a run's folder, its record, its report and nothing all name the run")
  func names() throws {
    for name in [
      ["small.yaml"], ["small"], [run], ["outputs/small/latest/report.json"],
      ["outputs/small/latest/report.md"],
      ["outputs/small/latest/recipe.yaml"], ["outputs/small"], [],
    ] {
      let place = "other/\(name.first?.filter { $0.isLetter } ?? "none")/"
      let outcome = try tool.run(["report"] + name + ["--output", place])
      #expect(outcome.status == 0 && outcome.errors == "", "\(name): \(outcome.errors)")
      #expect(outcome.output == "\(place)report.html\n")
    }
    let html = try tool.read("other/none/report.html")
    #expect(html.hasPrefix("<!DOCTYPE html>\n") && html.hasSuffix("</html>\n"))
    #expect(try tool.read("other/small/report.html") == html)
  }

  @Test("a run goes by the names that other verbs take, and the link to the newest may be gone")
  func references() throws {
    let first = run
    #expect(try tool.run("run", "small.yaml", "train.epochs=2", "--quiet").status == 0)
    let second = run
    let id = FilePaths.name(of: first)
    #expect(try tool.run("tag", id, "best").status == 0)
    for name in [id, "best", "small/best", "small~1", "latest~1", "small.yaml~1", "outputs/small/best"] {
      let outcome = try tool.run("report", name)
      #expect(
        outcome.output == "\(first)/report.html\n" && outcome.errors == "",
        "\(name): \(outcome.errors)"
      )
    }
    try Folders.remove(tool.file("outputs/small/latest"))
    for name in [["latest"], ["small"], ["small.yaml"], ["outputs/small"], []] {
      let outcome = try tool.run(["report"] + name)
      #expect(outcome.output == "\(second)/report.html\n", "\(name): \(outcome.errors)")
    }
    try Folders.copy(tool.file("\(first)/report.json"), to: tool.file("kept.json"))
    #expect(try tool.run("report", "kept.json", "-o", "k.html").output == "k.html\n")
  }

  @Test("each format goes beside the record, or where it is told, and nothing runs")
  func places() throws {
    #expect(try tool.run("report", "small", "--format", "html").output == "\(run)/report.html\n")
    #expect(try tool.run("report", "small", "--format", "ipynb").output == "\(run)/report.ipynb\n")
    // What stands there already is what it would write.
    let old = try files()
    #expect(try tool.run("report", "small", "--format", "md").output == "\(run)/report.md\n")
    #expect(try files() == old)
    #expect(try tool.run("report", "small", "-o", "d/e/mine.md").output == "d/e/mine.md\n")
    #expect(try tool.read("d/e/mine.md") == tool.read("\(run)/report.md"))
    #expect(try FilePaths.list(tool.file("d/e")) == ["mine.md", "plots"])
    #expect(try FilePaths.list(tool.file("d/e/plots")) == FilePaths.list(tool.file("\(run)/plots")))
    #expect(try tool.run("report", "small", "-o", "d").output == "d/report.html\n")
    #expect(try tool.run("report", "small", "-o", "n.ipynb").output == "n.ipynb\n")
    #expect(try FilePaths.list(tool.file("outputs/small")).count == 2)
  }

  @Test("a report that was edited is kept, unless it is to go")
  func edited() throws {
    let path = "\(run)/report.md"
    let original = try tool.read(path)
    try tool.write(original + "\nMy conclusion.\n", to: path)
    let outcome = try tool.run("report", "small", "--format", "md")
    #expect(outcome.status == 2 && outcome.output == "")
    #expect(
      outcome.errors == """
        error: '\(path)' is not what the record renders to: it was edited, or belongs to another record or version; \
        name another place with --output, or write over it with --force

        """
    )
    #expect(try tool.read(path).hasSuffix("My conclusion.\n"))
    #expect(try tool.run("report", "small", "--format", "md", "--force").output == path + "\n")
    #expect(try tool.read(path) == original)
  }

  @Test("what is no run, and a record that cannot be read, are told apart")
  func missing() throws {
    let record = try tool.read("\(run)/report.json")
    for folder in ["empty", "damaged", "old"] { try Folders.make(tool.file(folder)) }
    try tool.write(String(record.prefix(100)), to: "damaged/report.json")
    let version = try #require(record.firstMatch(of: /"version":(\d+)/))
    try tool.write(record.replacing(version.0, with: "\"version\":999"), to: "old/report.json")
    try tool.write(Tool.small, to: "other.yaml")
    try tool.write("", to: "notes.txt")
    let cases: [([String], Int32, String)] = [
      (["smal"], 2, "no run 'smal' under 'outputs'; did you mean 'small'?"),
      (
        ["far/away"], 2,
        "no run 'far/away' under 'outputs'; there are runs of small, which 'towerbook runs' lists"
      ),
      (["empty"], 2, "'empty' holds no finished run: there is no 'report.json' in it"),
      (["small~1"], 2, "'small~1': there is no run of 'small' before '\(FilePaths.name(of: run))'"),
      (
        ["other.yaml"], 2,
        "'other.yaml' has no run under 'outputs'; run it with 'towerbook run other.yaml', or name the run's folder"
      ),
      (["notes.txt"], 2, "'notes.txt' is neither a run's folder nor its report.json nor a recipe"),
      (["--outputs", "empty"], 2, "there is no run under 'empty'; make one with 'towerbook run RECIPE'"),
      (["damaged"], 1, "'damaged/report.json' is damaged: it is no record of a run"),
      (
        ["old"], 1,
        "'old/report.json' is a record of version 999, this program reads \(version.1); run the recipe again"
      ),
      (
        ["small", "-o", "a.pdf"], 2,
        "'a.pdf' ends in no format's ending (.md, .html, .ipynb); rename it, or say which with --format"
      ),
      (["small", "-o", "a.html", "--format", "md"], 2, "'a.html' is a name for html, not for md"),
      (
        ["small", "-o", "notes.txt/x.html"], 1,
        "cannot make folder 'notes.txt': a file of that name is in the way"
      ),
    ]
    for (arguments, status, message) in cases {
      let outcome = try tool.run(["report"] + arguments)
      #expect(outcome.status == status && outcome.output == "", "\(arguments)")
      #expect(outcome.errors == "error: \(message)\n")
    }
  }

  @Test("a format that is not there is suggested")
  func formats() throws {
    let usage = """
      Usage: towerbook report [<run|recipe>] [--format <md|html|ipynb>] [--output <output>] [--outputs <outputs>] [--live] [--live-items <n>] [--force]
        See 'towerbook report --help' for more information.

      """
    let near = try tool.run("report", "small", "--format", "htm")
    #expect(near.status == 2)
    #expect(near.errors == "Error: --format: there is no format 'htm'; did you mean 'html'?\n" + usage)
    let far = try tool.run("report", "small", "--format", "docx")
    #expect(far.errors == "Error: --format: there is no format 'docx'; it takes md, html, ipynb\n" + usage)
    let empty = try tool.run("report", "small", "--output", "")
    #expect(empty.status == 2)
    #expect(
      empty.errors == "Error: a run, --output and --outputs take a name, not an empty text\n" + usage
    )
  }

  @Test("a page with the model in it stands beside the other, and takes what only it takes")
  func live() throws {
    let live = try tool.run("report", "small", "--live")
    #expect(live.output == "\(run)/report.live.html\n" && live.errors == "", "\(live.errors)")
    let page = try tool.read("\(run)/report.live.html")
    #expect(page.contains("id=\"live.model\"") && page.contains("its best 20 of 50 items"))
    #expect(try tool.run("report", "small", "-o", "d/m.html", "--live", "--live-items", "30").status == 0)
    #expect(try tool.read("d/m.html").contains("the 30 items clicked most, and no others"))
    for (arguments, message) in [
      (["--live-items", "5"], "--live-items 5 is for a page with --live"),
      (["--live", "--live-items", "0"], "--live-items takes a number from 1, not 0"),
      (["--live", "--format", "md"], "--live is for html, not for md"),
    ] {
      let outcome = try tool.run(["report", "small"] + arguments)
      #expect(outcome.status == 2 && outcome.errors.hasPrefix("Error: \(message)\n"), "\(outcome.errors)")
    }
    try Folders.remove(tool.file("\(run)/model"))
    let gone = try tool.run("report", "small", "--live")
    #expect(gone.status == 2)
    #expect(
      gone.errors
        == "error: there is no 'manifest.json' in '\(run)/model': run the recipe again\n"
    )
  }

  private static let canValidate =
    (try? Tool().run("python3", "-c", "import nbformat", program: "/usr/bin/env").status) == 0

  @Test("Jupyter takes the notebook", .enabled(if: canValidate, "python3 with nbformat is not there"))
  func validNotebook() throws {
    _ = try tool.run("report", "small", "-o", "n.ipynb")
    let script = """
      import sys, warnings, nbformat
      warnings.simplefilter("error")
      notebook = nbformat.read(sys.argv[1], as_version=4)
      nbformat.validate(notebook)
      code = [cell for cell in notebook.cells if cell.cell_type == "code"]
      print(len(code), all(cell.outputs for cell in code))
      """
    let outcome = try tool.run("python3", "-c", script, tool.file("n.ipynb"), program: "/usr/bin/env")
    #expect(outcome.output == "9 True\n", "\(outcome.errors)")
  }
}
