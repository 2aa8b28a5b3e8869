import Recipe
import Testing

@testable import Steps

@Suite("Columns that filters look at")
struct FilterColumnTests {
  @Test("a filter with several conditions on a column that is not kept is one error")
  func toldOnce() throws {
    let recipe = try ContractRecipe()
    let error = #expect(throws: RecipeErrors.self) {
      try recipe.plan(["config.columns.keep=['6']", "split.filter.column=nowhere"])
    }
    let told = "\(try #require(error))".split(separator: "\n").filter { $0.contains("error:") }
    #expect(
      told == [
        "command line:2:14: error: the log keeps no column 'nowhere'; add it to columns.keep in 'config'"
      ]
    )
  }

  @Test("a column that is kept by its number is filtered by its name in the header")
  func keptByNumber() throws {
    // Column 4 is called 6.
    let plan = try ContractRecipe().plan(["config.columns.keep=[4]", "split.filter.column='6'"])
    #expect(plan.cells.contains { $0.id == "split" })
  }
}
