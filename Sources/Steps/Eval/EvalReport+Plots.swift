import Recall
import Report

extension EvalReport {
  /// The hit rate by k, with intervals: lines over a scale of k, or bars where there are one or two.
  var hitRates: Plot {
    let isScale = cutoffs.count > 2
    let places = isScale ? cutoffs.map(Double.init) : cutoffs.indices.map(Double.init)
    let axis =
      isScale
      ? Plot.Axis("k", isLogarithmic: true) : Plot.Axis("k", categories: cutoffs.map(String.init))
    let ends = figures.rows.map { row in
      let values = [cutoffs.first, cutoffs.last].map { k in
        NumberFormat.fixed(k.flatMap { row.scores.mean(.hitRate, at: $0) } ?? 0, digits: 3)
      }
      return cutoffs.count > 1
        ? "\(row.name) from \(values[0]) to \(values[1])" : "\(row.name) \(values[0])"
    }
    return Plot(
      name: "hit-rate",
      title: "Hit rate by k",
      description:
        "The share of users with a held-out click among their best k items, by k, with intervals: "
        + ends.joined(separator: "; ") + ".",
      x: axis,
      y: .init("hit rate"),
      series: figures.rows.enumerated().map { place, row in
        let intervals = figures.bootstrap.map { bootstrap in
          cutoffs.compactMap { bootstrap.interval(.hitRate, at: $0, of: place) }
        }
        return .init(
          row.name,
          isScale ? .line : .bars,
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

  /// How popular what was clicked is, beside what is recommended.
  var popularityOfShown: Plot {
    let slicing = Slicing(popularityOf: evaluation.targets, evaluation.clicks)
    // The rows first, so that each has the colour that it has in the other plots.
    let counts =
      figures.rows.map { ($0.name, $0.use.shownByPopularity) } + [("held-out clicks", slicing.counts)]
    let shown = slicing.labels.indices.filter { bin in counts.contains { $0.1[bin] > 0 } }
    return Plot(
      name: "popularity",
      title: "How popular what is clicked is, and what is recommended",
      description:
        "The share of the held-out clicks, and of the items among the first \(k) of each list, by how often an item "
        + "was clicked in the history. Lists with more in the bins to the right than the clicks favour what is popular.",
      x: .init("clicks in the history", categories: shown.map { $0 == 0 ? "new" : slicing.labels[$0] }),
      y: .init("share"),
      series: counts.map { name, counts in
        let total = Double(max(1, counts.reduce(0, +)))
        return .init(
          name,
          .bars,
          x: shown.indices.map(Double.init),
          y: shown.map { Double(counts[$0]) / total }
        )
      }
    )
  }

  /// The model's scores of held-out items that are found and that are not, and of the best items that were not held out;
  /// nil where these are no two groups.
  var scoreSpread: Plot? {
    let scores = figures.targetScores
    let groups = [
      ("held out, among the first \(k)", scores.found), ("held out, ranked lower", scores.missed),
      ("the best that is not held out", scores.bestOther),
    ].filter { !$0.1.isEmpty }
    guard !scores.found.isEmpty, !scores.missed.isEmpty, let histogram = ScoreHistogram(groups.map(\.1))
    else { return nil }
    return Plot(
      name: "scores",
      title: "The model's scores of what is found and of what is missed",
      description:
        "How the model's scores are spread over three groups: held-out items among the first \(k), held-out items ranked "
        + "lower, and the best item of each user that was not held out. The more the first two overlap, the more a "
        + "score depends on the user rather than on how sure the model is.",
      x: .init("score"),
      y: .init("share of the group"),
      series: zip(groups, histogram.shares).map { .init($0.0, .line, x: histogram.middles, y: $1) }
    )
  }

  /// How many held-out items are found, and how many are lost for which reason.
  var waterfallPlot: Plot {
    let fates = shownFates
    let words = fates.map { "\(NumberFormat.grouped(figures.waterfall.count($0))) \(Self.name(of: $0))" }
    return Plot(
      name: "waterfall",
      title: "What became of the held-out items",
      description:
        "Of \(NumberFormat.grouped(evaluation.targets.count)) held-out items, by what became of them in the model's first "
        + "\(k): \(words.joined(separator: ", ")).",
      x: .init("", categories: fates.map(Self.name)),
      y: .init("held-out items"),
      series: [
        .init(
          "items",
          .bars,
          x: fates.indices.map(Double.init),
          y: fates.map { Double(figures.waterfall.count($0)) }
        )
      ]
    )
  }
}
