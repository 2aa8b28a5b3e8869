import Sweep

/// A line of input: what to propose next, or which parameters mattered.
struct Question: Decodable {
  /// A trial so far.
  struct Row: Decodable {
    let number: Int
    let assignment: Assignment
    let state: TrialState
    let values: [Double]?
  }

  /// What to do.
  enum Deed: String, Decodable {
    case ask, importance
  }

  /// Which sampler to ask.
  enum Strategy: String, Decodable {
    case tpe, multivariate, random, sobol, grid
  }

  let deed: Deed
  let strategy: Strategy?
  let space: SearchSpace
  let trials: [Row]
  let directions: [Goal.Direction]
  let seed: UInt64?

  /// The answer.
  func answer() -> Answer {
    let goals = directions.map { Goal(metric: "value", direction: $0) }
    let history = trials.map { row in
      var trial = Trial(number: row.number, assignment: row.assignment, state: row.state)
      trial.values = row.values
      return trial
    }
    switch deed {
    case .ask:
      let request = SamplingRequest(
        space: space,
        history: history,
        goals: goals,
        number: history.count,
        seed: seed ?? 0
      )
      return Answer(assignment: sampler.propose(request))
    case .importance:
      let shares = PedAnova().shares(of: history, in: space, goals: goals)
      return Answer(names: shares.map(\.name), shares: shares.map(\.share))
    }
  }

  private var sampler: any Sampler {
    switch strategy ?? .tpe {
    case .tpe: return TPESampler()
    case .multivariate:
      var options = TPESampler.Options()
      options.isMultivariate = true
      return TPESampler(options)
    case .random: return RandomSampler()
    case .sobol: return SobolSampler()
    case .grid: return GridSampler()
    }
  }
}
