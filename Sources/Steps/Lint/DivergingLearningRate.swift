import Notebook
import Numerics
import Report

/// A learning rate at which the optimiser was seen to lose what the model had.
enum DivergingLearningRate: LintRule {
  static let name = "diverging_learning_rate"
  static let summary =
    "A learning rate at which this optimiser has been seen to end with vectors that are all the same."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: TrainStep.name).compactMap { position in
      let train = plan.cells[position]
      guard let edge = train.edges.first(where: { $0.input.kind == ModelArtifact.kind }),
        let rate = train["learning_rate"]?.real, let optimizer = train.optimizer,
        let seen = SeenDivergence.lowestRate(optimizer, plan.cells[edge.producer]), rate >= seen
      else { return nil }
      let shown = NumberFormat.significant(rate, digits: 3)
      return LintFinding(
        cell: position,
        key: "learning_rate",
        "\(optimizer.rawValue) from \(NumberFormat.significant(seen, digits: 3)) on has been seen to end with item vectors that are all "
          + "zero or all the same with such towers, and this is \(shown); try 1e-3 to 5e-3, or clip_norm: 1"
      )
    }
  }
}

/// A training that ended with nothing, and from which rate on.
///
/// Measured on the made-up clicks of `recipes/quickstart.yaml`, in-batch softmax, five to six epochs, at rates 0.01, 0.03,
/// 0.1, 0.3, 1, 3, 10 and 30: the lowest from which on the next click was found among 20 items less often than popularity
/// finds it.
enum SeenDivergence {
  /// The rate from which on `optimizer` was seen to diverge with the towers of the cell `model`; nil where it was not.
  static func lowestRate(_ optimizer: OptimizerName, _ model: PlannedCell) -> Double? {
    let isDense = ["query_tower", "item_tower"].contains { model[$0]?.string == "mlp" }
    guard isDense else { return nil }
    let isDeep = (model["hidden_units"]?.items.count ?? 0) >= 3 && (model["dropout"]?.real ?? 0) > 0
    let isDot = model["similarity"]?.string == "dot"
    switch optimizer {
    case .adam, .adamw: return isDeep ? 0.01 : isDot ? 0.1 : nil
    case .adagrad: return isDeep ? 0.1 : isDot ? 3 : 1
    case .sgd: return isDeep ? 0.1 : 30
    }
  }
}
