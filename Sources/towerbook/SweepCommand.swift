import ArgumentParser
import Files
import Glibc
import Notebook
import Recipe
import Report
import Sweep

/// `towerbook sweep`: tries many settings of one recipe.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Try many settings of one recipe, and report which are best and why.",
    discussion: """
      The recipe's section 'sweep' says what is varied and what for; 'towerbook steps sweep' lists what it takes. \
      The study is kept in outputs/RECIPE/sweep-…: the same command again goes on where it stopped. Each trial is \
      a process of its own; all share one cache, so that what they have in common is computed once. With 'launcher' \
      trials run on a cluster (Slurm, Ray, or commands of yours), and this process leads them.
      """,
    subcommands: [
      SweepRunCommand.self, SweepStatusCommand.self, SweepResumeCommand.self, SweepStopCommand.self,
      SweepWorkerCommand.self, SweepExportCommand.self, SweepTrialCommand.self,
    ],
    defaultSubcommand: SweepRunCommand.self
  )
}

/// `towerbook sweep run`: begins a study or goes on with it.
struct SweepRunCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Begin a sweep, or go on with it; the default."
  )

  @OptionGroup var recipe: RecipeArguments
  @OptionGroup var places: PlaceArguments

  @Option(
    name: .shortAndLong,
    help: "The folder of the study, in place of one under --outputs.",
    completion: .directory
  )
  var output: String?

  @Flag(help: "Check the sweep and say what would run, then stop.")
  var dryRun = false

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  func run() throws {
    let tools = try places.studyTools()
    if dryRun {
      let folder = FilePaths.join(FilePaths.current, ".sweep-check-\(getpid())")
      defer { try? Folders.remove(folder) }
      let study = try recipe.study(directory: folder, tools)
      for line in try Sweep(study, tools: tools).announcement() { print(Secrets.masked(line)) }
      return
    }
    let study = try recipe.study(directory: output, tools)
    let sweep = Sweep(study, tools: tools, isQuiet: quiet)
    if !quiet {
      for line in try sweep.announcement() { StandardError.line(line) }
      StandardError.line("the study is in \(study.folder.path)")
    }
    try sweep.runAndPrint()
  }
}

/// `towerbook sweep resume`: goes on with a study, by its folder.
struct SweepResumeCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(commandName: "resume", abstract: "Go on with a study.")

  @OptionGroup var study: StudyArguments
  @OptionGroup var places: PlaceArguments

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  func run() throws {
    let tools = try places.studyTools()
    let opened = try study.open(tools)
    try Sweep(opened, tools: tools, isQuiet: quiet).runAndPrint()
  }
}

extension Sweep {
  /// Runs what is left, and prints where the report is.
  /// - Throws: also `RunFailure` where every trial failed.
  fileprivate func runAndPrint() throws {
    print(try run(command: ["towerbook"] + CommandLine.arguments.dropFirst()))
    if let failure = try self.failure() { throw failure }
  }
}

/// `towerbook sweep worker`: runs trials of a study beside other workers.
struct SweepWorkerCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Run trials of a study that has been begun, beside its other workers."
  )

  @OptionGroup var study: StudyArguments
  @OptionGroup var places: PlaceArguments

  @Flag(name: .shortAndLong, help: "Say nothing but warnings and errors.")
  var quiet = false

  func run() throws {
    let tools = try places.studyTools()
    try Sweep(study.open(tools), tools: tools, isQuiet: quiet).work()
  }
}

/// `towerbook sweep stop`: asks the workers of a study to stop.
struct SweepStopCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stop",
    abstract: "Ask all workers of a study to stop; what runs is put back and goes on another time."
  )

  @OptionGroup var study: StudyArguments

  func run() throws {
    let folder = StudyFolder(try study.path())
    let ledger = try Ledger(opening: folder.ledger)
    try ledger.requestStop()
    let workers = try ledger.workers().count
    print("asked \(workers) workers to stop")
    guard workers == 0 else { return }
    let trials = folder.stopTrials()
    if trials > 0 { print("told \(trials) trials that run on without one to stop") }
  }
}

/// `towerbook sweep trial`: runs one trial, for who has claimed it.
struct SweepTrialCommand: ParsableCommand, HeedsSignals {
  static let configuration = CommandConfiguration(
    commandName: "trial",
    abstract: "Run one trial of a study.",
    shouldDisplay: false
  )

  @Argument(help: "The folder of the attempt in the study's.") var folder: String
  @OptionGroup var places: PlaceArguments

  func run() throws {
    guard let trial = try TrialRun(folder, tools: places.studyTools()) else {
      return StandardError.line("nobody wants this trial any more")
    }
    do { try trial.run() } catch  where DiskFailure.isOne(error) {
      StandardError.line("error: \(error)")
      throw ExitCode(DiskFailure.exitCode)
    }
  }
}
