/// What the runs on fresh seeds say of the search's top settings.
struct WinnerVerdict {
  /// One setting with its fresh runs summed up.
  struct Candidate {
    let entry: Confirmation.Entry
    let validation: Summary
    let test: Summary
    /// By how much the search made it look better than it is in validation; not a number where that is unknown.
    let optimism: Double
  }

  /// Best first by the mean on fresh seeds in validation: the test data then has no part in the choice.
  let candidates: [Candidate]
  /// How the test metric is shown.
  let testFormat: MetricFormat
  /// Winner against runner-up on test, positive where the winner is better, or nil for fewer than two seeds.
  let interval: PairedInterval?
  /// The same, wide enough for all pairs of the settings together: the two were picked among them.
  ///
  /// Source: Bonferroni's inequality.
  let strictInterval: PairedInterval?
  /// What the best of equal settings gains by luck alone, in units of the metric, or nil where it is unknown.
  let luck: Double?
  let confirmation: Confirmation
  let settings: Int
  let deviation: Double?
  let reference: (value: Double, words: String)?
  /// Whether the winner is what the search began with.
  let isBase: Bool
  let goal: Goal
  let format: MetricFormat

  /// The verdict, or nil where no setting ran again.
  init?(
    _ confirmation: Confirmation,
    among ranked: [TriedSetting],
    of facts: StudyFacts,
    _ format: MetricFormat
  ) {
    let goal = facts.goals[0]
    self.confirmation = confirmation
    self.goal = goal
    self.format = format
    candidates = Self.candidates(confirmation, goal)
    guard let winner = candidates.first else { return nil }
    settings = ranked.count
    isBase = winner.entry.group == facts.baselineGroup
    testFormat = MetricFormat(confirmation.entries.flatMap(\.test))
    let second = candidates.dropFirst().first?.entry.test ?? []
    let losses = (second.map(goal.loss), winner.entry.test.map(goal.loss))
    interval = PairedInterval(losses.0, losses.1)
    let pairs = candidates.count * (candidates.count - 1) / 2
    strictInterval = PairedInterval(losses.0, losses.1, error: 0.05 / Double(max(pairs, 1)))
    deviation = Summary.pooledDeviation(confirmation.entries.map(\.validation))
    let best = candidates.min { goal.loss($0.entry.searchValue) < goal.loss($1.entry.searchValue) }
    let repeats = ranked.first { $0.group == best?.entry.group }?.summary.count ?? 1
    luck = deviation.map {
      $0 / Double(max(repeats, 1)).squareRoot() * NormalOrder.expectedGreatest(of: ranked.count)
    }
    if let baseline = facts.baseline, baseline.isFinite {
      reference = (baseline, "the base recipe's")
    } else {
      reference = Summary.median(ranked.map(\.summary.mean)).map { ($0, "the search's median setting's") }
    }
  }

  private static func candidates(_ confirmation: Confirmation, _ goal: Goal) -> [Candidate] {
    let all = confirmation.entries.map { entry in
      let fresh = Summary(entry.validation)
      let optimism = goal.loss(fresh.mean) - goal.loss(entry.searchValue)
      return Candidate(entry: entry, validation: fresh, test: Summary(entry.test), optimism: optimism)
    }
    func order(_ one: Candidate) -> (Double, Double, Int) {
      func last(_ value: Double) -> Double { value.isNaN ? .infinity : value }
      return (last(goal.loss(one.validation.mean)), last(goal.loss(one.entry.searchValue)), one.entry.group)
    }
    return all.sorted { order($0) < order($1) }
  }
}
