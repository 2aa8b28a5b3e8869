import ArgumentParser
import Files
import Recipe
import Steps
import Sweep

/// `towerbook steps`: explains every setting of every step.
struct StepsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "steps",
    abstract: "Explain the steps and their settings.",
    discussion: "Without a name: a line for each step. With names: every setting of those steps."
  )

  @Argument(
    help: ArgumentHelp("The steps to explain.", valueName: "step"),
    completion: .list(Self.declarations.map(\.name))
  )
  var names: [String] = []

  @Flag(help: "Explain every step.")
  var all = false

  func run() throws {
    let known = Self.declarations.map(\.name)
    for name in names where !known.contains(name) {
      let near = Suggestion.nearest(to: name, among: known).map { "did you mean '\($0)'? " } ?? ""
      throw ValidationError("there is no step '\(name)'; \(near)The steps: \(known.joined(separator: ", "))")
    }
    if names.isEmpty && !all {
      let width = known.map(\.utf8.count).max() ?? 0
      for step in Self.declarations {
        let gap = String(repeating: " ", count: width - step.name.utf8.count + 2)
        print("\(step.name)\(gap)\(step.summary)")
      }
      print("\n'towerbook steps NAME' explains a step's settings.")
      return
    }
    let chosen = Self.declarations.filter { all || names.contains($0.name) }
    print(chosen.map { helpText(for: $0) }.joined(separator: "\n"))
  }

  /// The steps, and the section that 'towerbook sweep' reads.
  private static var declarations: [StepDeclaration] {
    StepList.all.map { $0.declaration } + [
      StepDeclaration(
        name: "sweep",
        summary: "A search over settings, for 'towerbook sweep': what is varied, how, and what for.",
        fields: StudyDefinition.fieldSpecs
      )
    ]
  }
}
