import Files
import Notebook
import Report

/// Files that are not what they were when earlier trials of the study read them.
struct ChangedInputs: Error, CustomStringConvertible {
  /// The digests of all files that the trial would read, by their paths.
  var inputs: [String: String]

  var description: String { "what it reads is not what earlier trials of the study read" }

  /// What is said of the file that was another, for who leads the study.
  static func refusal(_ path: String) -> String {
    "'\(FilePaths.relative(path, to: FilePaths.current))' is not what it was when trials of this study read it, and trials on "
      + "different data cannot be compared; bring it back, or begin another study with --output FOLDER"
  }
}

extension Study {
  /// Refuses to go on where files are not what trials read. Files that cannot be read here, as on a cluster, are for trials to look at.
  /// - Throws: `CannotStart`, `LedgerError`.
  func refuseChangedInputs(_ tools: StudyTools) throws {
    let known = try ledger.inputs()
    guard !known.isEmpty else { return }
    let plan = try self.plan(of: Trial(number: 0, assignment: [:]), purpose: .confirm, tools: tools)
    guard let keys = try? plan.keys() else { return }
    if let changed = Ledger.changed(Plan.inputs(keys).mapValues { "\($0)" }, since: known) {
      throw CannotStart(ChangedInputs.refusal(changed))
    }
  }
}
