import Recall
import Report

extension EvalReport {
  /// The fates that can be: what is found and what is ranked lower always, the index where it is approximate, the others
  /// where there are any.
  var shownFates: [MissWaterfall.Fate] {
    MissWaterfall.Fate.allCases.filter { fate in
      switch fate {
      case .found, .beyond: true
      case .lostBySearch: search.recallOfExact != nil
      case .filtered, .unknown, .notCandidate, .seen, .untrained, .lostByQuantisation:
        figures.waterfall.count(fate) > 0
      }
    }
  }

  /// A fate in few words, for an axis.
  static func name(of fate: MissWaterfall.Fate) -> String {
    switch fate {
    case .found: "found"
    case .filtered: "filtered out"
    case .unknown: "unknown"
    case .notCandidate: "no candidate"
    case .seen: "seen before"
    case .lostByQuantisation: "lost by fewer bits"
    case .lostBySearch: "lost by the search"
    case .untrained: "never clicked"
    case .beyond: "ranked lower"
    }
  }

  private func words(for fate: MissWaterfall.Fate) -> String {
    switch fate {
    case .found: "Found"
    case .filtered: "Lost: filters or k-core of the split left no click of them"
    case .unknown: "Lost: not in the catalogue"
    case .notCandidate: "Lost: no candidate at the time of the request"
    case .seen: "Lost: clicked before, and left out of the lists as seen"
    case .lostByQuantisation: "Lost by quantisation: vectors stored with fewer bits rank them lower"
    case .lostBySearch: "Lost by the approximate search: it does not look where they are"
    case .untrained: "Lost: never clicked in the history, nothing was learned of them"
    case .beyond: "Lost: ranked lower than \(k)"
    }
  }

  /// Where the held-out items went: each counts once, by the first reason that applies.
  var waterfall: Table {
    let total = evaluation.targets.count
    func line(_ text: String, _ count: Int) -> [Table.Cell] {
      [.text(text), .int(count), .text(NumberFormat.percent(Double(count) / Double(max(1, total))))]
    }
    let lost = shownFates.filter { $0 != .found }.map { line(words(for: $0), figures.waterfall.count($0)) }
    return Table(
      name: "waterfall",
      caption:
        "What became of every held-out item in the model's first \(k); each counts once, by the first reason "
        + "that applies.",
      columns: [.init(""), .init("Items", .trailing), .init("Share", .trailing)],
      rows: [line("Held out", total)] + lost + [line("Found", figures.waterfall.count(.found))]
    )
  }
}
