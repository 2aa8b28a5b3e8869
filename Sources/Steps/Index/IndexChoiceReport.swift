import Recall
import Report

/// What is told of an index that was chosen, or of why none was.
struct IndexChoiceReport {
  private let choice: IndexChoice
  private let goal: IndexGoal
  private let requests: IndexRequests
  private let build: IndexBuild
  private let threads: Int

  init(
    _ choice: IndexChoice,
    _ goal: IndexGoal,
    _ requests: IndexRequests,
    _ build: IndexBuild,
    threads: Int
  ) {
    self.choice = choice
    self.goal = goal
    self.requests = requests
    self.build = build
    self.threads = threads
  }

  // --- what was chosen

  func blocks(_ chosen: IndexTrial) -> [Block] {
    var blocks: [Block] = [
      .prose(sentences(chosen)), .code(language: "yaml", text: yaml(chosen.setting)), .plot(plot),
      .table(table(choice.frontier, chosen, name: "frontier", caption: Self.frontierCaption)),
    ]
    let others = choice.trials
    blocks.append(
      .details(
        summary: "All \(others.count) settings that were measured",
        blocks: [.table(table(others, chosen, name: "trials", caption: nil))]
          + (choice.skipped.isEmpty ? [] : [.prose(choice.skipped.map { "- \($0)" }.joined(separator: "\n"))])
      )
    )
    return blocks
  }

  private static let frontierCaption =
    "The frontier: what no other one equals or betters in recall, time and size together. Lost and won are requests whose "
    + "held-out item the exact list has and the index's has not, and the other way round."

  private func sentences(_ chosen: IndexTrial) -> String {
    let k = goal.k
    let difference = chosen.exactHitRate - chosen.hitRate
    let hits =
      difference == 0
      ? "no different from the exact one's"
      : "the exact one's is \(share(chosen.exactHitRate)), \(NumberFormat.fixed(abs(100 * difference), digits: 2)) points "
        + (difference > 0 ? "more" : "less")
    return
      "Chosen: `\(chosen.setting.words)`, the cheapest that was found to hold \(wanted). Its lists of \(k) hold "
      + "\(share(chosen.recall)) of the exact ones (95 % interval from \(share(chosen.interval.low)) to "
      + "\(share(chosen.interval.high))), its hit rate at \(k) is \(share(chosen.hitRate)), \(hits). A request takes "
      + "\(time(chosen.milliseconds)), and it takes \(NumberFormat.bytes(chosen.bytes)). Asked were \(requests.words), over "
      + "all items, seen ones left out. Times are those of this machine, of one request alone on one thread, the fastest "
      + "of several turns; what takes up to a tenth more than the fastest counts as equally fast, and the smallest of these is "
      + "taken. Another machine, or a busy one, may choose otherwise: the lines below choose the same anywhere."
  }

  /// `recall 0.99 at 100 within 1 ms and 200 MB`.
  private var wanted: String {
    let budget = [goal.milliseconds.map { "\(number($0)) ms" }, goal.bytes.map { NumberFormat.bytes($0) }]
      .compactMap { $0 }
    return "a recall of \(number(goal.recall)) at \(goal.k)"
      + (budget.isEmpty ? "" : " within \(budget.joined(separator: " and "))")
  }

  /// What chooses the same by hand.
  private func yaml(_ setting: IndexSetting) -> String {
    let type = setting.factory.contains(",") ? "\"\(setting.factory)\"" : setting.factory
    var lines = ["index:", "  type: \(type)"] + setting.entries.map { "  \($0.key): \($0.value)" }
    if setting.factory.contains("HNSW") {
      if build.efConstruction != 40 { lines.append("  ef_construction: \(build.efConstruction)") }
      if build.isParallel { lines.append("  parallel_build: true") }
    }
    return lines.joined(separator: "\n")
  }

  private func table(_ trials: [IndexTrial], _ chosen: IndexTrial?, name: String, caption: String?) -> Table {
    Table(
      name: name,
      caption: caption,
      columns: [.init("Index")]
        + [
          "Recall@\(goal.k)", "At least", "Hit rate@\(goal.k)", "Lost", "Won", "ms a request", "MB",
        ].map { .init($0, .trailing) } + [.init("")],
      rows: trials.map { trial in
        [
          .text(trial.setting.words), .real(trial.recall, digits: 4), .real(trial.interval.low, digits: 4),
          .real(trial.hitRate, digits: 4), .int(trial.lostHits), .int(trial.wonHits),
          .real(trial.milliseconds, digits: 3), .real(Double(trial.bytes) / 1e6, digits: 1),
          .text(trial.setting == chosen?.setting ? "chosen" : verdict(trial)),
        ]
      }
    )
  }

  private func verdict(_ trial: IndexTrial) -> String {
    var problems: [String] = []
    if trial.interval.low < goal.recall { problems.append("recall too low") }
    if let most = goal.milliseconds, trial.milliseconds > most { problems.append("too slow") }
    if let most = goal.bytes, trial.bytes > most { problems.append("too large") }
    return problems.isEmpty ? "holds" : problems.joined(separator: ", ")
  }

  private var plot: Plot {
    var names: [String] = []
    for trial in choice.trials where !names.contains(trial.setting.factory) {
      names.append(trial.setting.factory)
    }
    let series = names.map { name in
      let points = choice.trials.filter { $0.setting.factory == name }
        .sorted { $0.milliseconds < $1.milliseconds }
      let size = points.map(\.bytes).min() ?? 0
      return Plot.Series(
        "\(name), \(NumberFormat.bytes(size))",
        .points,
        x: points.map(\.milliseconds),
        y: points.map(\.recall),
        low: points.map(\.interval.low),
        high: points.map(\.interval.high)
      )
    }
    let times = choice.trials.map(\.milliseconds)
    let ends = [times.min() ?? 1, times.max() ?? 1]
    let wished = Plot.Series("wanted", .reference, x: ends, y: [goal.recall, goal.recall])
    return Plot(
      name: "recall-and-time",
      title: "Recall at \(goal.k) by time",
      description:
        "The recall of each index and setting that was tried against the milliseconds of a request, with the size of each.",
      x: .init("milliseconds a request", isLogarithmic: true),
      y: .init("recall@\(goal.k)"),
      series: series + [wished]
    )
  }

  // --- what was not

  /// What was found where nothing holds, and what to change.
  var failure: String {
    let holding = choice.holding.sorted { $0.milliseconds < $1.milliseconds }
    func allowsSize(_ trial: IndexTrial) -> Bool { goal.bytes.map { trial.bytes <= $0 } ?? true }
    func allowsTime(_ trial: IndexTrial) -> Bool {
      goal.milliseconds.map { trial.milliseconds <= $0 } ?? true
    }
    var ways: [String] = []
    if let slower = holding.first(where: allowsSize) {
      ways.append("budget.milliseconds to \(up(slower.milliseconds)) or more, for \(line(slower))")
    }
    if let larger = holding.filter(allowsTime).min(by: { $0.bytes < $1.bytes }) {
      ways.append("budget.megabytes to \(up(Double(larger.bytes) / 1e6)) or more, for \(line(larger))")
    }
    let within = choice.trials.filter { allowsSize($0) && allowsTime($0) }
    if let best = within.max(by: { $0.interval.low < $1.interval.low }), best.interval.low > 0 {
      let reached = (best.interval.low * 1000).rounded(.down) / 1000
      ways.append("recall to \(number(reached)) or less, for \(line(best))")
    }
    if let best = holding.first, !allowsSize(best), !allowsTime(best) {
      ways.append("both parts of the budget, for \(line(best))")
    }
    let skipped = choice.skipped.isEmpty ? "" : "\nNot measured, or given up:"
    return "no index was found to hold \(wanted). "
      + (ways.isEmpty ? "Name other 'types'" : "The best there is; set one of these:")
      + ways.map { "\n  \($0)" }.joined() + skipped + choice.skipped.map { "\n  \($0)" }.joined()
  }

  private func line(_ trial: IndexTrial) -> String {
    "\(trial.setting.words): recall \(share(trial.recall)), at least \(share(trial.interval.low)), hit rate "
      + "\(share(trial.hitRate)) of \(share(trial.exactHitRate)), \(time(trial.milliseconds)), "
      + "\(NumberFormat.bytes(trial.bytes))"
  }

  private func share(_ value: Double) -> String { NumberFormat.fixed(value, digits: 4) }
  private func time(_ milliseconds: Double) -> String { NumberFormat.duration(seconds: milliseconds / 1000) }
  private func number(_ value: Double) -> String { NumberFormat.significant(value, digits: 6) }
  /// The next number of two digits above.
  private func up(_ value: Double) -> String {
    var unit = 1.0
    while value / unit >= 100 { unit *= 10 }
    while value / unit < 10, unit > 1e-9 { unit /= 10 }
    return NumberFormat.significant((value / unit).rounded(.up) * unit, digits: 6)
  }
}
