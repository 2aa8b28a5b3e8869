import Recall
import Report

extension EvalReport {
  /// The hit rate by k, with intervals.
  var hitRates: Plot {
    let places = cutoffs.indices.map(Double.init)
    return Plot(
      name: "hit-rate",
      title: "Hit rate by k",
      description: "The share of users whose held-out clicks are among their best k items, by k.",
      x: .init("k", categories: cutoffs.map(String.init)),
      y: .init("hit rate"),
      series: figures.rows.enumerated().map { place, row in
        let intervals = figures.bootstrap.map { bootstrap in
          cutoffs.compactMap { bootstrap.interval(.hitRate, at: $0, of: place) }
        }
        return .init(
          row.name,
          .bars,
          x: places,
          y: cutoffs.map { row.scores.mean(.hitRate, at: $0) ?? 0 },
          low: intervals?.map(\.low),
          high: intervals?.map(\.high)
        )
      }
    )
  }

  /// What is found of seldom and of often clicked items.
  var popularitySlices: Plot {
    let slicing = Slicing(popularityOf: evaluation.targets, evaluation.clicks)
    let shown = slicing.labels.indices.filter { slicing.counts[$0] > 0 }
    return Plot(
      name: "by-popularity",
      title: "Hit rate at \(k) by the item's clicks in the history",
      description:
        "The share of held-out items found among the first \(k), by how often they were clicked before.",
      x: .init("clicks in the history", categories: shown.map { $0 == 0 ? "new" : slicing.labels[$0] }),
      y: .init("share found"),
      series: figures.rows.map { row in
        let means = slicing.means(of: row.found)
        return .init(row.name, .bars, x: shown.indices.map(Double.init), y: shown.map { means[$0] })
      }
    )
  }
}
