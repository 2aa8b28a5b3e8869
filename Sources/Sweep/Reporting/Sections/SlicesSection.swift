import Report

/// Each parameter against the metric.
enum SlicesSection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    let plots = study.byImportance.enumerated().compactMap { plot($0.element, place: $0.offset, study) }
    guard !plots.isEmpty else { return [] }
    let words =
      "One picture a parameter, the most important first; a point is a setting that completed. "
      + "Other parameters vary too, so look for trends and edges, not single points."
    return [.heading(level: 2, text: "Slices"), .prose(words)] + plots.map { .plot($0) }
  }

  private static func plot(_ parameter: Parameter, place: Int, _ study: StudyDigest) -> Plot? {
    let best = study.ranked.first?.group
    let points = study.ranked.compactMap { setting in
      setting.assignment[parameter.name].flatMap { value in
        parameter.scaled(value) == nil
          ? nil
          : (
            x: parameter.isCategorical ? value + jitter(setting.group) : value, y: setting.summary.mean,
            isBest: setting.group == best
          )
      }
    }
    guard !points.isEmpty else { return nil }
    func series(_ name: String, where isIncluded: (Bool) -> Bool) -> Plot.Series? {
      let chosen = points.filter { isIncluded($0.isBest) }
      return chosen.isEmpty ? nil : Plot.Series(name, .points, x: chosen.map(\.x), y: chosen.map(\.y))
    }
    return Plot(
      name: "slice-\(place + 1)-\(Words.slug(parameter.name))",
      title: "\(parameter.name) and \(study.goal.metric)",
      description: "Each completed setting's \(study.goal.metric) by its \(parameter.name); \(study.better).",
      x: study.axis(parameter),
      y: study.metricAxis(points.map(\.y)),
      series: [series("settings") { !$0 }, series("best") { $0 }].compactMap { $0 }
    )
  }

  /// A shift within a category's column, so that its points do not cover each other: the fractions of multiples
  /// of the golden ratio fill it evenly in any order.
  private static func jitter(_ number: Int) -> Double {
    let turns = Double(number) * 0.618_033_988_749_895
    return (turns - turns.rounded(.down) - 0.5) * 0.5
  }
}
