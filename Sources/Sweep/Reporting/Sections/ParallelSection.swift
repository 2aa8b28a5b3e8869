import Report

/// All settings as lines across all parameters, the best tenth apart.
enum ParallelSection: StudySection {
  private static let mostParameters = 11
  /// Up to here the axes' names have room for their ranges.
  private static let roomy = 8

  /// One upright axis.
  private struct Upright {
    let label: String
    /// A setting's height on it, 0 to 1, or nil where it has none.
    let height: (TriedSetting) -> Double?
  }

  static func blocks(_ study: StudyDigest) -> [Block] {
    guard study.hasDifferences, !study.parameters.isEmpty else { return [] }
    let axes = axes(study)
    let best = max(1, Int((Double(study.ranked.count) / 10).rounded(.up)))
    let rest = study.ranked.dropFirst(best)
    let plot = Plot(
      name: "parallel",
      title: "Settings across the parameters",
      description:
        "Each line is a setting, crossing each parameter's axis at its value; the best tenth stands out.",
      x: Plot.Axis("", categories: axes.map(\.label)),
      y: Plot.Axis("place in the range"),
      series: axes.indices.map(line) + [
        strands("other settings", Array(rest), axes),
        strands(best == 1 ? "best" : "best \(best)", Array(study.ranked.prefix(best)), axes),
      ]
    )
    let words =
      "Each line is a setting; each axis runs from the least value tried (bottom) to the greatest (top), "
      + "logarithmic where the search was. Where the lines of the best tenth run together, the value matters. "
      + "A line breaks at a parameter that does not count in its setting."
    return [.heading(level: 2, text: "Parallel coordinates"), .prose(words), .plot(plot)]
  }

  /// The upright line of an axis.
  private static func line(_ place: Int) -> Plot.Series {
    Plot.Series("", .reference, x: [Double(place), Double(place)], y: [0, 1])
  }

  private static func axes(_ study: StudyDigest) -> [Upright] {
    let chosen = study.byImportance.prefix(mostParameters)
    let parameters = study.parameters.filter { one in chosen.contains { $0.name == one.name } }
    let isRoomy = parameters.count < roomy
    let uprights = parameters.map { parameter in
      let name = study.shortLabel(parameter.name, room: 18)
      return upright(name, study.ranked, isRoomy ? { shown($0, parameter, study) } : nil) { setting in
        setting.assignment[parameter.name].flatMap(parameter.scaled)
      }
    }
    let value: ((Double) -> String)? = isRoomy ? { study.format.text($0) } : nil
    return uprights + [upright("value", study.ranked, value) { $0.summary.mean }]
  }

  /// A place on a parameter's axis as text.
  private static func shown(_ place: Double, _ parameter: Parameter, _ study: StudyDigest) -> String {
    study.facts.shown(parameter.name, parameter.unscaled(place))
  }

  /// An axis over what some settings have; its range stands beside its name where `shown` makes text of places.
  private static func upright(
    _ name: String,
    _ settings: [TriedSetting],
    _ shown: ((Double) -> String)?,
    _ value: @escaping (TriedSetting) -> Double?
  ) -> Upright {
    let values = settings.compactMap(value)
    guard let low = values.min(), let high = values.max() else {
      return Upright(label: name) { _ in nil }
    }
    let range = shown.map { low == high ? ": \($0(low))" : ": \($0(low)) to \($0(high))" }
    return Upright(label: name + (range ?? "")) { setting in
      value(setting).map { low == high ? 0.5 : ($0 - low) / (high - low) }
    }
  }

  private static func strands(_ name: String, _ settings: [TriedSetting], _ axes: [Upright]) -> Plot.Series {
    var strands = Strands()
    for setting in settings {
      for (place, axis) in axes.enumerated() { strands.append(Double(place), axis.height(setting)) }
      strands.lift()
    }
    return strands.series(name)
  }
}
