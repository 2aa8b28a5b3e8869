import ArgumentParser
import Files
import Notebook

/// `towerbook runs`: lists finished runs, or gives them to other programs.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "List finished runs with their headlines, or write them for TensorBoard and MLflow.",
    subcommands: [RunsListCommand.self, RunsExportCommand.self],
    defaultSubcommand: RunsListCommand.self
  )
}

/// `towerbook runs list`: lists finished runs.
struct RunsListCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List finished runs with their headlines and the settings in which they differ; the default.",
    discussion: """
      The newest come first. --where takes a setting, a metric, or one of run, recipe, date, title, tag and \
      seconds, with = != < <= > >= or ~ (holds the text). A run without a value meets != alone; of a date as much \
      is compared as is given, in UTC.

        towerbook runs
        towerbook runs quickstart --sort eval.ndcg@20 --last 20
        towerbook runs --where 'train.epochs > 3' --where 'model.pooling = mean' --metrics eval.ndcg@20
        towerbook runs --where 'date = 2026-11-28' --where 'tag != best'
        towerbook runs --where 'date >= 2026-11-01' --format csv > runs.csv
      """
  )

  @Argument(help: "The recipe whose runs are listed; by default all are.")
  var recipe: String?

  @OptionGroup var folders: FolderArguments

  @Option(help: ArgumentHelp("Sort by a setting or metric, the highest first.", valueName: "name"))
  var sort: String?

  @Flag(help: "The lowest first; without --sort, the oldest.")
  var ascending = false

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "List only runs of which this is true; may be given more than once.",
      valueName: "condition"
    )
  )
  var conditions: [String] = []

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("List only the newest so many of those.", valueName: "count")
  )
  var last: Int?

  @Option(
    help: ArgumentHelp("Show these metrics too, parted by commas.", valueName: "names"),
    transform: MetricList.parse
  )
  var metrics: [String] = []

  @Flag(help: "List the trials of sweeps too.")
  var trials = false

  @Option(help: "'table', or 'csv' or 'json' with all settings that differ and all digits.")
  var format = Format.table

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table, csv, json
  }

  func validate() throws {
    if let last, last < 1 { throw ValidationError("--last takes a number from 1 on, not \(last)") }
  }

  func run() throws {
    let store = RunStore(folders.outputs)
    var query = RunQuery()
    query.conditions = try conditions.map { try RunCondition($0) }
    query.sort = sort
    query.isAscending = ascending
    query.last = last
    let listing = store.listing(
      of: try recipe.map { try store.recipe(named: $0, trials: trials) },
      trials: trials
    )
    for problem in listing.problems { StandardError.line("left out: \(problem)") }
    for metric in metrics { try RunFact.check(metric, in: listing.runs, for: "--metrics") }
    let runs = try query.apply(to: listing.runs)
    let table = RunTable(runs, metrics: metrics)
    switch format {
    case .csv: print(table.csv, terminator: "")
    case .json: print(try table.json, terminator: "")
    case .table where runs.isEmpty:
      let found = listing.runs.isEmpty ? "there are no finished runs" : "no run meets the conditions"
      StandardError.line("\(found) under '\(folders.outputs)'")
    case .table:
      print(table.text, terminator: "")
      if table.hiddenSettings > 0 {
        StandardError.line(
          "of the settings that differ, \(table.hiddenSettings) are not shown; --format csv has all"
        )
      }
    }
  }
}
