import ArgumentParser
import Files
import Recipe
import Steps
import Sweep

/// `towerbook schema`: prints the JSON Schema of recipes.
struct SchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print the JSON Schema of recipes, for editors.",
    discussion: """
      With the YAML language server, put the output into a file and begin a recipe with
      # yaml-language-server: $schema=towerbook.schema.json
      """
  )

  @Option(
    name: .shortAndLong,
    help: "Write to this file, in place of standard output.",
    completion: .file(extensions: ["json"])
  )
  var output: String?

  func run() throws {
    let schema = jsonSchema(
      steps: StepList.all.map { $0.declaration },
      warnings: LintRules.all.map { $0.name },
      sweep: StudyDefinition.fieldSpecs
    )
    if let output { try AtomicFile.write(schema + "\n", to: output) } else { print(schema) }
  }
}
