import Recipe

extension WinnerVerdict {
  /// What it comes to, a paragraph each.
  var sentences: [String] { [choice, optimism, gained, runnerUp].compactMap { $0 } }

  /// The candidate that the search liked best.
  private var favourite: Candidate? {
    candidates.filter { $0.entry.searchValue.isFinite }
      .min { goal.loss($0.entry.searchValue) < goal.loss($1.entry.searchValue) }
  }

  private var choice: String? {
    guard let winner = candidates.first else { return nil }
    guard winner.validation.count > 0 else {
      return "No run on a fresh seed gave a validation value, so the settings stand in the search's order."
    }
    guard let favourite, favourite.entry.group != winner.entry.group else {
      return
        "Setting \(winner.entry.group), the search's best, is also the best on fresh seeds in validation."
    }
    return "On fresh seeds setting \(winner.entry.group) is the best in validation, "
      + "not setting \(favourite.entry.group), which the search had first."
  }

  private var optimism: String? {
    guard let favourite, favourite.optimism.isFinite else { return nil }
    let name = "setting \(favourite.entry.group)"
    let seen = "The search saw \(name) at \(format.text(favourite.entry.searchValue)); "
    let fresh = "fresh seeds give \(format.text(favourite.validation.mean)). "
    let share =
      favourite.optimism > 0
      ? "The \(format.text(favourite.optimism)) between them is optimism: "
        + "the best of \(Words.count(settings, "setting")) is partly the luckiest."
      : "The search did not flatter it."
    guard let luck, let deviation, settings > 1 else { return seen + fresh + share }
    let seed = "seed noise (standard deviation \(format.text(deviation)))"
    return seen + fresh + share + " Were all \(settings) equal but for \(seed), the best of them "
      + "would look about \(format.text(luck)) better than it is (Blom's approximation)."
  }

  private var gained: String? {
    guard let winner = candidates.first, winner.validation.count > 0 else { return nil }
    if isBase {
      return "Setting \(winner.entry.group) is the base recipe's own: "
        + "**the search found nothing better than what it began with**."
    }
    guard let reference, reference.group != winner.entry.group else { return nil }
    guard let gain else {
      return
        "Setting \(winner.entry.group) and \(reference.words) have fewer than two fresh seeds in common: **too few to "
        + "say whether the search gained anything**."
    }
    let allowing =
      settings > 1
      ? "; \(range(gain.strictLow, gain.strictHigh, format)) allowing for the choice among \(settings) settings"
      : ""
    let start =
      "On the same fresh seeds setting \(winner.entry.group) is \(comparison(gain.difference, format)) \(reference.words) "
      + "(setting \(reference.group)) in validation (95 % interval \(range(gain.low, gain.high, format)), \(gain.words)\(allowing)): "
    if gain.strictLow > 0 { return start + "**the search found more than luck**." }
    return start + (gain.difference > 0 ? "**the gain may be luck**." : "**the search gained nothing**.")
  }

  private var runnerUp: String? {
    guard candidates.count > 1 else {
      return "Only one setting ran again, so there is no runner-up to compare it with."
    }
    let winner = "setting \(candidates[0].entry.group)"
    let second = "setting \(candidates[1].entry.group)"
    guard let duel else {
      let pairs = zip(candidates[0].entry.test, candidates[1].entry.test)
        .filter { $0.isFinite && $1.isFinite }.count
      return "Winner (\(winner)) and runner-up (\(second)) have \(Words.count(pairs, "complete fresh seed")) "
        + "in common where an interval needs two: **too few seeds to tell them apart**."
    }
    let many =
      candidates.count > 2
      ? "; \(range(duel.strictLow, duel.strictHigh, testFormat)) allowing for the choice of these two among \(candidates.count)"
      : ""
    let start =
      "On \(Words.code(confirmation.testMetric)) \(winner), the winner, is "
      + "\(comparison(duel.difference, testFormat)) \(second), the runner-up (95 % interval of its lead "
      + "\(range(duel.low, duel.high, testFormat)), \(duel.words)\(many)): "
    if duel.strictLow > 0 { return start + "**the lead is more than luck**." }
    if duel.strictHigh < 0 {
      return start + "**the runner-up is the better one on test**, though validation chose the other."
    }
    return start + "**the lead may be luck**; treat the two as equal and take the cheaper one."
  }

  /// `0.0012 better than`, `0.0012 worse than` or `level with`.
  private func comparison(_ gain: Double, _ format: MetricFormat) -> String {
    if isNothing(gain, format) { return "level with" }
    return "\(format.text(abs(gain))) \(gain < 0 ? "worse" : "better") than"
  }

  /// Whether a difference vanishes in the digits that are shown, as what rounding leaves of equal values does.
  private func isNothing(_ gain: Double, _ format: MetricFormat) -> Bool {
    format.text(abs(gain)) == format.text(0)
  }

  private func range(_ low: Double, _ high: Double, _ format: MetricFormat) -> String {
    "\(format.text(low)) to \(format.text(high))"
  }
}
