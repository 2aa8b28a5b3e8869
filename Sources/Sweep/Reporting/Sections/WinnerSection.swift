import Recipe
import Report

/// The top settings on fresh seeds, and whether the winner is more than luck.
enum WinnerSection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    let heading = Block.heading(level: 2, text: "Honest winner")
    guard !study.ranked.isEmpty || study.verdict != nil else {
      return [heading, .prose("There is no setting to run again on fresh seeds yet.")]
    }
    guard let verdict = study.verdict else {
      let text =
        "The top settings were not run again on fresh seeds. The best value of a search is partly luck, "
        + "and the more trials, the more of it: expect less than the search shows."
      return [heading, .prose(text)]
    }
    let seeds = verdict.confirmation.seeds
    let intro =
      "The top settings, the base recipe's own where it was among those tried, and the one in the middle ran again on \(Words.count(seeds.count, "fresh seed")) that the search never "
      + "saw, the same for each (\(seeds.map(String.init).joined(separator: ", "))). They stand in the order of "
      + (study.facts.isOnTest
        ? "their means on these, on the test's clicks, by which the search went too: what is best there is so by choice. "
        : "their validation means on these; the test data has no part in the order. ")
      + "Means ± standard deviations."
    return [heading, .prose(intro), .table(table(verdict, study))] + verdict.sentences.map { .prose($0) }
      + calibration(verdict)
  }

  /// The figures of every seed with the intervals by user that its run alone would give; nothing where users are unknown.
  private static func calibration(_ verdict: WinnerVerdict) -> [Block] {
    let settings = verdict.candidates.compactMap { one in
      SeedCalibration(one.entry.testUnits).map { (group: one.entry.group, runs: $0.runs) }
    }
    let all = settings.flatMap(\.runs)
    guard !all.isEmpty else { return [] }
    var start = 0.0
    var series: [Plot.Series] = []
    for setting in settings {
      let places = setting.runs.indices.map { start + Double($0) }
      start += Double(setting.runs.count)
      series.append(
        .init(
          "setting \(setting.group)",
          .points,
          x: places,
          y: setting.runs.map(\.mean),
          low: setting.runs.map(\.low),
          high: setting.runs.map(\.high)
        )
      )
    }
    let metric = verdict.confirmation.testMetric
    let plot = Plot(
      name: "seed-calibration",
      title: "\(metric) of every fresh seed, with 95 % intervals by user",
      description:
        "The figure of each run on fresh seeds with its interval over users, setting by setting, for how far seeds move it.",
      x: .init("run, setting by setting"),
      y: .init(metric),
      series: series
    )
    let text = """
      Of \(Words.count(all.count, "run")), each with the 95 % interval that it gives by user, \(all.count(where: \.holds)) hold the \
      mean of the same setting's other seeds. An interval by user carries nothing of what another seed would do: where fewer \
      than 95 % hold, training again moves the figure by more than its interval says.
      """
    return [.prose(text), .plot(plot)]
  }

  private static func table(_ verdict: WinnerVerdict, _ study: StudyDigest) -> Table {
    let places = Dictionary(
      study.ranked.enumerated().map { ($0.element.group, $0.offset + 1) },
      uniquingKeysWith: { first, _ in first }
    )
    func name(_ group: Int) -> Table.Cell {
      if group == study.facts.baselineGroup { return .text("\(group) (base)") }
      return group == verdict.confirmation.medianGroup ? .text("\(group) (median)") : .int(group)
    }
    let rows = verdict.candidates.map { one -> [Table.Cell] in
      [
        name(one.entry.group), places[one.entry.group].map { .int($0) } ?? .empty,
        study.format.cell(one.entry.searchValue), .text(study.format.text(one.validation)),
        study.format.cell(one.optimism), .text(verdict.testFormat.text(one.test)),
        .int(max(one.validation.count, one.test.count)),
      ]
    }
    let titles = [
      "Setting", "Place in the search", "Search saw",
      study.facts.isOnTest ? "Fresh, as searched" : "Fresh validation", "Optimism", "Fresh test", "Seeds",
    ]
    return Table(
      caption:
        "\(study.goal.metric) in the search and on fresh seeds; test is \(verdict.confirmation.testMetric)",
      columns: titles.map { .init($0, .trailing) },
      rows: rows
    )
  }
}
