import ArgumentParser
import Notebook

/// `towerbook allow`: lets a recipe run its programs from now on.
struct AllowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "allow",
    abstract: "Let a recipe run the programs of its 'script' cells.",
    discussion: """
      Look at what it runs first: it is printed, and may do whatever you may. What is allowed are these commands with \
      the content that their files have now; where one of them changes, the recipe has to be allowed anew. Kept in \
      ~/.config/towerbook/allowed, for you alone.
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(help: "The folder of the runs that settings may name.", completion: .directory)
  var outputs = "outputs"

  @Flag(help: "Take it back.")
  var remove = false

  func run() throws {
    let plan = try recipe.plan(outputs: outputs)
    let name = recipe.path ?? "the built-in example"
    guard !plan.programs.isEmpty else { return print("\(name) runs no programs: there is nothing to allow") }
    if remove {
      let was = try ProgramAllowance().forbid(plan)
      return print(
        was ? "\(name) may not run its programs any more" : "\(name), as it is now, was not allowed"
      )
    }
    for line in plan.programSummary { print(line) }
    try ProgramAllowance().allow(plan)
    print("\(name) may run them from now on")
  }
}
