import ArgumentParser
import Files
import Notebook
import Steps

/// `towerbook verify`: runs a run's own recipe again.
struct VerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Run a run's own recipe again and say which figures moved.",
    discussion: """
      All is computed anew, in a temporary folder; nothing is taken from the cache of runs, and what the run left \
      stays as it is. What the recipe reads is read first, and once, to tell whether it has changed. Times are not \
      compared.

        towerbook verify latest
        towerbook verify quickstart/best
        towerbook verify news.yaml

      Exit codes: 0 no figure moved; 3 one moved beyond the interval that the run gave for it, or is there on \
      one side only; 4 some moved, but none of them so; 1 and 2 as for 'run'.
      """
  )

  @Argument(
    help: ArgumentHelp("The run: its folder, id, tag, 'latest', or its recipe.", valueName: "run")
  )
  var reference: String

  @OptionGroup var places: PlaceArguments

  @Flag(name: .shortAndLong, help: "Say nothing of how far it is.")
  var quiet = false

  func run() throws {
    let run = try RunReference(reference).run(in: RunStore(places.folders.outputs))
    let verification = try RunVerification(
      run,
      plan: { try RecipeArguments.planned(text: $0, path: $1, outputs: places.folders.outputs) },
      options: places.options(),
      progress: ProgressReporter(quiet ? .quiet : .automatic)
    ) { StandardError.line($0) }
    print(verification.text, terminator: "")
    switch verification.verdict {
    case .same: break
    case .withinIntervals: throw ExitCode(4)
    case .beyondIntervals: throw ExitCode(3)
    }
  }
}
