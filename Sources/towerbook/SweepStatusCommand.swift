import ArgumentParser
import Files
import Notebook
import Recipe
import Report
import Steps
import Sweep

/// `towerbook sweep status`: how far a study is.
struct SweepStatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how far a study is.")

  @OptionGroup var study: StudyArguments

  func run() throws {
    let path = try study.path()
    let ledger = try Ledger(opening: StudyFolder(path).ledger)
    let trials = try ledger.trials()
    let counts = TrialState.allCases.map { state in "\(trials.count { $0.state == state }) \(state.rawValue)"
    }
    print("\(path): \(trials.count) trials, \(counts.joined(separator: ", "))")
    let workers = try ledger.workers()
    print("\(workers.count) workers" + (try ledger.isStopRequested ? ", asked to stop" : ""))
    let jobs = try ledger.jobs()
    for worker in workers {
      let work = worker.work.map { "\($0.purpose.rawValue) trial \($0.number)" }.joined(separator: ", ")
      print("  process \(worker.id.process): \(work.isEmpty ? "waits" : work)")
    }
    // The last job of each trial that is under way.
    for trial in trials where trial.state == .running {
      guard let job = jobs.last(where: { $0.purpose == .search && $0.number == trial.number }) else {
        continue
      }
      print(
        "  trial \(trial.number): \(job.launcher) job \(job.id), \(job.host.map { "on \($0)" } ?? "not begun")"
      )
    }
    guard let goal = ledger.info.goals.first else { return }
    for standing in Standing.order(of: trials, goal).prefix(5) {
      let value = NumberFormat.significant(standing.value, digits: 4)
      let seeds = standing.seeds > 1 ? ", mean of \(standing.seeds) seeds" : ""
      print("  \(goal.metric) \(value)  setting \(standing.setting)\(seeds)")
    }
  }
}

/// The study that several verbs take.
struct StudyArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "The folder of the study, as outputs/RECIPE/sweep-…; by default the newest under --outputs.",
      valueName: "study"
    ),
    completion: .directory
  )
  var folder: String?

  @Option(help: "Where to look for the newest study.", completion: .directory)
  var under = "outputs"

  /// The folder, found where it was not given.
  /// - Throws: `RunFailure` where there is none.
  func path() throws -> String {
    if let folder {
      guard FilePaths.exists(StudyFolder(folder).ledger) else {
        throw ValidationError("\(folder) holds no study: there is no study.db in it")
      }
      return folder
    }
    var found: [(time: Int, path: String)] = []
    for recipe in (try? FilePaths.list(under)) ?? [] {
      let parent = FilePaths.join(under, recipe)
      for name in (try? FilePaths.list(parent)) ?? [] where name.hasPrefix("sweep-") {
        let path = FilePaths.join(parent, name)
        let ledger = StudyFolder(path).ledger
        if let time = FilePaths.modified(ledger) { found.append((time, path)) }
      }
    }
    guard let newest = found.max(by: { $0.time < $1.time }) else {
      throw ValidationError("there is no study under \(under); begin one with 'towerbook sweep RECIPE'")
    }
    return newest.path
  }

  /// The study, opened.
  func open(_ tools: StudyTools) throws -> Study { try Study(opening: StudyFolder(try path()), tools: tools) }
}

extension PlaceArguments {
  /// What a study needs to plan and run trials.
  func studyTools() throws -> StudyTools { try Self.studyTools(options()) }

  /// What a study needs to plan and run trials with `options`.
  static func studyTools(_ options: RunOptions) throws -> StudyTools {
    var tools = StudyTools(
      plan: { [outputs = options.outputRoot] recipe, overrides in
        try RecipeArguments.planned(path: recipe, overrides: overrides, outputs: outputs)
      },
      options: options,
      executable: try SystemFacts.executable()
    )
    tools.variables = Planner(steps: StepList.all).declarations.flatMap { $0.fields.flatMap(variables) }
    return tools
  }

  /// The variables that a setting and those inside fall back on.
  private static func variables(_ spec: FieldSpec) -> [String] {
    (spec.defaultEnvironment.map { [$0] } ?? []) + spec.fields.flatMap(variables)
  }
}

extension RecipeArguments {
  /// The study of the recipe, begun or gone on with.
  func study(directory: String?, _ tools: StudyTools) throws -> Study {
    _ = try plan(outputs: tools.options.outputRoot)
    return try Study(recipe: path, overrides: overrides, directory: directory, tools: tools)
  }
}
