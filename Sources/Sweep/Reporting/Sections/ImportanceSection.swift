import Report

/// Which parameters mattered.
enum ImportanceSection: StudySection {
  private static let mostBars = 20

  static func blocks(_ study: StudyDigest) -> [Block] {
    let heading = Block.heading(level: 2, text: "Parameter importance")
    guard let importance = study.facts.importance else {
      let complete = study.ranked.count
      let text =
        "It is withheld: \(Words.count(complete, "setting")) went to \(complete == 1 ? "its" : "their") end, and fewer than "
        + "\(ParameterImportance.fewestSettings) say little of which parameter mattered."
      return [heading, .prose(text)]
    }
    let shares = importance.shares.filter(\.share.isFinite)
      .sorted { ($1.share, $0.name) < ($0.share, $1.name) }
    guard !shares.isEmpty else {
      return [heading, .prose("The values of the trials do not differ in a way that parameters explain.")]
    }
    let bars = shares.prefix(mostBars)
    let plot = Plot(
      name: "importance",
      title: "Parameter importance (\(importance.method))",
      description:
        "Bars: the share of the variation of \(study.goal.metric) that each parameter accounts for.",
      x: Plot.Axis("", categories: bars.map { study.shortLabel($0.name, room: 18) }),
      y: Plot.Axis("share of the variation"),
      series: [Plot.Series("importance", .bars, x: bars.indices.map(Double.init), y: bars.map(\.share))]
    )
    let unknown = importance.shares.count - shares.count
    let table = Table(
      columns: [.init("Parameter"), .init("Share", .trailing)],
      rows: shares.map { [.text($0.name), .real($0.share, digits: 3)] }
    )
    let words =
      "By \(importance.method), over the ranges that were searched: a parameter that matters little here "
      + "may matter beyond them."
      + (unknown > 0 ? " For \(Words.count(unknown, "parameter")) nothing could be said." : "")
    return [heading, .prose(words), .plot(plot), .table(table)]
  }
}
