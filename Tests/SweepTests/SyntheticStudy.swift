import Glibc
import Report

@testable import Sweep

/// A made-up study of six parameters, one of them conditional, with successive halving.
enum SyntheticStudy {
  static let metric = "eval.validation.ndcg@20"
  static let losses = ["softmax", "bpr", "in_batch"]
  static let parameters = [
    Parameter(name: "train.learning_rate", distribution: .real(min: 1e-4, max: 0.1, isLog: true, step: nil)),
    Parameter(name: "model.dimension", distribution: .integer(min: 16, max: 256, isLog: true, step: 1)),
    Parameter(name: "train.loss", distribution: .categorical(count: 3, probabilities: nil)),
    Parameter(
      name: "train.temperature",
      distribution: .real(min: 0.02, max: 1, isLog: true, step: nil),
      when: [.init(parameter: "train.loss", allowed: [0, 2])]
    ),
    Parameter(name: "train.dropout", distribution: .real(min: 0, max: 0.5, isLog: false, step: nil)),
    Parameter(name: "train.negatives", distribution: .integer(min: 1, max: 20, isLog: false, step: 1)),
  ]

  /// Even numbers of 0 to below 1, the same for the same seed.
  struct Draws {
    var state: UInt64
    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 11) / 9_007_199_254_740_992
    }
    mutating func normal() -> Double {
      (-2 * log(max(next(), 1e-12))).squareRoot() * cos(2 * .pi * next())
    }
  }

  static func facts(trials count: Int = 60) -> StudyFacts {
    var facts = StudyFacts(
      title: "Study of quickstart.yaml",
      recipe: "quickstart.yaml",
      goals: [Goal(metric: metric, direction: .maximize)],
      space: SearchSpace(parameters)
    )
    var draws = Draws(state: 7)
    facts.trials = (0..<count).map { trial($0, &draws) }
    facts.command = "towerbook sweep quickstart.sweep.yaml --trials \(count) --parallel 2"
    facts.method = "the tree-structured Parzen estimator"
    facts.earlyTermination = "asynchronous successive halving (reduction 3, from epoch 1)"
    facts.shown = { name, value in
      if name == "train.loss" { return losses[min(max(Int(value), 0), 2)] }
      return NumberFormat.significant(value, digits: 3)
    }
    facts.baseline = 0.2134
    facts.bestRecipeFile = "best.yaml"
    facts.seed = 7
    facts.importance = ParameterImportance(
      method: "fANOVA",
      shares: [
        ("train.learning_rate", 0.52), ("model.dimension", 0.21), ("train.loss", 0.13),
        ("train.temperature", 0.08), ("train.dropout", 0.04), ("train.negatives", 0.02),
      ]
    )
    (facts.cost.wallSeconds, facts.cost.parallel, facts.cost.ownSeconds) = (5400, 2, 9900)
    (facts.cost.savedBySharing, facts.cost.savedByPruning) = (2400, 7300)
    (facts.cost.cellsExecuted, facts.cost.cellsShared) = (180, 240)
    facts.confirmation = confirmation(facts)
    return facts
  }

  static func confirmation(_ facts: StudyFacts) -> Confirmation? {
    let ranked = facts.trials.filter { $0.firstValue != nil }
      .sorted { ($0.firstValue ?? 0) > ($1.firstValue ?? 0) }
    var draws = Draws(state: 99)
    let entries = ranked.prefix(3).map { trial -> Confirmation.Entry in
      let value = trial.firstValue ?? 0
      let fresh = (0..<5).map { _ in value - 0.002 + 0.002 * draws.normal() }
      return .init(
        group: trial.number,
        searchValue: value,
        validation: fresh,
        test: fresh.map { $0 - 0.008 }
      )
    }
    guard !entries.isEmpty else { return nil }
    return Confirmation(seeds: [101, 102, 103, 104, 105], testMetric: "eval.test.ndcg@20", entries: entries)
  }

  private static func trial(_ number: Int, _ draws: inout Draws) -> Trial {
    // Later trials look nearer to the good place, as a sampler would.
    let pull = min(0.7, Double(number) / 60)
    func near(_ good: Double) -> Double { pull * good + (1 - pull) * draws.next() }
    let loss = near(0.1) < 0.33 ? 0.0 : draws.next() < 0.5 ? 1 : 2
    var values: Assignment = [
      "train.learning_rate": pow(10, -4 + 3 * near(0.55)),
      "model.dimension": (16 * pow(16, near(0.8))).rounded(), "train.loss": loss,
      "train.dropout": 0.5 * near(0.3), "train.negatives": (1 + 19 * draws.next()).rounded(),
    ]
    if loss != 1 { values["train.temperature"] = 0.02 * pow(50, near(0.4)) }
    var trial = Trial(number: number, assignment: values)
    let rate = (log10(values["train.learning_rate"] ?? 1) + 2.35) / 1.2
    let size = log2((values["model.dimension"] ?? 16) / 128) / 4
    let quality =
      0.255 - 0.09 * min(rate * rate, 1.6) - 0.05 * size * size - (loss == 1 ? 0.02 : 0)
      + 0.003 * draws.normal()
    if number % 19 == 11 {
      trial.state = .failed
      trial.reason = "epoch 2\nthe loss is not a number: the learning rate may be too high"
      return trial
    }
    let final = max(quality, 0.01)
    let last = final > 0.242 - 0.02 * (1 - pull) ? 9 : final > 0.225 ? 3 : 1
    trial.intermediates = (1...last).map { epoch in
      let grown = final * (1 - 0.75 * exp(-Double(epoch) / 2.2)) + 0.0015 * draws.normal()
      return .init(step: epoch, value: grown)
    }
    trial.state = last == 9 ? .complete : .pruned
    if last == 9 { trial.values = [trial.intermediates.last?.value ?? final] }
    return trial
  }
}
