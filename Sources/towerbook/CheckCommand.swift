import ArgumentParser
import Editor
import Files
import Notebook
import Recipe
import Steps

/// `towerbook check`: looks for everything that is wrong with a recipe, and runs nothing.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Check a recipe without running it.",
    discussion: """
      Every problem is shown at once, with its place. Exits 2 where there is one. What runs but is likely not what \
      was meant is a warning, and does not change the exit code; a cell that means it says so by the warning's name, \
      as 'allow: [high_temperature]'. With --fix, names that can have meant one known name only are mended in their \
      files, which stay as they are in all else.
      """
  )

  @OptionGroup var recipe: RecipeArguments

  @Option(help: "The folder of the runs that settings may name.", completion: .directory)
  var outputs = "outputs"

  @Flag(help: "List all that recipes are warned of, by name, and stop.")
  var warnings = false

  @Flag(help: "Put what was meant in place of words that can have meant one thing only, and say which.")
  var fix = false

  func run() throws {
    if fix { try mend() }
    if warnings {
      let width = LintRules.all.map { $0.name.utf8.count }.max() ?? 0
      for rule in LintRules.all {
        print(rule.name + String(repeating: " ", count: width - rule.name.utf8.count + 2) + rule.summary)
      }
      return
    }
    let plan = try recipe.plan(outputs: outputs)
    let cells = plan.cells.map(\.id).joined(separator: ", ")
    print("\(recipe.path ?? "the built-in example"): \(plan.cells.count) cells in order: \(cells)")
    for line in plan.fileSummary + plan.programSummary { print(line) }
    guard !plan.programs.isEmpty else { return }
    let isAllowed = try ProgramAllowance().allows(plan)
    print(
      isAllowed
        ? "its programs are allowed"
        : "its programs run only with --allow-scripts, or after 'towerbook allow'"
    )
  }

  /// Mends the recipe's files; what is wrong beyond that is for the check to say.
  private func mend() throws {
    guard let path = recipe.path, !path.hasSuffix(".md") else {
      throw ValidationError("--fix takes a recipe of YAML, which it can write to")
    }
    var fixer = RecipeFixer(
      RecipeCheck(
        steps: StepList.all,
        rules: LintRules.all,
        root: FilePaths.current,
        outputs: outputs,
        environment: ProcessEnvironment.variables
      )
    )
    _ = fixer.fix(path, overrides: recipe.overrides)
    try fixer.write()
    for change in fixer.changes { print(change.words) }
  }
}
