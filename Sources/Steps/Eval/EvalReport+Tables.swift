import Recall
import Recipe
import Report

extension EvalReport {
  /// Model and baselines at the headline's k, with intervals.
  var headline: Table {
    let options = evaluation.settings.bootstrap
    let level = NumberFormat.significant(100 * options.level, digits: 4)
    let intervals =
      figures.bootstrap == nil
      ? ""
      : ", with \(level) % intervals from \(NumberFormat.grouped(options.samples)) resamples of the users"
    func line(_ name: String, _ scores: RankingScores, _ bootstrap: BootstrapMeans?, _ place: Int) -> [Table
      .Cell]
    {
      [.text(name)]
        + headlineMetrics.map { metric in
          figure(scores.mean(metric, at: k), bootstrap?.interval(metric, at: k, of: place))
        }
    }
    var lines = figures.rows.enumerated().map { line($1.name, $1.scores, figures.bootstrap, $0) }
    let validated = figures.rows.filter { $0.validation != nil }
    for (place, row) in validated.enumerated() {
      guard let scores = row.validation else { continue }
      lines.append(line(validationName(row), scores, figures.validationBootstrap, place))
    }
    return Table(
      name: "headline",
      caption: "The first \(k)\(intervals).",
      columns: [.init("")] + headlineMetrics.map { .init("\($0.rawValue)@\(k)", .trailing) },
      rows: lines
    )
  }

  /// All shown measures at every k.
  var byCutoff: Table {
    var lines: [[Table.Cell]] = []
    for metric in shownMetrics {
      var lists = figures.rows.map { ($0.name, $0.scores) }
      lists += figures.rows.compactMap { row in row.validation.map { (validationName(row), $0) } }
      for (place, (name, scores)) in lists.enumerated() {
        lines.append(
          [place == 0 ? .text(metric.rawValue) : .empty, .text(name)]
            + cutoffs.map { k in scores.mean(metric, at: k).map { .real($0, digits: 4) } ?? .empty }
        )
      }
    }
    return Table(
      name: "by_k",
      columns: [.init("Metric"), .init("")] + cutoffs.map { .init("@\($0)", .trailing) },
      rows: lines
    )
  }

  /// The hit rate slice by slice, empty slices left out.
  var slices: Table {
    var lines: [[Table.Cell]] = []
    for slicing in figures.slicings {
      let means = figures.rows.map { slicing.means(of: values(of: $0, slicing)) }
      var title = Table.Cell.text(slicing.property)
      for (slice, count) in slicing.counts.enumerated() where count > 0 {
        lines.append(
          [title, .text(slicing.labels[slice]), .int(count)] + means.map { .real($0[slice], digits: 3) }
        )
        title = .empty
      }
    }
    let what = hasOneTarget ? "" : "; by item, the share of the held-out items found"
    return Table(
      name: "slices",
      caption: "hit_rate@\(k) by slice\(what).",
      columns: [.init("By"), .init("Slice"), .init(hasOneTarget ? "Users" : "Users or items", .trailing)]
        + figures.rows.map { .init($0.name, .trailing) },
      rows: lines
    )
  }

  /// How much of the catalogue is shown.
  var catalogueUse: Table {
    Table(
      name: "catalogue",
      caption: "What is shown to anyone among the first \(k).",
      columns: [
        .init(""), .init("Share of the catalogue", .trailing), .init("Gini", .trailing),
        .init("Mean clicks of an item shown", .trailing),
      ],
      rows: figures.rows.map { row in
        [
          .text(row.name), .real(row.use.coverage, digits: 4), .real(row.use.gini, digits: 4),
          .real(row.use.meanPopularity, digits: 1),
        ]
      }
    )
  }

  private func validationName(_ row: EvalRow) -> String { "\(row.name) on validation" }

  /// The values whose means a slicing takes: of targets, or of users.
  func values(of row: EvalRow, _ slicing: Slicing) -> [Double] {
    slicing.isByTarget ? row.found : Array(row.scores.perUser(.hitRate, at: k) ?? [])
  }

  /// `0.663 [0.656, 0.670]`.
  private func figure(_ value: Double?, _ interval: ConfidenceInterval?) -> Table.Cell {
    guard let value else { return .empty }
    let shown = NumberFormat.fixed(value, digits: 3)
    guard let interval else { return .text(shown) }
    let ends = [interval.low, interval.high].map { NumberFormat.fixed($0, digits: 3) }
    return .markdown("\(shown) [\(ends[0]), \(ends[1])]")
  }
}
