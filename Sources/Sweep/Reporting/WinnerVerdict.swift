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
  /// Winner against runner-up on test, or nil for fewer than two seeds; strict for all pairs of the settings that ran again,
  /// as the two were picked among them.
  let duel: FreshLead?
  /// Winner against what the search had to beat, in validation, on the same fresh seeds; strict for all settings that were
  /// tried, as the winner was picked among them by these users. Nil where that did not run again, or on too few seeds.
  let gain: FreshLead?
  /// What the best of equal settings gains by luck alone, in units of the metric, or nil where it is unknown.
  let luck: Double?
  let confirmation: Confirmation
  let settings: Int
  let deviation: Double?
  /// What the search had to beat: the recipe's own setting, or else the one in the middle.
  let reference: (group: Int, words: String)?
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
    // Pruned ones were candidates too.
    let tried = Set(facts.trials.map(\.group)).count
    settings = tried
    isBase = winner.entry.group == facts.baselineGroup
    testFormat = MetricFormat(confirmation.entries.flatMap(\.test))
    let ran = candidates
    func entry(_ group: Int?) -> Confirmation.Entry? { ran.first { $0.entry.group == group }?.entry }
    func lead(
      over other: Confirmation.Entry?,
      _ values: KeyPath<Confirmation.Entry, [Double]>,
      _ units: KeyPath<Confirmation.Entry, [[Double]]>,
      comparisons: Int
    ) -> FreshLead? {
      other.flatMap { other in
        FreshLead(
          losses: (winner.entry[keyPath: values].map(goal.loss), other[keyPath: values].map(goal.loss)),
          units: (
            winner.entry[keyPath: units].map { $0.map(goal.loss) },
            other[keyPath: units].map { $0.map(goal.loss) }
          ),
          comparisons: comparisons
        )
      }
    }
    let pairs = candidates.count * (candidates.count - 1) / 2
    duel = lead(over: candidates.dropFirst().first?.entry, \.test, \.testUnits, comparisons: pairs)
    let base = facts.baselineGroup.flatMap(entry)
    let beaten = base ?? entry(confirmation.medianGroup)
    reference = beaten.map { ($0.group, base == nil ? "the search's median setting" : "the base recipe") }
    gain =
      beaten?.group == winner.entry.group
      ? nil : lead(over: beaten, \.validation, \.validationUnits, comparisons: tried)
    deviation = Summary.pooledDeviation(confirmation.entries.map(\.validation))
    let best = candidates.min { goal.loss($0.entry.searchValue) < goal.loss($1.entry.searchValue) }
    let repeats = ranked.first { $0.group == best?.entry.group }?.summary.count ?? 1
    luck = deviation.map {
      $0 / Double(max(repeats, 1)).squareRoot() * NormalOrder.expectedGreatest(of: tried)
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
