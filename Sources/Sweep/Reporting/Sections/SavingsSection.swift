import Report

/// What racing and the search's end by itself spared, and how to check it.
enum SavingsSection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    guard let savings = study.facts.savings else { return [] }
    let table = Table(
      columns: [.init("What"), .init("Trials", .trailing), .init("Core hours", .trailing)],
      rows: rows(savings).map { [.text($0.0), .int($0.1.trials), .text(hours($0.1.coreHours))] }
    )
    var blocks: [Block] = [
      .heading(level: 2, text: "What ending early spared"), .prose(words(savings)), .table(table),
    ]
    guard !savings.commandWithout.isEmpty else { return blocks }
    let fixed =
      "The same search without it, to check; trainings that went to their end come from the cache. "
      + "A sampler that goes by results proposes other settings then."
    blocks += [.prose(fixed), .code(language: "sh", text: savings.commandWithout)]
    return blocks
  }

  private static func rows(_ savings: StudySavings) -> [(String, StudySavings.Part)] {
    var rows = [
      ("Run", savings.spent),
      ("Of these stopped early, and what they would still have cost", savings.stopped),
    ]
    if let notBegun = savings.notBegun { rows.append(("Not begun, at the mean cost of a trial", notBegun)) }
    let spared = savings.stopped.coreHours + (savings.notBegun?.coreHours ?? 0)
    let all = StudySavings.Part(
      trials: savings.spent.trials + (savings.notBegun?.trials ?? 0),
      coreHours: savings.spent.coreHours + spared
    )
    return rows + [("All without ending early (estimate)", all)]
  }

  private static func words(_ savings: StudySavings) -> String {
    let spared = savings.stopped.coreHours + (savings.notBegun?.coreHours ?? 0)
    let whole = savings.spent.coreHours + spared
    let share = whole > 0 ? ", \(Words.percent(spared / whole)) of what all would have cost" : ""
    let first = "About \(hours(spared)) core hours were spared\(share)."
    guard let chance = savings.chance else { return first }
    let value = "about \(Words.percent(chance.value))"
    let limit = Words.percent(chance.limit)
    if let notBegun = savings.notBegun {
      return first
        + " The search ended by itself \(Words.count(notBegun.trials, "trial")) before its cap: that one "
        + "of them beats the best by more than noise is likely by \(value), and \(limit) was asked for. That is an "
        + "estimate by a model of what was tried (a Gaussian process), not a proof."
    }
    return first
      + " That something which was left beats the best by more than noise was likely by \(value), more "
      + "than the \(limit) at which the search ends by itself, or nothing was left."
  }

  private static func hours(_ value: Double) -> String { NumberFormat.significant(value, digits: 3) }
}
