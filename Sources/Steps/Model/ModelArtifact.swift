import Files
import FoundationEssentials
import Notebook
import Numerics
import Recall

/// What `model` hands on: the shape of a two-tower model. Weights come with training.
package struct ModelArtifact: Artifact {
  package static let kind = "model"
  /// What its settings alone say of it.
  package struct Outline: Sendable {
    /// The settings.
    let settings: ModelSettings
    /// How the clicks of a history become one vector.
    var pooling: TwoTowerShape.Pooling { settings.pooling }
    /// Where its tables lie.
    package var tables: TablePlace { settings.tables }
    /// How vectors are compared.
    package var similarity: TwoTowerShape.Similarity
    /// Whether the temperature is learned.
    package var learnsTemperature: Bool
    /// Whether a score can be below 0.
    package var hasSignedScores: Bool
    /// Whether scores have what items gain by recent clicks.
    package var hasTrend: Bool
    /// Whether what these count is learned.
    package var learnsTrend: Bool
    /// Whether several models are joined.
    package var isEnsemble: Bool
    /// How many vectors a query has.
    package var interests: Int
    /// The width of vectors; nil where it hangs on the features.
    package var vectorDimension: Int?
  }

  /// What the model is made of.
  package var shape: TwoTowerShape

  /// Makes the artifact.
  package init(shape: TwoTowerShape) { self.shape = shape }

  /// Reads the artifact from a bundle.
  package init(bundle: Bundle) throws { shape = try SavedShape.decoded(try bundle.text("shape")) }

  /// Puts the artifact into a bundle.
  package func bundle() throws -> Bundle {
    var bundle = Bundle()
    bundle.add("shape", text: try SavedShape.encoded(shape))
    return bundle
  }
}
