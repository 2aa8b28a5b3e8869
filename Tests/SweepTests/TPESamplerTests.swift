import Testing

@testable import Sweep

@Suite("The tree-structured Parzen estimator")
struct TPESamplerTests {
  private let joint: TPESampler = {
    var options = TPESampler.Options()
    options.isMultivariate = true
    return TPESampler(options)
  }()
  private let mixed: SearchSpace = {
    var width = Build.integer("width", 8, 512, log: true)
    width.when = [.init(parameter: "kind", allowed: [1])]
    var dropout = Build.real("dropout", 0, 0.5, step: 0.1)
    dropout.when = [.init(parameter: "kind", allowed: [1])]
    return SearchSpace([
      Build.choice("kind", 2), Build.real("rate", 1e-5, 1, log: true), width, dropout,
      Parameter(name: "bias", distribution: .normal(mean: 1, deviation: 2)),
      Build.real("fixed", 7, 7), Build.integer("one", 3, 3), Build.choice("only", 1),
    ])
  }()

  private func loss(_ values: Assignment) -> Double {
    (values["width"].map { abs($0 - 100) / 100 } ?? 3) + abs((values["rate"] ?? 1) - 0.01)
      + (values["dropout"] ?? 1)
  }

  @Test("draws at random until ten trials have ended with a number")
  func startup() {
    let space = SearchSpace([Build.real("x", 0, 1)])
    var history = (0..<9).map { Build.complete($0, ["x": Double($0) / 9], Double($0)) }
    history.append(Build.complete(9, ["x": 0.5], .nan))
    #expect(Build.propose(TPESampler(), space, history) == Build.propose(RandomSampler(), space, history))
    history[9].values = [4]
    #expect(Build.propose(TPESampler(), space, history) != Build.propose(RandomSampler(), space, history))
  }

  @Test("without history, or with nothing but failures, it draws at random")
  func nothingKnown() {
    let failed = (0..<40).map { Trial(number: $0, assignment: ["rate": 0.1], state: .failed) }
    #expect(Build.propose(TPESampler(), mixed) == Build.propose(RandomSampler(), mixed))
    #expect(Build.propose(TPESampler(), mixed, failed) == Build.propose(RandomSampler(), mixed, failed))
  }

  @Test("every proposal keeps to ranges, steps and conditions", arguments: [false, true])
  func bounds(isMultivariate: Bool) {
    let trials = Build.search(isMultivariate ? joint : TPESampler(), mixed, trials: 40, loss: loss)
    #expect(trials.count == 40)
    for values in trials.map(\.assignment) {
      let hasWidth = values["kind"] == 1
      #expect((values["width"] != nil) == hasWidth && (values["dropout"] != nil) == hasWidth)
      #expect((1e-5...1).contains(values["rate"] ?? 0))
      if let width = values["width"] { #expect(width == width.rounded() && (8...512).contains(width)) }
      if let dropout = values["dropout"] {
        #expect(abs(dropout * 10 - (dropout * 10).rounded()) < 1e-9 && (0...0.5).contains(dropout))
      }
      #expect(values["bias"]?.isFinite == true)
      #expect(values["fixed"] == 7 && values["one"] == 3 && values["only"] == 0)
    }
  }

  @Test("a resumed study goes on to the same trials", arguments: [false, true])
  func resumes(isMultivariate: Bool) {
    let sampler = isMultivariate ? joint : TPESampler()
    let trials = Build.search(sampler, mixed, trials: 25, loss: loss)
    #expect(Build.propose(sampler, mixed, Array(trials.prefix(18))) == trials[18].assignment)
    #expect(Build.propose(sampler, mixed, Array(trials.prefix(18)), seed: 2) != trials[18].assignment)
  }

  @Test("on a sphere it beats random search, for nearly every seed", arguments: [false, true])
  func beatsRandom(isMultivariate: Bool) {
    let space = SearchSpace((0..<3).map { Build.real("x\($0)", -5, 5) })
    func best(_ sampler: any Sampler, _ seed: UInt64) -> Double {
      Build.search(sampler, space, trials: 40, seed: seed) { values in
        space.parameters.reduce(0) { $0 + (values[$1.name] ?? 9) * (values[$1.name] ?? 9) }
      }.compactMap { $0.values?.first }.min() ?? .infinity
    }
    let sampler = isMultivariate ? joint : TPESampler()
    let ours = (0..<8).map { best(sampler, $0) }
    let random = (0..<8).map { best(RandomSampler(), $0) }
    #expect(zip(ours, random).count { $0 < $1 } >= 6)
    #expect(ours.reduce(0, +) < 0.6 * random.reduce(0, +))
  }

  @Test("choices that were good come more often than others")
  func choices() {
    let space = SearchSpace([Build.choice("c", 4)])
    let history = (0..<20).map { Build.complete($0, ["c": Double($0 % 4)], $0 % 4 == 2 ? 0 : 1) }
    let picks = (0..<20).map { Build.propose(TPESampler(), space, history, seed: $0)?["c"] }
    #expect(picks.count { $0 == 2 } >= 18)
  }

  @Test("bad trials long ago count less than bad ones of late")
  func forgets() {
    let space = SearchSpace([Build.choice("c", 2)])
    // Eight good ones, four of each choice. Of the bad ones 42 old ones have choice 0, weighing about 19 together,
    // and 30 late ones choice 1, weighing about 30.
    let good = (0..<8).map { Build.complete($0, ["c": Double($0 % 2)], 0) }
    let bad = (8..<80).map { Build.complete($0, ["c": $0 < 50 ? 0 : 1], 1) }
    #expect(Build.propose(TPESampler(), space, good + bad) == ["c": 0])
  }

  @Test("pending trials push others away")
  func pending() {
    let space = SearchSpace([Build.choice("c", 2)])
    let history = (0..<20).map { Build.complete($0, ["c": Double($0 % 2)], $0 % 2 == 0 ? 0 : 1) }
    let busy = history + (20..<80).map { Trial(number: $0, assignment: ["c": 0], state: .running) }
    let free = (0..<20).count { Build.propose(TPESampler(), space, history, seed: $0)?["c"] == 0 }
    let taken = (0..<20).count { Build.propose(TPESampler(), space, busy, seed: $0)?["c"] == 0 }
    #expect(free == 20)
    #expect(taken < 10)
  }

  @Test("with two goals, later trials gather between the two best points")
  func twoGoals() {
    let space = SearchSpace([Build.real("x", -10, 10)])
    var history: [Trial] = []
    for number in 0..<60 {
      let request = SamplingRequest(
        space: space,
        history: history,
        goals: [Build.down, Build.up],
        number: number,
        seed: 3
      )
      let x = TPESampler().propose(request)?["x"] ?? .nan
      history.append(Build.complete(number, ["x": x], x * x, -(x - 2) * (x - 2)))
    }
    let near = history.suffix(30).count { (-1...3).contains($0.assignment["x"] ?? 9) }
    // A fifth of the range: 6 of 30 by chance.
    #expect(near >= 15)
  }

  @Test("trials of a wider space, and values out of range, do no harm")
  func foreignValues() {
    let space = SearchSpace([Build.real("x", 1, 2, log: true), Build.choice("c", 2)])
    let history = (0..<20).map { Build.complete($0, ["x": $0 < 10 ? -3 : 1.5, "c": 7, "y": 1], Double($0)) }
    let values = Build.propose(TPESampler(), space, history)
    #expect((1...2).contains(values?["x"] ?? 0))
    #expect([0, 1].contains(values?["c"]))
  }
}
