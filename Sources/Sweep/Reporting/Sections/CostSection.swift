import Report

/// Where the time went and what was saved.
enum CostSection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    let cost = study.facts.cost
    let heading = Block.heading(level: 2, text: "Cost")
    guard cost.wallSeconds > 0, cost.wallSeconds.isFinite else {
      return [heading, .prose("No time was recorded.")]
    }
    let table = Table(
      columns: [.init("What"), .init("How much", .trailing)],
      rows: rows(cost).map { [.text($0.0), .text($0.1)] }
    )
    return [heading, .prose(words(cost)), .table(table)]
  }

  private static func rows(_ cost: StudyCost) -> [(String, String)] {
    func time(_ seconds: Double) -> String { NumberFormat.duration(seconds: seconds) }
    func times(_ ratio: Double) -> String { NumberFormat.fixed(ratio, digits: 2) + " ×" }
    let workers = Double(max(cost.parallel, 1))
    let ideal = cost.ownSeconds / workers
    var rows = [
      ("Wall clock of the search", time(cost.wallSeconds)), ("Trials at a time", "\(max(cost.parallel, 1))"),
      ("Own training and evaluation of all trials", time(cost.ownSeconds)),
      ("That, divided by the trials at a time", time(ideal)),
    ]
    if ideal > 0 { rows.append(("Wall clock over that (1 is no overhead)", times(cost.wallSeconds / ideal))) }
    rows += [
      ("Cells that ran", NumberFormat.grouped(cost.cellsExecuted)),
      ("Cells shared with earlier trials", NumberFormat.grouped(cost.cellsShared)),
      ("Saved by sharing, summed over trials", time(cost.savedBySharing)),
      ("Saved by pruning, summed over trials (estimate)", time(cost.savedByPruning)),
    ]
    if cost.confirmingSeconds > 0 {
      rows.append(("Runs on fresh seeds after the search, not counted above", time(cost.confirmingSeconds)))
    }
    return rows + [
      ("The same trials without sharing and pruning (estimate)", time(without(cost))),
      ("That over the wall clock", times(without(cost) / cost.wallSeconds)),
    ]
  }

  /// Seconds of wall clock if what was saved had been spent as well, spread evenly over the workers.
  private static func without(_ cost: StudyCost) -> Double {
    cost.wallSeconds + (cost.savedBySharing + cost.savedByPruning) / Double(max(cost.parallel, 1))
  }

  private static func words(_ cost: StudyCost) -> String {
    let ratio = without(cost) / cost.wallSeconds
    let start = "The search took \(NumberFormat.duration(seconds: cost.wallSeconds))"
    guard ratio >= 1.005 else { return start + "; nothing was saved by sharing or pruning." }
    return start + "; without sharing and pruning the same trials would have taken about "
      + "\(NumberFormat.fixed(ratio, digits: 1)) times as long."
  }
}
