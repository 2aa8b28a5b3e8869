import ArgumentParser
import Files
import Recipe

/// `towerbook check`: looks for everything that is wrong with a recipe, and runs nothing.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a recipe without running it.",
    discussion: "Every problem is shown at once, with its place. Exits 2 where there is one."
  )

  @OptionGroup var recipe: RecipeArguments

  func run() throws {
    let plan = try recipe.plan()
    for warning in plan.warnings { StandardError.line(warning.rendered(color: StandardError.usesColor)) }
    let cells = plan.cells.map(\.id).joined(separator: ", ")
    print("\(recipe.path ?? "the built-in example"): \(plan.cells.count) cells in order: \(cells)")
  }
}
