import Clicks
import Files
import Notebook
import Numerics
import Recall

/// What `train` hands on: a model with its weights.
package struct TrainArtifact: Artifact {
  package static let kind = "train"
  /// The trained model.
  package var model: TwoTowerModel
  /// What was measured of it on validation clicks, user by user; nil where nothing was.
  package var validation: UnitValues?
  /// What the optimiser remembers; nil where that is not kept.
  package var optimizer: SavedOptimizer?

  /// What the settings of `train` say of it.
  package struct Outline: Sendable {
    /// Whether what the optimiser remembers is kept.
    package var keepsOptimizer: Bool
    /// How weights are moved.
    package var options: TrainerOptions
    /// What is made of the times of clicks.
    package var rules: SampleRules
    /// The model that it begins with; nil where it begins anew.
    var from: WarmStartSettings?
  }

  /// Makes the artifact.
  package init(model: TwoTowerModel, validation: UnitValues? = nil, optimizer: SavedOptimizer? = nil) {
    self.model = model
    self.validation = validation
    self.optimizer = optimizer
  }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws {
    // Where the bundle's file is mapped, weights stay there and are read as they are needed.
    model = try TwoTowerModel(
      try SavedShape.decoded(try bundle.text("shape")),
      weights: try WeightBundle.matrices(in: bundle, prefix: "weight")
    )
    validation = try Self.validation(in: bundle)
    guard bundle.has("optimizer.steps") else { return }
    optimizer = SavedOptimizer(
      states: try OptimizerBundle.states(in: bundle),
      steps: try bundle.ints("optimizer.steps").first ?? 0
    )
  }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("shape", text: try SavedShape.encoded(model.shape))
    WeightBundle.add(model.storedWeights, to: &bundle, prefix: "weight")
    if let validation {
      bundle.add("validation.users", validation.ids)
      bundle.add("validation.values", validation.values)
    }
    if let optimizer {
      OptimizerBundle.add(optimizer.states, to: &bundle)
      bundle.add("optimizer.steps", [optimizer.steps])
    }
    return bundle
  }

  /// The validation values alone.
  static func validation(in bundle: Bundle) throws -> UnitValues? {
    guard bundle.has("validation.users") else { return nil }
    let (ids, values) = (try bundle.int64("validation.users"), try bundle.float64("validation.values"))
    guard ids.count == values.count else {
      throw BundleError.damaged("its users and values do not fit together")
    }
    return UnitValues(ids: ids, values: values)
  }
}

/// Named matrices in bundles: their values, and their sizes beside them. What is read of a file stays there.
enum WeightBundle {
  static func add(_ weights: [NamedMatrix], to bundle: inout Bundle, prefix: String) {
    bundle.add("\(prefix).names", texts: weights.map(\.name))
    bundle.add("\(prefix).sizes", weights.flatMap { [$0.matrix.rows, $0.matrix.columns] })
    for weight in weights {
      bundle.add(
        "\(prefix).\(weight.name)",
        lent: UnsafeBufferPointer(weight.matrix.elements),
        by: weight.matrix
      )
    }
  }

  static func matrices(in bundle: Bundle, prefix: String) throws -> [NamedMatrix] {
    let sizes = try bundle.ints("\(prefix).sizes")
    let names = try bundle.texts("\(prefix).names")
    guard sizes.count == names.count * 2 else {
      throw BundleError.damaged("'\(prefix)' has \(names.count) names and \(sizes.count) sizes")
    }
    return try names.enumerated().map { index, name in
      let (rows, columns) = (sizes[2 * index], sizes[2 * index + 1])
      func check(_ count: Int) throws {
        guard rows >= 0, columns >= 0, rows.multipliedReportingOverflow(by: columns) == (count, false)
        else { throw BundleError.damaged("'\(name)' is not [\(rows), \(columns)]") }
      }
      if let (values, owner) = try bundle.lentFloat32("\(prefix).\(name)") {
        try check(values.count)
        return NamedMatrix(name: name, matrix: Matrix(rows: rows, columns: columns, lent: values, by: owner))
      }
      let values = try bundle.float32("\(prefix).\(name)")
      try check(values.count)
      return NamedMatrix(name: name, matrix: Matrix(rows: rows, columns: columns, values: values))
    }
  }
}
