import Recipe
import Report

/// The trials that gave nothing to use, and why.
enum FailuresSection: StudySection {
  private static let most = 20
  private static let mostValues = 6
  private static let longestReason = 400

  static func blocks(_ study: StudyDigest) -> [Block] {
    let heading = Block.heading(level: 2, text: "Failed trials")
    let failed = study.failed
    guard !failed.isEmpty else { return [heading, .prose("None.")] }
    let rows = failed.prefix(most).map { trial -> [Table.Cell] in
      let settings = study.text(trial.assignment, most: mostValues).joined(separator: ", ")
      return [.int(trial.number), .text(settings), .text(reason(trial))]
    }
    let table = Table(
      columns: [.init("Trial", .trailing), .init("Settings"), .init("Reason")],
      rows: rows
    )
    let rest = failed.count > most ? " The first \(most) are listed." : ""
    let words =
      "\(Words.count(failed.count, "trial")) of \(study.facts.trials.count) gave "
      + "no value to learn from.\(rest)"
    return [heading, .prose(words), .table(table)]
  }

  private static func reason(_ trial: Trial) -> String {
    if trial.state == .complete { return "it ended without a number" }
    let reason = FailureReason.oneLine(trial.reason ?? "", longest: longestReason)
    return reason.isEmpty ? "no reason recorded" : reason
  }
}
