import Recall
import Report

extension ComparisonReport {
  /// The hit rate against what a query takes and against the size of the index, where there are several indexes.
  var costPlots: [Plot] {
    let indexes = zip(comparison.entries, isByIndex).map { $1 ? $0.evaluation.index : nil }
    guard Set(indexes.compactMap { $0?.factory }).count > 1 else { return [] }
    let all = [
      plot("quality-time", "Quality against the time of a query", "milliseconds a query", queryMilliseconds),
      plot(
        "quality-size",
        "Quality against the size of the index",
        "megabytes of index",
        indexes.map { $0.map { Double($0.bytes) / 1e6 } }
      ),
    ]
    return all.filter { !$0.series.isEmpty }
  }

  /// One point for each entry that has a value.
  private func plot(_ name: String, _ title: String, _ axis: String, _ values: [Double?]) -> Plot {
    let k = comparison.k
    let costs = zip(comparison.entries.indices, values).compactMap { place, value in
      value.map { (place: place, value: $0) }
    }
    let words = costs.map {
      "\(Self.shown(comparison.entries[$0.place].name)) \(NumberFormat.significant($0.value, digits: 3))"
    }
    return Plot(
      name: name,
      title: title,
      description:
        "hit_rate@\(k) of each evaluation against its \(axis): \(words.joined(separator: ", ")). Up and left is better.",
      x: .init(axis, isLogarithmic: true),
      y: .init("hit_rate@\(k)"),
      series: costs.map { place, value in
        let entry = comparison.entries[place]
        let interval = comparison.bootstrap?.interval(.hitRate, at: k, of: place)
        let index = entry.evaluation.index.map { " (\($0.factory))" } ?? ""
        return .init(
          "\(Self.shown(entry.name))\(index)",
          .points,
          x: [value],
          y: [entry.row.scores.mean(.hitRate, at: k) ?? 0],
          low: interval.map { [$0.low] },
          high: interval.map { [$0.high] }
        )
      }
    )
  }
}
