import ArgumentParser
import Files
import Notebook
import Recipe
import Sweep

/// `towerbook sweep export`: a study for other programs.
struct SweepExportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a study as CSV, JSON, or a storage that Optuna opens.",
    discussion: "With Optuna: optuna.load_study(study_name=None, storage='sqlite:///FILE')."
  )

  @OptionGroup var study: StudyArguments
  @OptionGroup var places: PlaceArguments

  @Option(help: "Write a line for each trial to this file.", completion: .file(extensions: ["csv"]))
  var csv: String?

  @Option(help: "Write everything to this file.", completion: .file(extensions: ["json"]))
  var json: String?

  @Option(help: "Write an SQLite storage for Optuna to this file.", completion: .file(extensions: ["db"]))
  var optuna: String?

  func run() throws {
    guard csv != nil || json != nil || optuna != nil else {
      throw ValidationError("say what to write: --csv FILE, --json FILE or --optuna FILE")
    }
    let opened = try study.open(try places.studyTools())
    let exports = StudyExports(opened)
    if let csv { try exports.writeTable(to: csv) }
    if let json { try exports.writeJSON(to: json) }
    if let optuna { try exports.writeOptuna(to: optuna) }
    for path in [csv, json, optuna].compactMap({ $0 }) { print(path) }
  }
}
