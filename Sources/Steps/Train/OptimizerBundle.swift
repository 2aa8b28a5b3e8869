import Files
import Notebook
import Numerics

/// What an optimiser remembers, in bundles.
enum OptimizerBundle {
  static func add(_ states: [OptimizerState], to bundle: inout Bundle, prefix: String = "optimizer") {
    bundle.add("\(prefix).parameters", texts: states.map(\.parameter))
    for (index, saved) in states.enumerated() {
      bundle.add("\(prefix).\(index).rows", saved.rows)
      WeightBundle.add(saved.arrays, to: &bundle, prefix: "\(prefix).\(index)")
    }
  }

  static func states(in bundle: Bundle, prefix: String = "optimizer") throws -> [OptimizerState] {
    try bundle.texts("\(prefix).parameters").enumerated().map { index, name in
      let arrays = try WeightBundle.matrices(in: bundle, prefix: "\(prefix).\(index)")
      return OptimizerState(
        parameter: name,
        rows: try bundle.int32("\(prefix).\(index).rows"),
        arrays: arrays
      )
    }
  }
}
