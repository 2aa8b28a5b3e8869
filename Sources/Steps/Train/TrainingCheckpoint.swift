import Files
import Notebook
import Numerics
import Recall

/// A training at the end of an epoch, and what early stopping knows: enough to go on to the same bytes.
struct TrainingCheckpoint {
  var state: TrainingState
  /// The validation metric of each epoch so far; empty without validation.
  var validation: [Double]
  /// The weights of the best epoch so far, or nil without early stopping.
  var best: [NamedMatrix]?
  /// What the optimiser remembered then, where that is kept.
  var bestOptimizer: SavedOptimizer?
  /// What the validation metrics are the means of, one an epoch, all of the same users; empty where nobody asked.
  var validationUnits: [UnitValues]

  init(
    state: TrainingState,
    validation: [Double],
    best: [NamedMatrix]?,
    bestOptimizer: SavedOptimizer? = nil,
    validationUnits: [UnitValues] = []
  ) {
    self.state = state
    self.validation = validation
    self.best = best
    self.bestOptimizer = bestOptimizer
    self.validationUnits = validationUnits
  }

  init(bundle: Bundle) throws {
    let reports = try bundle.float64("reports")
    let hardNegatives = try bundle.float64("hard_negatives")
    let optimizer = try OptimizerBundle.states(in: bundle)
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
    validationUnits = []
    if bundle.has("validation.ids") {
      let ids = try bundle.int64("validation.ids")
      let values = try bundle.float64("validation.values")
      guard !ids.isEmpty, values.count % ids.count == 0, values.count / ids.count == validation.count else {
        throw BundleError.damaged("its users are odd")
      }
      validationUnits = stride(from: 0, to: values.count, by: ids.count).map { start in
        UnitValues(ids: ids, values: Array(values[start..<(start + ids.count)]))
      }
    }
    best = bundle.has("best.names") ? try WeightBundle.matrices(in: bundle, prefix: "best") : nil
    if bundle.has("best.optimizer.steps") {
      bestOptimizer = SavedOptimizer(
        states: try OptimizerBundle.states(in: bundle, prefix: "best.optimizer"),
        steps: try bundle.ints("best.optimizer.steps").first ?? 0
      )
    }
  }

  func bundle() -> Bundle {
    var bundle = Bundle()
    bundle.add("counters", [state.epoch, state.step])
    bundle.add("reports", state.reports.flatMap { [$0.meanLoss, $0.chanceLoss, $0.learningRate] })
    bundle.add("hard_negatives", state.reports.map(\.hardNegatives))
    bundle.add("validation", validation)
    if let first = validationUnits.first {
      bundle.add("validation.ids", first.ids)
      bundle.add("validation.values", validationUnits.flatMap(\.values))
    }
    WeightBundle.add(state.weights, to: &bundle, prefix: "weight")
    if let best { WeightBundle.add(best, to: &bundle, prefix: "best") }
    if let bestOptimizer {
      OptimizerBundle.add(bestOptimizer.states, to: &bundle, prefix: "best.optimizer")
      bundle.add("best.optimizer.steps", [bestOptimizer.steps])
    }
    OptimizerBundle.add(state.optimizer, to: &bundle)
    return bundle
  }
}
