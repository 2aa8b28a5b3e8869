import Report

/// Whether a search is settled: whether one of the trials that run or are left can still win.
///
/// What is left is known for a grid, for random settings and for a Sobol sequence, whose settings do not hang on results:
/// exactly these are asked about. TPE may yet propose anything, and is asked about settings all over the space, as if all
/// of them would be tried. A trial that was stopped early stands with what trials which went to their end made of such a
/// value at the same epoch (`FullValue`); a failed one with nothing.
struct Settling {
  /// What it came to.
  struct Verdict: Sendable, Equatable {
    /// How likely one of those that run or are left beats the best by more than noise, as far as processes know.
    var chance: Double
    /// How many settings were not begun.
    var left: Int
    /// Whether the chance is small enough.
    var isSettled: Bool
  }

  let space: SearchSpace
  let goal: Goal
  let sampler: any Sampler
  /// Whether the sampler's proposals hang on results.
  let isAdaptive: Bool
  /// How many settings are tried at most.
  let cap: Int
  let seed: UInt64
  /// The search is settled where the best stays the best with this probability.
  let confidence: Double

  /// Settings that went to their end before anything is said.
  var fewest: Int { max(10, 2 * space.parameters.count + 2) }
  /// More settings than these are not asked about: so many, evenly among those that are left.
  private static let most = 128
  /// More values than these are not learned from: the best and the newest ones are.
  private static let learned = 256

  /// Judges what was tried, one trial a setting in order; nil where too few went to their end to say anything.
  func verdict(_ groups: [Trial]) -> Verdict? {
    guard groups.compactMap(goal.result).count >= fewest, cap >= groups.count else { return nil }
    let place = SettingPoint(space)
    let known = Self.taken(FullValue.losses(groups, goal))
    guard
      let best = known.indices.filter({ known[$0].isComplete }).min(by: { known[$0].loss < known[$1].loss })
    else { return nil }
    let chance = WinningChance(
      points: known.map { place.coordinates($0.assignment) },
      losses: Self.bounded(known.map(\.loss)),
      best: best
    )
    let pending = groups.filter { $0.state == .running || $0.state == .waiting }.map(\.assignment)
    let candidates = (pending + remaining(groups)).map(place.coordinates)
    let value = chance.chance(candidates, limit: 1 - confidence)
    return Verdict(chance: value, left: cap - groups.count, isSettled: value <= 1 - confidence)
  }

  /// How bad a bad setting is says nothing of where the best are: what lies farther behind the median than twice what the
  /// best is ahead of it is brought to there.
  private static func bounded(_ losses: [Double]) -> [Double] {
    guard let best = losses.min(), let median = Summary.median(losses) else { return losses }
    return losses.map { min($0, median + 2 * (median - best)) }
  }

  private static func taken(_ known: [FullValue]) -> [FullValue] {
    guard known.count > learned else { return known }
    let best = known.indices.sorted { (known[$0].loss, $0) < (known[$1].loss, $1) }.prefix(learned / 2)
    let kept = Set(best).union(known.indices.suffix(learned / 2))
    return kept.sorted().map { known[$0] }
  }

  /// The settings that are left.
  private func remaining(_ groups: [Trial]) -> [Assignment] {
    let left = cap - groups.count
    guard left > 0 else { return [] }
    func propose(_ number: Int, _ seed: UInt64, by sampler: any Sampler) -> Assignment? {
      sampler.propose(
        SamplingRequest(space: space, history: groups, goals: [goal], number: number, seed: seed)
      )
    }
    if isAdaptive {
      // Another stream than the sampler's own.
      return (0..<Self.most).compactMap { propose($0, seed ^ 0x5E77_1ED5, by: RandomSampler()) }
    }
    if let grid = sampler as? GridSampler {
      return Self.evenly(grid.untried(space, Set(groups.map(\.assignment)), count: left)) { $0 }
    }
    return Self.evenly(Array(groups.count..<cap)) { propose($0, seed, by: sampler) }.compactMap { $0 }
  }

  private static func evenly<T, R>(_ all: [T], _ body: (T) -> R) -> [R] {
    guard all.count > most else { return all.map(body) }
    return (0..<most).map { body(all[$0 * all.count / most]) }
  }
}

extension StudyDefinition {
  /// Judges whether a search ends by itself; nil where it should not.
  var settling: Settling? {
    guard let confidence = settings.settled, let goal = goals.first, goals.count == 1 else { return nil }
    return Settling(
      space: space,
      goal: goal,
      sampler: sampler,
      isAdaptive: settings.method == .tpe,
      cap: cap,
      seed: UInt64(settings.seed),
      confidence: confidence
    )
  }
}
