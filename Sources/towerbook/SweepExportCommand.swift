import ArgumentParser
import Files
import Notebook
import Recipe
import Sweep

/// `towerbook sweep export`: a study for other programs.
struct SweepExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a study as CSV, JSON, a storage that Optuna opens, or MLflow's store of files.",
    discussion: """
      With Optuna: optuna.load_study(study_name=None, storage='sqlite:///FILE'). With MLflow: the study is a run, and \
      its trials are runs under it.
      """
  )

  @OptionGroup var study: StudyArguments
  @OptionGroup var places: PlaceArguments

  @Option(help: "Write a line for each trial to this file.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @Option(help: "Write everything to this file.", completion: .file(extensions: ["json"]))
  var json: String?

  @Option(help: "Write an SQLite storage for Optuna to this file.", completion: .file(extensions: ["db"]))
  var optuna: String?

  @Option(help: "Write runs into this folder, as MLflow keeps them.", completion: .directory)
  var mlflow: String?

  func run() throws {
    guard csv != nil || json != nil || optuna != nil || mlflow != nil else {
      throw ValidationError("say what to write: --csv FILE, --json FILE, --optuna FILE or --mlflow FOLDER")
    }
    let opened = try study.open(try places.studyTools())
    let exports = StudyExports(opened)
    if let csv { try exports.writeTable(to: csv) }
    if let json { try exports.writeJSON(to: json) }
    if let optuna { try exports.writeOptuna(to: optuna) }
    let folder = try mlflow.map { try exports.writeMLflow(to: $0) }
    for path in [csv, json, optuna, folder].compactMap({ $0 }) { print(path) }
  }
}
