import Sweep

/// Studies and trials to test with.
enum Studies {
  /// One goal, four parameters, one of each kind.
  static func info() -> StudyInfo {
    var info = StudyInfo(
      name: "two towers",
      recipe: "recipes/a.yaml",
      digest: "d1",
      seed: .max,
      goals: [Goal(metric: "eval.ndcg@20", direction: .maximize)],
      space: SearchSpace([
        Parameter(name: "rate", distribution: .real(min: 0.001, max: 1, isLog: true, step: nil)),
        Parameter(name: "width", distribution: .integer(min: 8, max: 64, isLog: false, step: 8)),
        Parameter(name: "loss", distribution: .categorical(count: 3, probabilities: nil)),
        Parameter(
          name: "margin",
          distribution: .normal(mean: 0, deviation: 0.5),
          when: [.init(parameter: "loss", allowed: [1])]
        ),
      ])
    )
    info.overrides = ["train.epochs=3"]
    info.definition = #"{"trials": 4, "name": "a/b"}"#
    info.created = 1_700_000_000.25
    return info
  }

  /// Proposes a trial at a time up to `limit`.
  static func upTo(_ limit: Int) -> ([Trial]) -> [Trial]? {
    { $0.count < limit ? [Trial(number: $0.count, assignment: ["rate": 0.1])] : nil }
  }
}
