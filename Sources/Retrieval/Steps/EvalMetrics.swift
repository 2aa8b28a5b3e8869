/// The metrics of `eval` beyond the means of its measures: their names, and their values.
struct EvalMetrics {
  let cutoffs: [Int]
  let settings: EvalSettings

  /// The names, with `baselines` beside the model.
  func names(baselines: [String]) -> [String] {
    let own = RankingMetric.allCases.flatMap { metric in cutoffs.map { "\(metric.rawValue)@\($0)" } }
    let ends = settings.bootstrap.samples > 0 ? ["low", "high"] : []
    var names = own.flatMap { name in ends.map { "\(name).\($0)" } }
    for baseline in baselines {
      for k in cutoffs {
        let difference = "difference_over_\(baseline)@\(k)"
        names += [difference] + (ends.isEmpty ? [] : ends + ["p"]).map { "\(difference).\($0)" }
      }
    }
    for prefix in [""] + baselines.map({ "\($0)." }) { names += use.map { "\(prefix)\($0)" } }
    names += ["hit_rate_ceiling", "future_share"]
    if settings.measuresValidation { names += own.map { "validation.\($0)" } }
    return names
  }

  /// The metrics that `figures` give: all of ``names(baselines:)`` but for what there is not, validation
  /// clicks or times.
  func values(_ figures: EvalFigures) -> [(name: String, value: Double)] {
    var all: [(name: String, value: Double)] = []
    func add(_ name: String, _ interval: ConfidenceInterval?) {
      guard let interval else { return }
      all += [("\(name).low", interval.low), ("\(name).high", interval.high)]
    }
    for metric in RankingMetric.allCases {
      for k in cutoffs { add("\(metric.rawValue)@\(k)", figures.bootstrap?.interval(metric, at: k, of: 0)) }
    }
    for (row, comparisons) in zip(figures.rows.dropFirst(), figures.differences) {
      for (k, comparison) in zip(cutoffs, comparisons) {
        let name = "difference_over_\(row.name)@\(k)"
        all.append((name, comparison.difference))
        add(name, comparison.interval)
        if let value = comparison.pValue { all.append(("\(name).p", value)) }
      }
    }
    for (place, row) in figures.rows.enumerated() {
      let values = [row.use.coverage, row.use.gini, row.use.meanPopularity]
      all += zip(use, values).map { (place == 0 ? $0 : "\(row.name).\($0)", $1) }
    }
    all.append(("hit_rate_ceiling", figures.reachability.ceiling))
    if let future = figures.future { all.append(("future_share", future.meanShare)) }
    all += figures.validation?.named.map { ("validation.\($0.name)", $0.value) } ?? []
    return all
  }

  private var use: [String] {
    ["coverage", "gini", "mean_popularity"].map { "\($0)@\(settings.headlineK)" }
  }
}
