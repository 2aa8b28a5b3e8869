import Files
import Notebook
import Numerics

/// A training at the end of an epoch, and what early stopping knows: enough to go on to the same bytes.
struct TrainingCheckpoint {
  var state: TrainingState
  /// The validation metric of each epoch so far; empty without validation.
  var validation: [Double]
  /// The weights of the best epoch so far, or nil without early stopping.
  var best: [NamedMatrix]?

  init(state: TrainingState, validation: [Double], best: [NamedMatrix]?) {
    self.state = state
    self.validation = validation
    self.best = best
  }

  init(bundle: Bundle) throws {
    let reports = try bundle.float64("reports")
    let hardNegatives = try bundle.float64("hard_negatives")
    let names = try bundle.texts("optimizer.parameters")
    let optimizer = try names.enumerated().map { index, name in
      let arrays = try WeightBundle.matrices(in: bundle, prefix: "optimizer.\(index)")
      return OptimizerState(
        parameter: name,
        rows: try bundle.int32("optimizer.\(index).rows"),
        arrays: arrays
      )
    }
    let counters = try bundle.ints("counters")
    guard counters.count == 2, reports.count == 3 * hardNegatives.count else {
      throw BundleError.damaged("its counters are odd")
    }
    state = TrainingState(
      epoch: counters[0],
      step: counters[1],
      reports: stride(from: 0, to: reports.count, by: 3).map { start in
        EpochReport(
          epoch: start / 3 + 1,
          meanLoss: reports[start],
          chanceLoss: reports[start + 1],
          learningRate: reports[start + 2],
          hardNegatives: hardNegatives[start / 3]
        )
      },
      weights: try WeightBundle.matrices(in: bundle, prefix: "weight"),
      optimizer: optimizer
    )
    validation = try bundle.float64("validation")
    best = bundle.has("best.names") ? try WeightBundle.matrices(in: bundle, prefix: "best") : nil
  }

  func bundle() -> Bundle {
    var bundle = Bundle()
    bundle.add("counters", [state.epoch, state.step])
    bundle.add("reports", state.reports.flatMap { [$0.meanLoss, $0.chanceLoss, $0.learningRate] })
    bundle.add("hard_negatives", state.reports.map(\.hardNegatives))
    bundle.add("validation", validation)
    WeightBundle.add(state.weights, to: &bundle, prefix: "weight")
    if let best { WeightBundle.add(best, to: &bundle, prefix: "best") }
    bundle.add("optimizer.parameters", texts: state.optimizer.map(\.parameter))
    for (index, saved) in state.optimizer.enumerated() {
      bundle.add("optimizer.\(index).rows", saved.rows)
      WeightBundle.add(
        saved.arrays,
        to: &bundle,
        prefix: "optimizer.\(index)"
      )
    }
    return bundle
  }
}
