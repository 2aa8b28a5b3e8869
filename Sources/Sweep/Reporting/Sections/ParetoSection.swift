import Recipe
import Report

/// The settings that no other one beats in every goal.
enum ParetoSection: StudySection {
  private static let most = 20
  private static let mostValues = 4

  static func blocks(_ study: StudyDigest) -> [Block] {
    let goals = study.facts.goals
    guard goals.count > 1 else { return [] }
    let heading = Block.heading(level: 2, text: "Pareto front")
    let settings = study.ranked.filter { $0.means.allSatisfy(\.isFinite) }
    guard !settings.isEmpty else { return [heading, .prose("No trial gave a value for every goal.")] }
    let front = front(settings, goals)
    let groups = Set(front.map(\.group))
    let rest = settings.filter { !groups.contains($0.group) }
    let plot = Plot(
      name: "pareto",
      title: "Trade-off between \(goals[0].metric) and \(goals[1].metric)",
      description: "Settings by the first two goals, with those that no other setting beats in every goal.",
      x: Plot.Axis(goals[0].metric),
      y: Plot.Axis(goals[1].metric),
      series: [points("beaten", rest), points("Pareto front", front)]
    )
    let words =
      "\(Words.count(front.count, "setting")) of \(settings.count) "
      + "\(front.count == 1 ? "is" : "are") beaten by no other in every goal ("
      + goals.map { "\(Words.code($0.metric)) \($0.direction.rawValue)d" }.joined(separator: ", ")
      + "): the choice among them is yours." + (front.count > most ? " The first \(most) are listed." : "")
    return [heading, .prose(words), .plot(plot), .table(table(front, study))]
  }

  /// The settings that no other one is at least as good as everywhere and better than somewhere.
  static func front(_ settings: [TriedSetting], _ goals: [Goal]) -> [TriedSetting] {
    func losses(_ setting: TriedSetting) -> [Double] { zip(goals, setting.means).map { $0.loss($1) } }
    let all = settings.map(losses)
    return zip(settings, all).filter { _, own in
      !all.contains { other in
        zip(other, own).allSatisfy { $0 <= $1 } && zip(other, own).contains { $0 < $1 }
      }
    }.map(\.0)
  }

  private static func points(_ name: String, _ settings: [TriedSetting]) -> Plot.Series {
    Plot.Series(name, .points, x: settings.map { $0.means[0] }, y: settings.map { $0.means[1] })
  }

  private static func table(_ front: [TriedSetting], _ study: StudyDigest) -> Table {
    let formats = study.facts.goals.indices.map { goal in MetricFormat(front.map { $0.means[goal] }) }
    let rows = front.prefix(most).map { setting -> [Table.Cell] in
      [.int(setting.group)] + zip(formats, setting.means).map { $0.cell($1) }
        + [.text(study.text(setting.assignment, most: mostValues).joined(separator: ", "))]
    }
    return Table(
      columns: [.init("Setting", .trailing)] + study.facts.goals.map { .init($0.metric, .trailing) }
        + [.init("Settings")],
      rows: rows
    )
  }
}
