import Recipe
import Report

/// The best settings side by side.
enum LeaderboardSection: StudySection {
  private static let most = 15
  private static let mostParameters = 8

  static func blocks(_ study: StudyDigest) -> [Block] {
    guard !study.ranked.isEmpty else { return [] }
    let chosen = study.byImportance.prefix(mostParameters)
    let parameters = study.parameters.filter { one in chosen.contains { $0.name == one.name } }
    let isRepeated = study.hasRepeats
    let rows = study.ranked.prefix(most).enumerated().map { place, setting -> [Table.Cell] in
      var row: [Table.Cell] = [.int(place + 1), .int(setting.group), study.format.cell(setting.summary.mean)]
      if isRepeated { row += [study.format.cell(setting.summary.deviation), .int(setting.summary.count)] }
      return row + parameters.map { .text(study.text($0, of: setting.assignment)) }
    }
    let spread = isRepeated ? ["Standard deviation", "Seeds"] : []
    let titles = ["Place", "Setting", study.goal.metric] + spread + parameters.map { study.name($0.name) }
    let table = Table(columns: titles.map { .init($0, .trailing) }, rows: rows)
    return [
      .heading(level: 2, text: "Leaderboard"),
      .prose(words(study, left: study.parameters.count - parameters.count)), .table(table),
    ]
  }

  private static func words(_ study: StudyDigest, left: Int) -> String {
    let shown = min(most, study.ranked.count)
    let start =
      shown == 1
      ? "The only setting with a value" : "The best \(shown) of \(study.ranked.count) settings with a value"
    let mean = study.hasRepeats ? ", by their means over seeds" : ""
    let rest = left > 0 ? " \(Words.count(left, "parameter")) that matter less are not shown." : ""
    let equal = shown > 1 && !study.hasDifferences ? " All values are equal: nothing was decided." : ""
    return "\(start)\(mean); \(study.better).\(equal)\(rest)"
  }
}
