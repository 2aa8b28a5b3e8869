import Report

/// Makes the next trials of a study: those of the search, and those that confirm it.
struct Proposals {
  let definition: StudyDefinition
  /// The seed that a recipe's own training has.
  let baseSeed: Int
  private let memo = SettlingMemo()

  init(definition: StudyDefinition, baseSeed: Int) {
    self.definition = definition
    self.baseSeed = baseSeed
  }

  /// The repetitions of the next setting, numbered on from `trials`; nil where the cap is reached, all is tried, or what is
  /// left cannot win.
  func next(after trials: [Trial]) -> [Trial]? {
    let groups = Self.groups(trials)
    guard groups.count < definition.cap, !isSettled(groups),
      let assignment = assignment(number: groups.count, groups)
    else {
      return nil
    }
    let seeds = definition.settings.seeds
    return (0..<seeds).map { repetition in
      var trial = Trial(number: trials.count + repetition, assignment: assignment, group: trials.count)
      trial.repetition = repetition
      trial.seed = seeds > 1 ? baseSeed + repetition : nil
      return trial
    }
  }

  /// Whether nothing that runs or is left can still win; never where the search does not end by itself.
  func isSettled(_ groups: [Trial]) -> Bool {
    guard let settling = definition.settling else { return false }
    return memo.verdict(groups, by: settling)?.isSettled ?? false
  }

  /// The setting of group `number`, from 0.
  func assignment(number: Int, _ groups: [Trial]) -> Assignment? {
    if number == 0, let own = definition.recipeAssignment { return own }
    return definition.sampler.propose(
      SamplingRequest(
        space: definition.space,
        history: groups,
        goals: definition.goals,
        number: number,
        seed: UInt64(definition.settings.seed)
      )
    )
  }

  /// One trial for each setting, its values the means over its repetitions; pending while one of them is, stopped where one was.
  static func groups(_ trials: [Trial]) -> [Trial] {
    var members: [Int: [Trial]] = [:]
    for trial in trials { members[trial.group, default: []].append(trial) }
    return members.keys.sorted().enumerated().compactMap { place, group in
      guard let repetitions = members[group], var merged = repetitions.first else { return nil }
      merged.number = place
      merged.group = place
      let complete = repetitions.filter { $0.state == .complete }
      if repetitions.contains(where: { $0.state == .running || $0.state == .waiting }) {
        merged.state = .running
        merged.values = nil
      } else if repetitions.contains(where: { $0.state == .pruned }) {
        merged.state = .pruned
        merged.values = nil
      } else if let first = complete.first?.values {
        merged.state = .complete
        merged.values = first.indices.map { goal in
          complete.reduce(0) { $0 + ($1.values?[goal] ?? .nan) } / Double(complete.count)
        }
      } else {
        merged.state = .failed
      }
      return merged
    }
  }

  /// The best settings: group and mean of the first goal, best first.
  func best(_ trials: [Trial], count: Int) -> [(group: Int, assignment: Assignment, value: Double)] {
    guard let goal = definition.goals.first else { return [] }
    var found: [(group: Int, assignment: Assignment, value: Double)] = []
    for group in Set(trials.map(\.group)).sorted() {
      let members = trials.filter { $0.group == group }
      let values = members.compactMap { $0.state == .complete ? $0.values?.first : nil }
      guard let first = members.first, !values.isEmpty, values.count == members.count else { continue }
      // Settings that were drawn twice are one.
      guard !found.contains(where: { $0.assignment == first.assignment }) else { continue }
      found.append((group, first.assignment, values.reduce(0, +) / Double(values.count)))
    }
    let order = found.indices.sorted { a, b in
      (goal.loss(found[a].value), a) < (goal.loss(found[b].value), b)
    }
    return order.prefix(count).map { found[$0] }
  }

  /// What runs again on fresh seeds: the best settings, the recipe's own, and the one in the middle, which say what the
  /// best are better than.
  func confirmed(_ trials: [Trial]) -> (
    settings: [(group: Int, assignment: Assignment, value: Double)], median: Int?
  ) {
    let ranked = best(trials, count: Int.max)
    var settings = Array(ranked.prefix(definition.settings.confirmation.top))
    guard !settings.isEmpty else { return ([], nil) }
    func add(_ setting: (group: Int, assignment: Assignment, value: Double)) -> Int {
      if let known = settings.first(where: { $0.assignment == setting.assignment }) { return known.group }
      settings.append(setting)
      return setting.group
    }
    if let own = definition.recipeAssignment,
      trials.contains(where: { $0.group == 0 && $0.assignment == own })
    {
      _ = add(ranked.first { $0.group == 0 } ?? (0, own, .nan))
    }
    return (settings, add(ranked[ranked.count / 2]))
  }

  /// The seeds of the confirming runs, none of which the search has used.
  var freshSeeds: [Int] {
    (0..<definition.settings.confirmation.seeds).map { baseSeed + definition.settings.seeds + 1000 + $0 }
  }

  /// The next confirming trial after `confirming`: of the settings in `top`, each on every fresh seed, the first that was not made.
  func nextConfirming(_ top: [(group: Int, assignment: Assignment, value: Double)], after confirming: [Trial])
    -> [Trial]?
  {
    for setting in top {
      for (repetition, seed) in freshSeeds.enumerated()
      where !confirming.contains(where: { $0.assignment == setting.assignment && $0.seed == seed }) {
        var trial = Trial(number: confirming.count, assignment: setting.assignment, group: setting.group)
        trial.repetition = repetition
        trial.seed = seed
        return [trial]
      }
    }
    return nil
  }
}
