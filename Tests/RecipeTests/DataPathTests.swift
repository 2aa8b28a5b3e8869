import Files
import Notebook
import Report
import TestSupport
import Testing

@testable import Recipe

private struct PathStep: Step {
  static let name = "save"
  static let summary = "Saves."
  static let revision = 1
  let texts: [String]
  let others: [String]
  let paths: [ResolvedPath]

  init(_ fields: inout Fields) {
    texts = fields.oneOrMoreStrings("texts", default: "one", "Texts.")
    others = fields.optionalStrings("others", "More.")
    paths = fields.dataPaths("paths", isSearchedFor: true, "Paths.")
  }

  func run(in context: RunContext) throws -> [Block] { [] }
}

@Suite("One text or several, and paths of data")
struct DataPathTests {
  private func cell(_ settings: String, in folder: String = "/nowhere") throws -> PlannedCell {
    let planner = Planner(steps: [PathStep.self])
    let document = try RecipeLoader(environment: ["HOME": "/home/me"]).load(
      text: "save: { \(settings) }",
      name: "recipe",
      directory: folder,
      steps: planner.declarations
    )
    return try #require(try planner.plan(document).cells.first)
  }

  @Test("a single text, with a list around it or not, is recorded without one; several are a list")
  func texts() throws {
    for (written, read) in [
      ("", ["one"]), ("texts: a", ["a"]), ("texts: [a]", ["a"]), ("texts: [a, b]", ["a", "b"]),
    ] {
      let cell = try cell(written)
      #expect((cell.step as? PathStep)?.texts == read)
      let recorded = cell.settings.first { $0.key == "texts" }?.value
      #expect(recorded == (read.count == 1 ? .string(read[0]) : .list(read.map { .string($0) })))
    }
    #expect((try cell("").step as? PathStep)?.others == [])
    #expect((try cell("others: null").step as? PathStep)?.others == [])
    #expect((try cell("others: [x]").step as? PathStep)?.others == ["x"])
    #expect(throws: RecipeErrors.self) { try cell("texts: []") }
    #expect(throws: RecipeErrors.self) { try cell("texts: [1]") }
  }

  @Test("paths lead from the recipe's folder; what is not there stays as it was written")
  func paths() throws {
    let folder = try ScratchFolder()
    try folder.write("logs/a.csv", "x")
    let cell = try cell("paths: ['logs/*.csv', gone.csv, ~/x.csv, logs]", in: folder.path)
    #expect(
      (cell.step as? PathStep)?.paths.map(\.absolute) == [
        folder.file("logs/*.csv"), folder.file("gone.csv"), "/home/me/x.csv", folder.file("logs"),
      ]
    )
    let entry = try #require(cell.settings.first { $0.key == "paths" })
    #expect(
      entry.withPaths { FilePaths.relative($0, to: folder.file("out/run")) }
        == .list([
          .string("../../logs/*.csv"), .string("gone.csv"), .string("~/x.csv"), .string("../../logs"),
        ])
    )
    let one = try #require(
      try self.cell("paths: logs/a.csv", in: folder.path).settings.first { $0.key == "paths" }
    )
    #expect(one.value == .string("logs/a.csv") && one.withPaths { $0 } == .string(folder.file("logs/a.csv")))
  }
}
