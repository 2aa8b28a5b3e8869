import Files
import Glibc
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

  /// The values of users after an epoch of a trial of the search.
  func epochUnits(_ number: Int, epoch: Int) -> String {
    FilePaths.join(path, "units/\(Self.padded(number))/\(Self.padded(epoch)).bundle")
  }

  /// What the metrics of a confirming trial are the means of.
  func units(_ number: Int) -> String { FilePaths.join(run(number, .confirm), ConfirmedUnits.file) }

  /// What a trial wrote to standard error.
  func log(_ number: Int, _ purpose: TrialPurpose) -> String {
    FilePaths.join(path, "logs/\(Self.group(purpose))-\(Self.padded(number)).log")
  }

  /// Where attempts at a trial have their folders.
  func jobs(_ number: Int, _ purpose: TrialPurpose) -> String {
    FilePaths.join(jobs, "\(Self.group(purpose))-\(Self.padded(number))")
  }

  /// Where all attempts at trials that are under way have theirs.
  var jobs: String { FilePaths.join(path, "jobs") }

  /// Where launchers keep files of their own.
  var launching: String { FilePaths.join(path, "launching") }

  /// The attempts at a trial that have a folder.
  func posts(_ number: Int, _ purpose: TrialPurpose) -> [TrialPost] {
    let folder = FilePaths.absolute(jobs(number, purpose))
    return ((try? FilePaths.list(folder)) ?? []).map { TrialPost(FilePaths.join(folder, $0)) }
  }

  /// Tells all trials that are under way to stop at a place from which they can go on, for where nobody leads the study.
  /// - Returns: how many were told.
  package func stopTrials() -> Int {
    var count = 0
    for name in (try? FilePaths.list(jobs)) ?? [] {
      let folder = FilePaths.join(jobs, name)
      for attempt in (try? FilePaths.list(folder)) ?? [] {
        let post = TrialPost(FilePaths.join(folder, attempt))
        guard post.word == .goOn, !FilePaths.exists(post.end) else { continue }
        post.tell(.stop)
        count += 1
      }
    }
    return count
  }

  /// Takes away the folders of attempts at trials that have ended: what should yet live finds that nobody wants it.
  func removeEndedJobs(_ ledger: Ledger) throws {
    guard let names = try? FilePaths.list(jobs), !names.isEmpty else { return }
    for purpose in TrialPurpose.allCases {
      for trial in try ledger.trials(purpose: purpose) where ![.waiting, .running].contains(trial.state) {
        for post in posts(trial.number, purpose) { post.remove() }
        // Goes where nothing is in it: who was killed as it took the last attempt away leaves it so.
        rmdir(jobs(trial.number, purpose))
      }
    }
  }

  /// Removes what killed trials left half-filled or half-written, here and in the trials' folders.
  func removeLeftovers() {
    Leftovers.remove(in: path)
    for purpose in TrialPurpose.allCases {
      let trials = FilePaths.join(path, Self.group(purpose))
      for name in (try? FilePaths.list(trials)) ?? [] { Leftovers.remove(in: FilePaths.join(trials, name)) }
    }
    let units = FilePaths.join(path, "units")
    for name in (try? FilePaths.list(units)) ?? [] { Leftovers.remove(in: FilePaths.join(units, name)) }
  }

  private static func group(_ purpose: TrialPurpose) -> String { purpose == .search ? "trials" : "confirm" }

  private static func padded(_ number: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, 4 - text.utf8.count)) + text
  }
}
