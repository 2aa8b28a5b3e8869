@testable import Sweep

/// Short forms for what the tests are full of.
enum Build {
  static let down = Goal(metric: "loss", direction: .minimize)
  static let up = Goal(metric: "score", direction: .maximize)

  static func real(_ name: String, _ min: Double, _ max: Double, log: Bool = false, step: Double? = nil)
    -> Parameter
  { Parameter(name: name, distribution: .real(min: min, max: max, isLog: log, step: step)) }

  static func integer(_ name: String, _ min: Int, _ max: Int, log: Bool = false) -> Parameter {
    Parameter(name: name, distribution: .integer(min: min, max: max, isLog: log, step: 1))
  }

  static func choice(_ name: String, _ count: Int, _ probabilities: [Double]? = nil) -> Parameter {
    Parameter(name: name, distribution: .categorical(count: count, probabilities: probabilities))
  }

  /// A complete trial.
  static func complete(_ number: Int, _ assignment: Assignment, _ values: Double...) -> Trial {
    var trial = Trial(number: number, assignment: assignment, state: .complete)
    trial.values = values
    return trial
  }

  /// A trial with values after the epochs given.
  static func walk(_ number: Int, _ state: TrialState, _ values: [Int: Double]) -> Trial {
    var trial = Trial(number: number, assignment: [:], state: state)
    trial.intermediates = values.keys.sorted().map {
      Trial.Intermediate(step: $0, value: values[$0] ?? .nan)
    }
    return trial
  }

  /// The proposal for the next trial.
  static func propose(_ sampler: any Sampler, _ space: SearchSpace, _ history: [Trial] = [], seed: UInt64 = 1)
    -> Assignment?
  {
    let request = SamplingRequest(
      space: space,
      history: history,
      goals: [down],
      number: history.count,
      seed: seed
    )
    return sampler.propose(request)
  }

  /// A whole search with one loss.
  static func search(
    _ sampler: any Sampler,
    _ space: SearchSpace,
    trials: Int,
    seed: UInt64 = 1,
    loss: (Assignment) -> Double
  ) -> [Trial] {
    var history: [Trial] = []
    for number in 0..<trials {
      guard let values = propose(sampler, space, history, seed: seed) else { break }
      history.append(complete(number, values, loss(values)))
    }
    return history
  }
}
