import ArgumentParser
import Files
import Notebook
import Report

/// `towerbook prune`: removes finished runs.
struct PruneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "prune",
    abstract: "Remove finished runs that are not wanted any more; without --yes, show which.",
    discussion: """
      Of each recipe the newest run and those that are tagged always stay, as do runs in progress, sweeps, and \
      what cannot be read. What cells have computed stays in the cache, for 'towerbook cache prune'.

        towerbook prune --keep 10
        towerbook prune quickstart --keep 3 --keep-best eval.hit_rate@20:3 --yes
        towerbook prune --keep 1 --keep-best train.loss:2:lowest
      """
  )

  @Argument(help: "The recipe whose runs may go; by default those of all.")
  var recipe: String?

  @OptionGroup var folders: FolderArguments

  @Option(
    parsing: .unconditional,
    help: ArgumentHelp("Keep the newest so many of each recipe.", valueName: "count")
  )
  var keep: Int?

  @Option(
    help: ArgumentHelp(
      "Keep the so many of each recipe with the highest METRIC, or with ':lowest' the lowest; may be given more than once.",
      valueName: "metric:count"
    ),
    transform: { text in
      guard let best = RunPruning.Best(text) else {
        throw ValidationError(
          "expected METRIC:COUNT, as eval.hit_rate@20:3, or METRIC:COUNT:lowest; got '\(text)'"
        )
      }
      return best
    }
  )
  var keepBest: [RunPruning.Best] = []

  @Flag(help: "Keep runs that are tagged; so it is always, for whoever says it.")
  var keepTagged = false

  @Flag(help: "Remove them.")
  var yes = false

  func validate() throws {
    if let keep, keep < 0 { throw ValidationError("--keep takes a number from 0 on, not \(keep)") }
  }

  func run() throws {
    // Not sooner: an option that is mistyped is told before one that is missing.
    guard keep != nil || !keepBest.isEmpty else {
      throw ValidationError("say what is to stay: --keep COUNT, --keep-best METRIC:COUNT or both")
    }
    let store = RunStore(folders.outputs)
    let pruning = RunPruning(store, keep: keep ?? 0, best: keepBest)
    let folder = try recipe.map { try store.recipe(named: $0) }
    let outcome = try yes ? pruning.remove(of: folder) : pruning.preview(of: folder)
    for problem in outcome.problems { StandardError.line("left alone: \(problem)") }
    for run in outcome.runs { print("\(run.recipeFolder)/\(run.id)  \(run.document.date)") }
    let count = outcome.runs.count == 1 ? "1 run" : "\(NumberFormat.grouped(outcome.runs.count)) runs"
    var line = "\(yes ? "removed" : "would remove") \(count), \(NumberFormat.bytes(outcome.freed))"
    if outcome.shared > 0 {
      line += "; \(NumberFormat.bytes(outcome.shared)) more are in the cache too and stay there"
    }
    if !yes && !outcome.runs.isEmpty { line += "; --yes does it" }
    print(line)
    if yes && !outcome.runs.isEmpty { try RunIndex(store).write() }
  }
}
