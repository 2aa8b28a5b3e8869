import Recall

/// The metrics of `eval`: their names, and their values.
struct EvalMetrics {
  /// The values of `k`, ascending.
  let cutoffs: [Int]
  let settings: EvalSettings
  /// The names of the baselines.
  let baselines: [String]
  /// Whether a list is merged from several sources.
  let fuses: Bool

  /// What metrics call the model when another list is held against it.
  private static let model = CandidateSource.twoTower.rawValue

  private typealias Value = (name: String, value: Double)

  private var own: [String] {
    RankingMetric.allCases.flatMap { metric in cutoffs.map { "\(metric.rawValue)@\($0)" } }
  }

  private var others: [String] { baselines + (fuses ? [FusedLists.name] : []) }

  /// The names, in the order of ``values(_:)``.
  var names: [String] {
    let ends = settings.bootstrap.samples > 0 ? ["low", "high"] : []
    func bounded(_ names: [String]) -> [String] { names.flatMap { name in ends.map { "\(name).\($0)" } } }
    func differences(over others: [String], _ prefix: String) -> [String] {
      others.flatMap { other in
        cutoffs.flatMap { k in
          let name = "\(prefix)difference_over_\(other)@\(k)"
          return [name] + (ends.isEmpty ? [] : ends + ["p"]).map { "\(name).\($0)" }
        }
      }
    }
    var names = own
    for other in others {
      names += own.map { "\(other).\($0)" }
      if other != FusedLists.name { names += cutoffs.map { "lift_over_\(other)@\($0)" } }
    }
    names += bounded(own)
    if fuses { names += bounded(own.map { "\(FusedLists.name).\($0)" }) }
    names += differences(over: others, "")
    if fuses { names += differences(over: [Self.model] + baselines, "\(FusedLists.name).") }
    for prefix in [""] + others.map({ "\($0)." }) { names += use.map { "\(prefix)\($0)" } }
    names += ["hit_rate_ceiling", "future_share"]
    if settings.measuresValidation {
      for prefix in [""] + others.map({ "\($0)." }) { names += own.map { "validation.\(prefix)\($0)" } }
    }
    for width in settings.widths { names += own.map { "\(WidthFigures.name(width)).\($0)" } }
    if settings.measuresNewItems {
      names += ["new.users", "new.items"]
      for prefix in [""] + others.map({ "\($0)." }) {
        names += Self.newKinds.flatMap { kind in ofNewItems.map { "\(kind).\(prefix)\($0)" } }
      }
    }
    return names
  }

  /// What the measures on new items are called: of lists as they are, and of lists of new items alone.
  private static let newKinds = ["new", "among_new"]

  private var ofNewItems: [String] {
    EvalReport.newItemMetrics.flatMap { metric in cutoffs.map { "\(metric.rawValue)@\($0)" } }
  }

  private func newItems(_ new: NewItemFigures) -> [Value] {
    let counts: [Value] = [("new.users", Double(new.users)), ("new.items", Double(new.targets))]
    return counts
      + new.rows.enumerated().flatMap { place, row in
        zip(Self.newKinds, [row.all, row.amongNew]).flatMap { kind, scores in
          EvalReport.newItemMetrics.flatMap { metric in
            cutoffs.compactMap { k -> Value? in
              let name = "\(kind).\(place == 0 ? "" : "\(row.name).")\(metric.rawValue)@\(k)"
              return scores.mean(metric, at: k).map { (name, $0) }
            }
          }
        }
      }
  }

  /// The metrics that `figures` give: all of ``names`` but for what there is not: validation clicks, times, new items.
  func values(_ figures: EvalFigures) -> [(name: String, value: Double)] {
    let model = figures.rows[0].scores
    var all: [Value] = model.named.map { ($0.name, $0.value) }
    for row in figures.rows.dropFirst() {
      all += row.scores.named.map { ("\(row.name).\($0.name)", $0.value) }
      if row.name != FusedLists.name { all += lifts(model, over: row) }
    }
    for subject in figures.subjects { all += intervals(of: subject, in: figures) }
    for subject in figures.subjects {
      for comparison in figures.comparisons where comparison.subject == subject {
        let other = comparison.other == 0 ? Self.model : figures.rows[comparison.other].name
        all += differences(comparison, named: "\(prefix(subject, figures))difference_over_\(other)")
      }
    }
    for (place, row) in figures.rows.enumerated() {
      let values = [row.use.coverage, row.use.gini, row.use.meanPopularity]
      all += zip(use, values).map { ("\(prefix(place, figures))\($0)", $1) }
    }
    all.append(("hit_rate_ceiling", figures.reachability.ceiling))
    if let future = figures.future { all.append(("future_share", future.meanShare)) }
    for (place, row) in figures.rows.enumerated() {
      let named = row.validation?.named ?? []
      all += named.map { ("validation.\(prefix(place, figures))\($0.name)", $0.value) }
    }
    for row in figures.widths?.rows ?? [] where settings.widths.contains(row.width) {
      all += row.scores.named.map { ("\(WidthFigures.name(row.width)).\($0.name)", $0.value) }
    }
    if let new = figures.newItems { all += newItems(new) }
    return all
  }

  private func prefix(_ row: Int, _ figures: EvalFigures) -> String {
    row == 0 ? "" : "\(figures.rows[row].name)."
  }

  private func lifts(_ model: RankingScores, over row: EvalRow) -> [Value] {
    cutoffs.map { k in
      let (own, other) = (model.mean(.hitRate, at: k) ?? 0, row.scores.mean(.hitRate, at: k) ?? 0)
      return ("lift_over_\(row.name)@\(k)", other > 0 ? own / other : own > 0 ? .infinity : 1)
    }
  }

  private func intervals(of row: Int, in figures: EvalFigures) -> [Value] {
    RankingMetric.allCases.flatMap { metric in
      cutoffs.flatMap { k in
        ends(
          figures.bootstrap?.interval(metric, at: k, of: row),
          named: "\(prefix(row, figures))\(metric.rawValue)@\(k)"
        )
      }
    }
  }

  private func differences(_ comparison: EvalFigures.SubjectComparison, named name: String) -> [Value] {
    zip(cutoffs, comparison.byCutoff).flatMap { k, paired in
      [("\(name)@\(k)", paired.difference)] + ends(paired.interval, named: "\(name)@\(k)")
        + (paired.pValue.map { [("\(name)@\(k).p", $0)] } ?? [])
    }
  }

  private func ends(_ interval: ConfidenceInterval?, named name: String) -> [Value] {
    interval.map { [("\(name).low", $0.low), ("\(name).high", $0.high)] } ?? []
  }

  private var use: [String] {
    ["coverage", "gini", "mean_popularity"].map { "\($0)@\(settings.headlineK)" }
  }
}
