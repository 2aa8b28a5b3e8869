import Notebook
import Numerics
import Recipe
import Testing

@testable import Steps

/// `train.precision` in recipes.
@Suite("Precision in recipes")
struct PrecisionRecipeTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  private func plan(_ overrides: [String]) throws -> Plan {
    try RecipeRuns(ModelFixture.recipe, in: fixture.files).plan(overrides)
  }

  @Test("Float32 is what it was before there was a choice: in no key")
  func neutral() throws {
    let keys = try [[], ["train.precision=float32"]].map { overrides in
      try plan(overrides).keys().map(\.artifact)
    }
    #expect(keys[0] == keys[1])
  }

  @Test(
    "bfloat16 is in the keys of training and of what reads it",
    .enabled(if: Precision.bf16.isSupported, "this processor has neither AVX-512 BF16 nor AMX")
  )
  func inKeys() throws {
    let plans = [try plan([]), try plan(["train.precision=bf16"])]
    let keys = try plans.map { try $0.keys().map(\.artifact) }
    for (position, cell) in plans[0].cells.enumerated() {
      let isAbove = ["config", "split", "encode", "model"].contains(cell.cell.header.step)
      #expect((keys[0][position] == keys[1][position]) == isAbove, "\(cell.id)")
    }
  }

  @Test("what is no precision is told at its place")
  func unknown() throws {
    let errors = #expect(throws: RecipeErrors.self) { try plan(["train.precision=bfloat16"]) }
    #expect("\(try #require(errors))".contains("precision"))
  }
}

extension SavedModelTests {
  @Test(
    "a model that was trained in bfloat16 gives the recipe's own candidates, to the byte",
    .enabled(if: Precision.bf16.isSupported, "this processor has neither AVX-512 BF16 nor AMX")
  )
  func precision() throws { try sameCandidates(overrides: ["train.precision=bf16"]) }
}
