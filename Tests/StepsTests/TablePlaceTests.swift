import Files
import Notebook
import Testing

@testable import Steps

/// `model.tables`, `train.shuffle_block`, and results that are too large to stay in memory, in recipes.
@Suite("Tables in files, in recipes")
struct TablePlaceTests {
  private let runs: RecipeRuns

  init() throws { runs = RecipeRuns(ModelFixture.recipe, in: try ModelFixture().files) }

  private func keys(_ overrides: [String]) throws -> [String] {
    try runs.plan(overrides).keys().map { "\($0.artifact)" }
  }

  @Test("where tables lie is in no key, how samples are shuffled is in those of training and below")
  func inKeys() throws {
    let plain = try keys([])
    #expect(try keys(["model.tables=mapped"]) == plain)
    #expect(try keys(["train.shuffle_block=0"]) == plain)
    let blocks = try keys(["train.shuffle_block=2000"])
    for (position, cell) in try runs.plan().cells.enumerated() {
      let isAbove = ["config", "split", "encode", "model"].contains(cell.cell.header.step)
      #expect((plain[position] == blocks[position]) == isAbove, "\(cell.id)")
    }
  }

  @Test("a run with tables in files, and with nothing held in memory, writes what any run writes")
  func sameFiles() throws {
    let overrides = ["train.epochs=3"]
    let plain = try runs.summary(overrides)
    let mapped = try runs.summary(overrides + ["model.tables=mapped"]) {
      $0.outputRoot = runs.files.path("other")
      $0.heldBytes = 0
    }
    #expect(mapped.cachedCells == 0 && plain.cachedCells == 0)
    #expect(plain.metrics.map(\.name) == mapped.metrics.map(\.name))
    let entries = [plain, mapped].map { summary in summary.cellRecords.map(\.key) }
    #expect(entries[0] == entries[1])
    var compared = 0
    for key in entries[0] {
      let paths = ["outputs", "other"].map { runs.files.path("\($0)/.cache/\(key)/artifact.bundle") }
      guard FilePaths.exists(paths[0]) else { continue }
      #expect(try Digest(contentsOf: paths[0]) == Digest(contentsOf: paths[1]))
      compared += 1
    }
    #expect(compared >= 5)
  }

  @Test("a block that holds no batch is told at its place")
  func tooSmall() throws {
    let errors = #expect(throws: (any Error).self) { try runs.plan(["train.shuffle_block=3"]) }
    #expect("\(try #require(errors))".contains("shuffle_block"))
  }
}
