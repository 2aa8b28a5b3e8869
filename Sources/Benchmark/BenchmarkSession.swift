import Files
import Notebook
import Recipe
import Steps

/// What the sections of one benchmark share: the tool, the folder, the recipe, and a finished run of it.
final class BenchmarkSession {
  let options: BenchmarkOptions
  let workspace: Workspace
  let tool: Tool
  /// The recipe that is run.
  let recipe: PreparedRecipe
  /// The recipe, checked.
  let plan: Plan
  /// Remarks on the recipe and its data, as sentences.
  let remarks: [String]
  /// The last finished run from a cold cache, whose results are still there.
  private(set) var finished: FinishedRun?
  /// Finished runs of the recipe changed, by the name of the change.
  private var others: [String: FinishedRun] = [:]
  private var madeLog: LogFile?

  init(_ options: BenchmarkOptions, workspace: Workspace) throws {
    self.options = options
    self.workspace = workspace
    tool = Tool(executable: options.executable, threads: options.threads)
    let choice = try RecipeChoice(options, workspace: workspace, tool: tool)
    recipe = choice.recipe
    plan = choice.plan
    remarks = choice.remarks
  }

  /// Says on standard error what is being done.
  func progress(_ text: String) { StandardError.line(text) }

  /// Runs the recipe from a cold cache and keeps the results in place of an earlier run's.
  func coldRun() throws -> (run: FinishedRun, outcome: ChildProcess.Outcome) {
    if let finished { try Folders.remove(finished.outputs) }
    finished = nil
    let run = FinishedRun(recipe: recipe, outputs: workspace.fresh("outputs"))
    let outcome = try tool.run(recipe, outputs: run.outputs)
    finished = run
    return (run, outcome)
  }

  /// A finished run, made where there is none yet.
  func finishedRun() throws -> FinishedRun { try finished ?? coldRun().run }

  /// A finished run of the recipe changed in a way that has a name; made where there is none of that name yet.
  func run(of name: String, change: (PreparedRecipe) -> PreparedRecipe) throws -> FinishedRun {
    if let run = others[name] { return run }
    let run = FinishedRun(recipe: change(recipe), outputs: workspace.fresh("outputs"))
    _ = try tool.run(run.recipe, outputs: run.outputs)
    others[name] = run
    return run
  }

  /// Has a probe answered.
  func ask<P: Probe>(_ probe: P) throws -> P.Answer { try tool.ask(probe, environment: recipe.environment) }

  /// The position of the first cell of a step.
  func position(of step: String) -> Int? { plan.cells.firstIndex { $0.cell.header.step == step } }

  /// The click log that the recipe reads; one that is made up where it reads none.
  func clickLog() throws -> (file: LogFile, isMade: Bool) {
    if let file = readLog() { return (file, false) }
    if let madeLog { return (madeLog, true) }
    let folder = workspace.fresh("log")
    let probe = LogProbe(
      folder: folder,
      clicks: 1_000_000,
      users: 100_000,
      items: 100_000,
      threads: options.threads
    )
    _ = try ask(probe)
    let (user, item, time) = LogProbe.columns
    let path = FilePaths.join(folder, LogProbe.clicksName)
    let made = LogFile(path: path, user: user, item: item, time: time)
    madeLog = made
    return (made, true)
  }

  /// The click log of the recipe where it is a file whose columns go by names.
  private func readLog() -> LogFile? {
    guard let position = position(of: ConfigArtifact.kind), let file = plan.files(of: position).first
    else { return nil }
    let settings = Setting.section(plan.cells[position].settings)
    guard case .string(let user)? = settings["columns.user"],
      case .string(let item)? = settings["columns.item"]
    else { return nil }
    var log = LogFile(path: file.absolute, user: user, item: item, time: nil)
    if case .string(let time)? = settings["columns.time"] { log.time = time }
    return log
  }
}
