import Notebook
import Numerics
import Report

/// A learning rate at which the optimiser was seen to learn nothing.
enum StallingLearningRate: LintRule {
  static let name = "stalling_learning_rate"
  static let summary = "A learning rate at which this optimiser has been seen to end at its chance level."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: TrainStep.name).compactMap { position in
      let train = plan.cells[position]
      guard let edge = train.edges.first(where: { $0.input.kind == ModelArtifact.kind }),
        let rate = train["learning_rate"]?.real, let optimizer = train.optimizer,
        let epochs = train["epochs"]?.int, let batch = train["batch_size"]?.int,
        train.loss?.form == .softmax
      else { return nil }
      let model = plan.cells[edge.producer]
      let isDense = ["query_tower", "item_tower"].allSatisfy { model[$0]?.string == "mlp" }
      let drops = (model["dropout"]?.real ?? 0) > 0
      let samples = KnownCounts(plan, behind: position).samples
      let steps = ((samples ?? SeenStall.samples) / batch + 1) * epochs
      let isSeen = SeenStall.all.contains { stall in
        stall.optimizer == optimizer.withoutDecay && stall.isDense == isDense
          && (stall.drops ?? drops) == drops && stall.rates.contains(rate) && steps <= stall.steps
          && rate * Double(steps) <= stall.product
      }
      guard isSeen else { return nil }
      return LintFinding(
        cell: position,
        key: "learning_rate",
        message(optimizer, rate, steps: steps, isKnown: samples != nil, dropsOfDense: isDense && drops)
      )
    }
  }

  private static func message(
    _ optimizer: OptimizerName,
    _ rate: Double,
    steps: Int,
    isKnown: Bool,
    dropsOfDense: Bool
  ) -> String {
    let shown = NumberFormat.significant(rate, digits: 3)
    let count = NumberFormat.grouped(steps)
    let size =
      isKnown
      ? "about \(count) steps"
      : "\(count) steps, which is these epochs of another log, seen with \(NumberFormat.grouped(SeenStall.samples)) samples (how "
        + "many yours gives is not known before it is read)"
    let way =
      dropsOfDense
      ? "set model.dropout to 0, which learned at the same rates, or train for more steps at adam's 1e-3 to 5e-3"
      : "try adam at 1e-3 to 5e-3, or more epochs"
    return
      "\(optimizer.rawValue) at \(shown) has been seen to learn next to nothing with such towers in \(size): the loss "
      + "stays where guessing is; \(way)"
  }
}
