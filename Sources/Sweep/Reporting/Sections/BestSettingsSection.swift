import Recipe
import Report

/// The best settings and the recipe file that holds them.
enum BestSettingsSection: StudySection {
  private static let mostChoices = 6

  static func blocks(_ study: StudyDigest) -> [Block] {
    let heading = Block.heading(level: 2, text: "Best settings")
    guard let best = study.ranked.first else {
      return [heading, .prose("No trial gave a value, so there is no best setting yet.")]
    }
    var columns = [(best, "Setting \(best.group)")]
    if let winner = study.verdict?.candidates.first, winner.entry.group != best.group,
      let setting = study.settings.first(where: { $0.group == winner.entry.group })
    {
      columns = [
        (best, "Setting \(best.group) (best in the search)"),
        (setting, "Setting \(setting.group) (best on fresh seeds)"),
      ]
    }
    let rows = study.parameters.map { parameter -> [Table.Cell] in
      [.text(parameter.name)] + columns.map { .text(study.text(parameter, of: $0.0.assignment)) }
        + [.text(searched(parameter, study))]
    }
    let table = Table(
      columns: [.init("Parameter")] + columns.map { .init($0.1, .trailing) } + [.init("Searched")],
      rows: rows
    )
    return [heading, .table(table)] + pointer(best, study)
  }

  private static func pointer(_ best: TriedSetting, _ study: StudyDigest) -> [Block] {
    guard let file = study.facts.bestRecipeFile else { return [] }
    let group = study.facts.bestRecipeGroup ?? best.group
    let link = file.contains { " ()<>".contains($0) } ? Words.code(file) : "[\(Words.code(file))](\(file))"
    return [
      .prose("\(link) is the recipe \(Words.code(study.facts.recipe)) with setting \(group), ready to run.")
    ]
  }

  private static func searched(_ parameter: Parameter, _ study: StudyDigest) -> String {
    func shown(_ value: Double) -> String { study.facts.shown(parameter.name, value) }
    func range(_ low: Double, _ high: Double, _ isLog: Bool) -> String {
      "\(shown(low)) to \(shown(high))\(isLog ? ", log" : "")"
    }
    let text =
      switch parameter.distribution {
      case .categorical(let count, _):
        (0..<min(count, mostChoices)).map { shown(Double($0)) }.joined(separator: ", ")
          + (count > mostChoices ? ", … (\(count) choices)" : "")
      case .real(let low, let high, let isLog, _): range(low, high, isLog)
      case .integer(let low, let high, let isLog, _): range(Double(low), Double(high), isLog)
      case .normal(let mean, let deviation): "normal, \(shown(mean)) ± \(shown(deviation))"
      }
    guard !parameter.when.isEmpty else { return text }
    return text + "; only beside certain " + Words.list(parameter.when.map { study.name($0.parameter) })
  }
}
