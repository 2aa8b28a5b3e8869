import Recall
import Recipe
import Report

/// What the report shows of a comparison: one table, one plot.
struct ComparisonReport {
  let comparison: Comparison
  private let isByFirst: Bool
  /// What a query took, in milliseconds, by entry; nil where nobody measured it.
  let queryMilliseconds: [Double?]

  /// Whether the index of its evaluation found each entry's lists.
  let isByIndex: [Bool]

  init(_ comparison: Comparison, isByFirst: Bool, isByIndex: [Bool], queryMilliseconds: [Double?]) {
    self.comparison = comparison
    self.isByFirst = isByFirst
    self.isByIndex = isByIndex
    self.queryMilliseconds = queryMilliseconds
  }

  var blocks: [Block] { [.table(table), .plot(plot)] + costPlots.map { .plot($0) } }

  private typealias Measure = (title: String, value: (RankingScores) -> Double?)

  /// The measures that are shown: two at the headline's k, and the hit rate at the largest.
  private var measures: [Measure] {
    let k = comparison.k
    let cutoffs = comparison.entries.compactMap { $0.row.scores.cutoffs.last }
    let widest = cutoffs.min() ?? k
    var measures: [Measure] = [
      ("hit_rate@\(k)", { $0.mean(.hitRate, at: k) }), ("ndcg@\(k)", { $0.mean(.ndcg, at: k) }),
    ]
    if widest > k { measures.append(("hit_rate@\(widest)", { $0.mean(.hitRate, at: widest) })) }
    return measures
  }

  private var validated: Bool { comparison.entries.contains { $0.row.validation != nil } }

  private var table: Table {
    var columns: [Table.Column] = [.init("")] + measures.map { .init($0.title, .trailing) }
    columns.append(.init(isByFirst ? "Difference to the first" : "Difference to the one above", .trailing))
    columns.append(.init("p", .trailing))
    if validated {
      columns += measures.prefix(2).map { .init("Validation \($0.title)", .trailing) }
    }
    var rows: [[Table.Cell]] = []
    for (place, entry) in comparison.entries.enumerated() {
      var row = cells(Self.shown(entry.name), entry.row.scores)
      row += place == 0 ? [.empty, .empty] : difference(comparison.differences[place - 1])
      if validated {
        row += measures.prefix(2).map { measure in
          entry.row.validation.flatMap(measure.value).map { .real($0, digits: 4) } ?? .empty
        }
      }
      rows.append(row)
    }
    rows += baselines.map { row in
      cells(row.name, row.scores) + [Table.Cell](repeating: .empty, count: columns.count - 1 - measures.count)
    }
    let level = NumberFormat.significant(100 * comparison.options.level, digits: 4)
    let caption =
      "\(NumberFormat.grouped(comparison.entries.first?.evaluation.users.count ?? 0)) users; differences in "
      + "hit_rate@\(comparison.k), in points, with \(level) % intervals by user."
    return Table(name: "evaluations", caption: caption, columns: columns, rows: rows)
  }

  private func cells(_ name: String, _ scores: RankingScores) -> [Table.Cell] {
    [.text(name)] + measures.map { measure in measure.value(scores).map { .real($0, digits: 4) } ?? .empty }
  }

  /// `+4.1 [3.6, 4.6]` and its p-value.
  private func difference(_ difference: PairedComparison) -> [Table.Cell] {
    func points(_ value: Double) -> String { NumberFormat.fixed(100 * value, digits: 1) }
    var text = (difference.difference > 0 ? "+" : "") + points(difference.difference)
    if let interval = difference.interval { text += " [\(points(interval.low)), \(points(interval.high))]" }
    let p = difference.pValue.map { $0 < 0.001 ? "< 0.001" : NumberFormat.fixed($0, digits: 3) }
    return [.markdown(text), p.map { .text($0) } ?? .empty]
  }

  /// The baselines of all evaluations, each once.
  private var baselines: [EvalArtifact.Row] {
    var rows: [EvalArtifact.Row] = []
    let all = comparison.entries.flatMap { entry in
      entry.evaluation.rows.dropFirst().filter { $0.name != FusedLists.name && $0.name != entry.row.name }
    }
    for row in all where !rows.contains(where: { $0.name == row.name }) {
      rows.append(row)
    }
    return rows
  }

  private var plot: Plot {
    let k = comparison.k
    let places = comparison.entries.indices.map(Double.init)
    let values = comparison.entries.map { $0.row.scores.mean(.hitRate, at: k) ?? 0 }
    let intervals = places.indices.map { comparison.bootstrap?.interval(.hitRate, at: k, of: $0) }
    let hasIntervals = comparison.bootstrap != nil
    var series = [
      Plot.Series(
        "hit rate",
        .bars,
        x: places,
        y: values,
        low: hasIntervals ? intervals.map { $0?.low ?? 0 } : nil,
        high: hasIntervals ? intervals.map { $0?.high ?? 0 } : nil
      )
    ]
    for row in baselines {
      guard let level = row.scores.mean(.hitRate, at: k) else { continue }
      series.append(
        .init(row.name, .reference, x: places, y: [Double](repeating: level, count: places.count))
      )
    }
    return Plot(
      name: "compare",
      title: "Hit rate of each evaluation",
      description: "hit_rate@\(k) of each evaluation with its interval, and of the baselines.",
      x: .init("", categories: comparison.entries.map { Self.shown($0.name) }),
      y: .init("hit_rate@\(k)"),
      series: series
    )
  }

  /// A cell's id as words.
  static func shown(_ id: String) -> String { String(id.map { $0 == "_" ? " " : $0 }) }
}
