import ArgumentParser
import Files
import Notebook
import Recipe
import Report

/// `towerbook run`: runs a recipe and writes its report.
struct RunCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run a recipe and write its report.",
    discussion: """
      The path of the report goes to standard output, progress to standard error. Cells whose settings and \
      inputs are as before are taken from the cache.
      """
  )

  @OptionGroup var recipe: RecipeArguments
  @OptionGroup var places: PlaceArguments

  @Option(
    name: .shortAndLong,
    help: "Write the run into this folder, in place of a new one under --outputs.",
    completion: .directory
  )
  var output: String?

  @Flag(help: "Run every cell, whatever the cache holds.")
  var force = false

  @Option(help: ArgumentHelp("Run this cell and all below it, whatever the cache holds.", valueName: "cell"))
  var from: String?

  @Flag(help: "Check the recipe and show what would run, then stop.")
  var dryRun = false

  @Flag(help: ArgumentHelp("Stop where standard input ends, and say there what failed.", visibility: .hidden))
  var watched = false

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  func validate() throws {
    if output?.isEmpty == true {
      throw ValidationError("--output takes the name of a folder, not an empty text")
    }
  }

  func run() throws {
    guard watched else { return try perform() }
    WatchedRun.begin()
    do { try perform() } catch is Interrupted {
      throw ExitCode(130)
    } catch {
      // Who watches shows it too.
      if !(error is ExitCode) { print(Secrets.masked("\(error)")) }
      throw error
    }
  }

  private func perform() throws {
    let plan = try recipe.plan(outputs: places.folders.outputs)
    if let from, plan.position(of: from) == nil {
      let known = plan.cells.map(\.id)
      let hint = Suggestion.nearest(to: from, among: known).map { "did you mean '\($0)'?" }
      throw ValidationError(
        "--from: the recipe has no cell '\(from)'; \(hint ?? "it has " + known.joined(separator: ", "))"
      )
    }
    var options = places.options()
    options.directory = output
    options.force = force
    options.from = from
    options.command =
      ["towerbook", "run"] + recipe.stableWords + (places.allowScripts ? ["--allow-scripts"] : [])
    options.earlier = recipe.earlierReport
    if dryRun {
      print(try PlanTable(plan: plan, options: options).text, terminator: "")
      return
    }
    let progress = ProgressReporter(quiet ? .quiet : .automatic)
    let summary = try Runner(plan: plan, options: options, progress: progress).run()
    print(summary.reportPath)
    let broken = summary.expectations.filter { !$0.isMet }
    for result in broken {
      let value = result.value.map { NumberFormat.significant($0, digits: 4) } ?? "no value"
      progress.warning("expected \(result.metric) \(result.expected), got \(value)")
    }
    if !broken.isEmpty { throw ExitCode(3) }
  }
}
