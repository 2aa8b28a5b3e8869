import ArgumentParser
import Files
import Recipe
import Steps

/// `towerbook init`: writes a starter recipe for the user's own clicks.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented starter recipe for your own clicks.",
    discussion: "Looks at the header and the first lines, guesses which column is what, and shows its guess."
  )

  @Argument(help: "The click log: delimited text, plain, .gz or .zst.", completion: .file())
  var clicks: String

  @Option(help: "The item table, if there is one.", completion: .file())
  var items: String?

  @Option(
    name: .shortAndLong,
    help: "The recipe to write, or - for standard output; by default the log's name with .yaml.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var output: String?

  @Flag(help: "Replace a recipe that is there already.")
  var force = false

  func run() throws {
    let starter: StarterRecipe
    do { starter = try StarterRecipe(clicks: clicks, items: items) } catch { throw RecipeErrors("\(error)") }
    if output == "-" {
      for line in starter.guesses { StandardError.line(line) }
      print(try starter.yaml(besides: Self.recipeName(clicks)), terminator: "")
      return
    }
    let path = output ?? Self.recipeName(clicks)
    guard force || !FilePaths.exists(path) else {
      throw ValidationError(
        "'\(path)' is there already; name another with --output, or replace it with --force"
      )
    }
    for line in starter.guesses { StandardError.line(line) }
    try AtomicFile.write(try starter.yaml(besides: path), to: path)
    print(path)
    StandardError.line("Look it over, then: towerbook run \(path)")
  }

  /// `clicks.yaml` for `data/clicks.csv.gz`.
  private static func recipeName(_ path: String) -> String {
    var name = FilePaths.name(of: path)
    while name != FilePaths.stem(of: name) { name = FilePaths.stem(of: name) }
    return (name.isEmpty ? "recipe" : name) + ".yaml"
  }
}
