import Report

/// The title and the result in words.
enum ResultSection: StudySection {
  static func blocks(_ study: StudyDigest) -> [Block] {
    let facts = study.facts
    var blocks: [Block] = [.heading(level: 1, text: facts.title), .prose(summary(study))]
    blocks += facts.warnings.map {
      .note(kind: .warning, text: $0.prefix(1).uppercased() + $0.dropFirst() + ".")
    }
    if let words = words(facts.ending) { blocks.append(.note(kind: .note, text: words)) }
    return blocks
  }

  private static func words(_ ending: StudyFacts.Ending) -> String? {
    switch ending {
    case .complete: nil
    case .stopped: "The study was stopped before its end; this is what it had by then."
    case .outOfTime:
      "The search ended as its `time_cap` was reached, before all settings were tried; the same command with a larger one goes on with it."
    }
  }

  private static func summary(_ study: StudyDigest) -> String {
    guard let best = study.ranked.first else {
      let none =
        study.facts.trials.isEmpty ? "No trial ran yet." : "No trial gave a value yet: \(counts(study))."
      return none + " The study moves \(metrics(study)) of the recipe \(Words.code(study.facts.recipe))."
    }
    let mean = best.summary.count > 1 ? " on average over \(best.summary.count) seeds" : ""
    let settings = study.hasRepeats ? "\(Words.count(study.settings.count, "setting")) in " : ""
    let values = study.text(best.assignment, most: 6).map { $0 == "…" ? $0 : Words.code($0) }
    let trials = study.facts.trials.count
    let which = trials == 1 ? "The only trial" : "The best of \(settings)\(trials) trials (\(counts(study)))"
    let first =
      "\(which) "
      + "reached **\(study.format.text(best.summary.mean))** \(Words.code(study.goal.metric))\(mean), where "
      + "\(study.better): setting \(best.group)\(values.isEmpty ? "" : ", with \(values.joined(separator: ", "))")."
    return [first, baseline(best, study), fresh(study)].compactMap { $0 }.joined(separator: " ")
  }

  private static func metrics(_ study: StudyDigest) -> String {
    Words.list(study.facts.goals.map { "\(Words.code($0.metric)) (\($0.direction.rawValue))" })
  }

  private static func counts(_ study: StudyDigest) -> String {
    let failed = study.failed.count
    let open = study.facts.trials.filter { $0.state == .waiting || $0.state == .running }.count
    let all = [
      (study.complete.count, "complete"), (study.pruned.count, "pruned"), (failed, "failed"),
      (open, "unfinished"),
    ]
    return all.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
  }

  private static func baseline(_ best: TriedSetting, _ study: StudyDigest) -> String? {
    guard let baseline = study.facts.baseline, baseline.isFinite else { return nil }
    let gain = study.goal.loss(baseline) - study.goal.loss(best.summary.mean)
    let share = baseline == 0 ? "" : " (\(Words.percent(abs(gain / baseline))))"
    let base = "the base recipe's \(study.format.text(baseline))"
    if gain == 0 { return "That equals \(base)." }
    return "That is \(study.format.text(abs(gain)))\(share) \(gain > 0 ? "better" : "worse") than \(base)."
  }

  private static func fresh(_ study: StudyDigest) -> String? {
    guard let verdict = study.verdict, let winner = verdict.candidates.first, winner.validation.count > 0
    else {
      return "This value is the best of many and so flatters: no fresh seeds have confirmed it."
    }
    let test =
      winner.test.count > 0
      ? " and \(verdict.testFormat.text(winner.test)) \(Words.code(verdict.confirmation.testMetric))" : ""
    return "Run again on \(Words.count(winner.validation.count, "fresh seed")), the winner (setting "
      + "\(winner.entry.group)) has \(study.format.text(winner.validation)) \(study.facts.isOnTest ? Words.code(study.goal.metric) : "in validation")\(test)."
  }
}
