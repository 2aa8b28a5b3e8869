import Foundation
import Testing

@testable import Sweep

/// What every sampler that a recipe can name holds to.
@Suite("Samplers: the contract of all methods")
struct SamplerContractTests {
  private typealias Method = SweepSettings.Method

  /// The sampler as a study makes it.
  private static func sampler(_ method: Method) throws -> any Sampler {
    try FitStep.definition(
      """
      fit: {}
      sweep:
        method: \(method.rawValue)
        metric: { name: fit.error, goal: minimize }
        parameters: { fit.rounds: { values: [3, 9] } }

      """
    ).sampler
  }

  /// Every kind of dimension that can be counted, and what only counts beside others.
  private static let finite: [Parameter] = {
    let stepped = Build.real("stepped", -1, 1, step: 0.25)
    let inner = Build.integer("inner", 2, 6)
    return [
      Build.choice("kind", 3), Build.choice("weighted", 3, [0.25, 0, 0.75]), Build.integer("whole", -3, 9),
      Build.integer("wide", 1, 1000, log: true), stepped,
      Parameter(name: "tens", distribution: .integer(min: 5, max: 38, isLog: false, step: 10)),
      Parameter(
        name: "inner",
        distribution: inner.distribution,
        when: [.init(parameter: "kind", allowed: [1, 2])]
      ),
      Parameter(
        name: "innermost",
        distribution: stepped.distribution,
        when: [.init(parameter: "inner", allowed: [3, 4, 5])]
      ),
    ]
  }()
  /// What cannot be counted.
  private static let continuous = [
    Build.real("real", -2, 3), Build.real("rate", 1e-5, 1, log: true),
    Parameter(name: "normal", distribution: .normal(mean: 1, deviation: 2)),
  ]

  /// The largest space that the sampler has proposals for: a grid has none where something cannot be counted.
  private static func space(of method: Method, _ sampler: any Sampler) throws -> SearchSpace {
    let all = SearchSpace(finite + continuous)
    if method != .grid { return all }
    #expect(Build.propose(sampler, all) == nil)
    return SearchSpace(finite)
  }

  /// Trials as they come about one after another, in all states, with values that are none.
  private static func history(_ sampler: any Sampler, _ space: SearchSpace, count: Int) throws -> [Trial] {
    var trials: [Trial] = []
    for number in 0..<count {
      let values = try #require(Build.propose(sampler, space, trials, seed: 11))
      var trial = Trial(number: number, assignment: values, state: .complete)
      let loss = values.keys.sorted().reduce(0) { $0 + abs(values[$1] ?? 0) }
      switch number % 6 {
      case 1: trial.state = .failed
      case 2: (trial.state, trial.intermediates) = (.pruned, [.init(step: 1, value: loss)])
      case 3: (trial.state, trial.values) = (.complete, [number % 12 == 3 ? .nan : .infinity])
      default: trial.values = [loss]
      }
      trials.append(trial)
    }
    trials[count - 1].state = .running
    trials[count - 1].values = nil
    trials.append(Trial(number: count, assignment: trials[0].assignment, state: .waiting))
    return trials
  }

  /// Whether a value is one of the distribution's.
  private static func contains(_ distribution: Distribution, _ value: Double) -> Bool {
    switch distribution {
    case .categorical(let count, let chances):
      guard value == value.rounded(), value >= 0, value < Double(count) else { return false }
      return chances.map { $0[Int(value)] > 0 } ?? true
    case .real(let min, let max, _, let step):
      let isStep = step.map { ((value - min) / $0).rounded() == (value - min) / $0 } ?? true
      return value >= min && value <= max && isStep
    case .integer(let min, let max, _, let step):
      guard value == value.rounded(), value >= Double(min), value <= Double(max) else { return false }
      return (Int(value) - min) % step == 0
    case .normal: return value.isFinite
    }
  }

  @Test(
    "values are the space's for every kind of dimension, and of those alone that count",
    arguments: Method.allCases
  )
  func inside(method: SweepSettings.Method) throws {
    let sampler = try Self.sampler(method)
    let space = try Self.space(of: method, sampler)
    let trials = try Self.history(sampler, space, count: 60)
    for trial in trials {
      for parameter in space.parameters {
        let value = trial.assignment[parameter.name]
        let counts = parameter.when.allSatisfy { clause in
          trial.assignment[clause.parameter].map(clause.allowed.contains) ?? false
        }
        #expect((value != nil) == counts, "\(parameter.name) of \(trial.assignment)")
        if let value {
          #expect(Self.contains(parameter.distribution, value), "\(parameter.name) is \(value)")
        }
      }
      #expect(trial.assignment.keys.allSatisfy { name in space.parameters.contains { $0.name == name } })
    }
    #expect(Set(trials.map(\.assignment)).count > 50)
  }

  @Test(
    "a study that is taken up goes on to the same trials, whatever became of those before",
    arguments: Method.allCases
  )
  func resumed(method: SweepSettings.Method) throws {
    let space = try Self.space(of: method, try Self.sampler(method))
    let trials = try Self.history(try Self.sampler(method), space, count: 40)
    for count in [0, 1, 7, 13, 24, 39] {
      // A ledger gives them in its own order of keys.
      let known = trials.prefix(count).map { trial in
        var copy = trial
        copy.assignment = Assignment(
          uniqueKeysWithValues: trial.assignment.sorted { $0.key > $1.key }.map { ($0.key, $0.value) }
        )
        return copy
      }
      let next = Build.propose(try Self.sampler(method), space, known, seed: 11)
      #expect(next == trials[count].assignment, "trial \(count)")
    }
  }

  @Test("another process proposes the same", arguments: Method.allCases)
  func elsewhere(method: SweepSettings.Method) throws {
    let sampler = try Self.sampler(method)
    let space = try Self.space(of: method, sampler)
    var trials: [Trial] = []
    for number in 0..<30 {
      let values = try #require(Build.propose(sampler, space, trials, seed: 11))
      trials.append(Build.complete(number, values, Double(number * 7 % 13)))
      if number % 5 == 2 { trials[number].state = .failed }
    }
    let counts = [0, 9, 21, 29]
    let other = try OtherProcess.proposals(
      // A study has TPE draw parameters together.
      strategy: method == .tpe ? "multivariate" : method.rawValue,
      space,
      counts.map { Array(trials.prefix($0)) },
      seed: 11
    )
    #expect(other == counts.map { trials[$0].assignment })
  }

  @Test("another seed draws otherwise, where anything is drawn", arguments: Method.allCases)
  func seeds(method: SweepSettings.Method) throws {
    let sampler = try Self.sampler(method)
    let space = try Self.space(of: method, sampler)
    let drawn = (1...20).map { Build.propose(sampler, space, [], seed: $0) }
    #expect(Set(drawn).count == (method == .grid ? 1 : 20))
  }
}
