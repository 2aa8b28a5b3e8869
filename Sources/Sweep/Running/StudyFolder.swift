import Files
import Report

/// The folder of a study: its ledger, its report, a folder and a log for each trial.
package struct StudyFolder: Sendable {
  /// The folder.
  package let path: String

  /// Names a folder.
  package init(_ path: String) { self.path = path }

  /// The ledger.
  package var ledger: String { FilePaths.join(path, "study.db") }
  /// The report.
  package var report: String { FilePaths.join(path, "report.md") }
  /// The best settings as a recipe.
  package var best: String { FilePaths.join(path, "best.yaml") }

  /// The run directory of a trial.
  func run(_ number: Int, _ purpose: TrialPurpose) -> String {
    FilePaths.join(path, "\(Self.group(purpose))/\(Self.padded(number))")
  }

  /// What the metrics of a confirming trial are the means of.
  func units(_ number: Int) -> String { FilePaths.join(run(number, .confirm), ConfirmedUnits.file) }

  /// What a trial wrote to standard error.
  func log(_ number: Int, _ purpose: TrialPurpose) -> String {
    FilePaths.join(path, "logs/\(Self.group(purpose))-\(Self.padded(number)).log")
  }

  /// Removes what killed trials left half-filled or half-written, here and in the trials' folders.
  func removeLeftovers() {
    Leftovers.remove(in: path)
    for purpose in TrialPurpose.allCases {
      let trials = FilePaths.join(path, Self.group(purpose))
      for name in (try? FilePaths.list(trials)) ?? [] { Leftovers.remove(in: FilePaths.join(trials, name)) }
    }
  }

  private static func group(_ purpose: TrialPurpose) -> String { purpose == .search ? "trials" : "confirm" }

  private static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
  }
}
