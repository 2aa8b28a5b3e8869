import Files
import Notebook
import Recipe
import Testing

@Suite("Warnings about a recipe")
struct LintTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private func warnings(_ yaml: String, overrides: [String] = []) throws -> [String] {
    try bench.plan(yaml, overrides: overrides).warnings.map { $0.rendered() }
  }

  @Test("a warning has a place, a name and its line; the cell is the place of what is not written")
  func places() throws {
    let found = try warnings("numbers:\n  count: 200\nsum:\n")
    #expect(
      found == [
        """
        toy:2:3: warning: expected at most 100 numbers, got 200 [many_numbers]
            2 |   count: 200
              |   ^^^^^
        """,
        """
        toy:3:1: warning: there are many numbers to add up [many_numbers]
            3 | sum:
              | ^^^
        """,
      ]
    )
    #expect(try warnings("numbers:\n  count: 100\nsum:\n") == [])
    let typed = try warnings("numbers:\n", overrides: ["numbers.count=101"])
    #expect(typed.count == 1 && typed.first?.hasPrefix("command line:1:9: warning: ") == true)
  }

  @Test("a cell allows a warning of its own, as one name or a list")
  func allowed() throws {
    let first = try bench.plan("numbers:\n  count: 200\n  allow: many_numbers\nsum:\n").warnings
    #expect(first.map(\.cell) == ["sum"] && first.map(\.name) == ["many_numbers"])
    let both =
      "numbers: { count: 200, allow: [many_numbers] }\nsum: { allow: [many_numbers, many_numbers] }\n"
    #expect(try warnings(both) == [])
    #expect(try warnings("numbers: { count: 200 }\n", overrides: ["numbers.allow=[many_numbers]"]) == [])
    #expect(try warnings("numbers: { count: 200, allow: [] }\n").count == 1)
    #expect(try warnings("numbers: { count: 200, allow: null }\n").count == 1)
  }

  @Test(
    "a name that no warning has is an error",
    arguments: [
      ("[many_number]", "1:20: there is no warning 'many_number' to allow; did you mean 'many_numbers'?"),
      ("few", "1:19: there is no warning 'few' to allow; there are many_numbers"),
      (
        "[3]",
        "1:20: expected a string for 'allow' in 'numbers', got 3 (put it in quotes to make it a string)"
      ),
    ]
  )
  func unknownName(value: String, message: String) throws {
    let errors = try #require(throws: RecipeErrors.self) { try bench.plan("numbers: { allow: \(value) }\n") }
    #expect(
      errors.diagnostics.map { "\($0.place?.line ?? 0):\($0.place?.column ?? 0): \($0.message)" } == [message]
    )
  }

  @Test("the report shows a warning in its cell, and the resolved recipe still allows what was allowed")
  func report() throws {
    let run = try bench.run("numbers:\n  count: 200\n  allow: [many_numbers]\nsum:\n")
    let report = try bench.read(run.reportPath)
    #expect(!report.contains("expected at most 100"))
    let cell = try #require(report.firstRange(of: "## sum"))
    #expect(
      report[cell.upperBound...].contains(
        "> [!WARNING]\n> there are many numbers to add up (`many_numbers`)\n"
      )
    )
    let resolved = try bench.read(FilePaths.join(run.directory, "recipe.yaml"))
    #expect(try bench.plan(resolved).warnings.map(\.cell) == ["sum"])
  }

  @Test("warnings without a cell stand at the head of the report")
  func head() throws {
    try AtomicFile.write("nonsense\n", to: FilePaths.join(bench.folder, ".env"))
    let run = try bench.run("numbers:\n")
    let report = try bench.read(run.reportPath)
    let warning = try #require(report.firstRange(of: "- ⚠ expected NAME=VALUE, this line is passed over\n"))
    let cell = try #require(report.firstRange(of: "## numbers"))
    #expect(warning.lowerBound < cell.lowerBound)
  }

  @Test("a quote of a table that the cell does not show is told, with what it shows")
  func missingTable() throws {
    let run = try bench.run("numbers:\n  note: '{{ table numbers.cuont }}'\n")
    let report = try bench.read(run.reportPath)
    #expect(report.contains("- ⚠ '{{ table numbers.cuont }}' is no table of 'numbers'; it has none\n"))
  }

  @Test("a setting is changed where it is written with another value than its default")
  func changed() throws {
    let numbers = try bench.plan("numbers: { count: 3, scale: 2 }\n").cells[0]
    #expect(!numbers.isChanged("count") && numbers.isChanged("scale") && !numbers.isChanged("label"))
    #expect(numbers["count"]?.int == 3 && numbers["count.more"] == nil && numbers["none"] == nil)
  }

  @Test("the source of an artifact is the cell behind a cell, or behind what that reads")
  func source() throws {
    let plan = try bench.plan("numbers:\nnumbers as more:\nsum: { numbers: numbers }\n")
    #expect(plan.source(of: "numbers", behind: 2) == 0)
    #expect(plan.source(of: "numbers", behind: 0) == nil && plan.source(of: "sum", behind: 2) == nil)
    #expect(plan.cells(of: "numbers") == [0, 1])
  }
}
