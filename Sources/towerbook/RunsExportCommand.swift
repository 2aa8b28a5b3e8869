import ArgumentParser
import Files
import Notebook

/// `towerbook runs export`: finished runs for programs that follow experiments.
struct RunsExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write finished runs as TensorBoard or MLflow reads them.",
    discussion: """
      Curves by epoch and all figures go to both, settings, tags, reports and plots to MLflow. To write a run again \
      is to write it over. The folders that were written go to standard output.

        towerbook runs export latest --format tensorboard
        towerbook runs export quickstart quickstart~1 best --format mlflow --output mlruns
        towerbook runs export outputs/quickstart/sweep-0a1b2c3d/trials/* --format mlflow
      """
  )

  @Argument(
    help: ArgumentHelp(
      "The runs: folders, ids, tags, 'latest', or recipes for their newest ones.",
      valueName: "run"
    ),
    completion: .file()
  )
  var runs: [String] = [RunTag.latest]

  @Option(
    help: ArgumentHelp(
      "What to write: "
        + RunExportFormat.allCases.map { "\($0.rawValue), \($0.summary)" }.joined(separator: "; ") + ".",
      valueName: RunExportFormat.allCases.map(\.rawValue).joined(separator: "|")
    )
  )
  var format: RunExportFormat

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "The folder that they go into; by default "
        + RunExportFormat.allCases.map { "'\($0.folder)' for \($0.rawValue)" }.joined(separator: ", ") + ".",
      valueName: "folder"
    ),
    completion: .directory
  )
  var output: String?

  @Option(help: "The folder that holds a folder for each recipe.", completion: .directory)
  var outputs = "outputs"

  func validate() throws {
    if output?.isEmpty == true || outputs.isEmpty || runs.contains("") {
      throw ValidationError("runs, --output and --outputs take a name, not an empty text")
    }
  }

  func run() throws {
    let store = RunStore(outputs)
    // All are found before any is written.
    let found = try runs.map { try RunReference($0).run(in: store) }
    for run in found { print(try format.write(run, into: output ?? format.folder)) }
  }
}

extension RunExportFormat: ExpressibleByArgument {}
