import ArgumentParser
import Files
import Recipe
import Steps
import Tables

/// `towerbook init`: writes a starter recipe for the user's own clicks.
struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented starter recipe for your own clicks.",
    discussion: """
      Looks at files, or at all files of a folder: which one is the click log, which tells of items and which of \
      users, how each is written, and which column is what. Files that are parts of one table are taken as one: \
      those whose names differ in numbers alone, and those in folders such as day=2017-10-03. A file called test \
      beside a log that is written alike holds the clicks to test on. An array of NumPy (.npy) with a row an item \
      gives items' vectors. Shows what it guessed, and marks it in the recipe.

        towerbook init clicks.csv.gz
        towerbook init ml-100k
        towerbook init ratings.dat movies.dat
        towerbook init 'logs/day=*' --items articles.csv --users readers.csv
      """
  )

  @Argument(
    help: ArgumentHelp("The files of data, a pattern, or a folder of them.", valueName: "file"),
    completion: .file()
  )
  var files: [String] = []

  @Option(help: "The click log, where it is not the file that looks most like one.", completion: .file())
  var clicks: String?

  @Option(help: "The item table, if there is one.", completion: .file())
  var items: String?

  @Option(help: "The user table, if there is one.", completion: .file())
  var users: String?

  @Option(help: "The clicks to test on, where others have held them out.", completion: .file())
  var test: String?

  @Flag(
    help:
      "Users' items are sets, in no order: what is held out is drawn, and an item's context are the others."
  )
  var sets = false

  @Option(
    name: .shortAndLong,
    help:
      "The recipe to write, or - for standard output; by default the log's or the folder's name with .yaml.",
    completion: .file(extensions: ["yaml", "yml"])
  )
  var output: String?

  @Flag(help: "Replace a recipe that is there already.")
  var force = false

  func validate() throws {
    if files.isEmpty && clicks == nil {
      throw ValidationError("name the click log, or a folder that it is in")
    }
  }

  func run() throws {
    var notes: [String] = []
    let starter: StarterRecipe
    do {
      let choice = try StarterChoice(files, clicks: clicks, items: items, users: users, test: test) {
        notes.append($0)
      }
      starter = try StarterRecipe(choice, isOfSets: sets, threads: SystemFacts.processors)
    } catch let error as DataError { throw RecipeErrors("\(error)") }
    let path = output.flatMap { $0 == "-" ? nil : $0 } ?? starter.name + ".yaml"
    guard force || output == "-" || !FilePaths.exists(path) else {
      throw ValidationError(
        "'\(path)' is there already; name another with --output, or replace it with --force"
      )
    }
    let text = try starter.yaml(besides: path)
    StandardError.line(starter.columns)
    StandardError.line("")
    for line in notes + starter.guesses { StandardError.line(SurveyText.wrapped(line, 80)) }
    guard output != "-" else { return print(text, terminator: "") }
    try AtomicFile.write(text, to: path)
    print(path)
    StandardError.line("Look it over, then: towerbook run \(path)")
  }
}
