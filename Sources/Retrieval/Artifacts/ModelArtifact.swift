import FoundationEssentials
import Notebook
import Numerics

/// What `model` hands on: the shape of a two-tower model. Weights come with training.
package struct ModelArtifact: Artifact {
  /// The kind.
  package static let kind = "model"
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

/// A model's shape as JSON.
enum SavedShape {
  static func encoded(_ shape: TwoTowerShape) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(shape), as: UTF8.self)
  }

  /// - Throws: `BundleError.damaged` where something is missing or of no known kind; `ModelError.shape`.
  static func decoded(_ text: String) throws -> TwoTowerShape {
    let shape: TwoTowerShape
    do { shape = try JSONDecoder().decode(TwoTowerShape.self, from: Data(text.utf8)) } catch {
      throw BundleError.damaged("the model's shape lacks something or is of another version")
    }
    try shape.validate()
    return shape
  }
}
