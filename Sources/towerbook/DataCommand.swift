import ArgumentParser
import Clicks
import Files
import Glibc
import Recipe
import Steps
import Tables

/// `towerbook data`: shows what files of data hold.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data",
    abstract: "Show what files hold: columns and their values, times, doubled rows, who clicks most.",
    discussion: """
      Reads all of each file. How it is written is told by the file itself, and so are user, item and time of a \
      click log, unless they are named. A folder stands for the files in it, of which those that are parts of one table are shown \
      as one; so are those that a pattern matches.

        towerbook data clicks.csv.gz items.csv
        towerbook data 'logs/day=*'
        towerbook data log.parquet --user visitor --item sku --time ts
        towerbook data clicks.csv --json | jq '.[0].columns[].distinct'
      """
  )

  @Argument(
    help: ArgumentHelp("The files to look at, patterns, or folders of files.", valueName: "file"),
    completion: .file()
  )
  var files: [String]

  @Option(help: "The column of users, by its name or its number.")
  var user: String?

  @Option(help: "The column of items, likewise.")
  var item: String?

  @Option(help: "The column of times, likewise.")
  var time: String?

  @Flag(help: "Write JSON, a list with an object for each file.")
  var json = false

  @Option(parsing: .unconditional, help: "How many threads to use, in place of one for each processor.")
  var threads: Int?

  func validate() throws {
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes a number from 1 to 1024, not \(threads)")
    }
  }

  func run() throws {
    var roles = TableSurvey.Roles()
    (roles.user, roles.item, roles.time) = (user.map(selector), item.map(selector), time.map(selector))
    var objects: [JSONValue] = []
    do {
      let tables = try SurveyTables(files, notes: StandardError.line).tables
      for (place, table) in tables.enumerated() {
        let content = try SurveyContent(table, roles: roles, threads: threads ?? SystemFacts.processors)
        if json {
          objects.append(content.json)
        } else {
          print((place > 0 ? "\n" : "") + content.text(width: Self.width), terminator: "")
        }
      }
    } catch let error as DataError {
      throw RecipeErrors("\(error)")
    }
    if json { print(JSONValue.array(objects).text(.indented)) }
  }

  /// Digits are a number, which no other column is likely to be called.
  private func selector(_ text: String) -> ColumnSelector { Int(text).map { .number($0) } ?? .name(text) }

  /// How many columns the terminal has, up to 120; 100 where there is none.
  private static var width: Int {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
    return min(Int(size.ws_col), 120)
  }
}
