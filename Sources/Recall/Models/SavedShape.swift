import Files
import Numerics

/// A model's shape as JSON.
package enum SavedShape {
  package static func encoded(_ shape: TwoTowerShape) throws -> String {
    try CodableJSON.text(shape, indented: true)
  }

  /// - Throws: `BundleError.damaged` where something is missing or of no known kind; `ModelError.shape`.
  package static func decoded(_ text: String) throws -> TwoTowerShape {
    let shape: TwoTowerShape
    do { shape = try CodableJSON.value(TwoTowerShape.self, from: text) } catch {
      throw BundleError.damaged("the model's shape lacks something or is of another version")
    }
    // Longer ones are no shape that a recipe can ask for, and room is made for all clicks.
    guard shape.maxSeqLen <= 1_000_000 else {
      throw BundleError.damaged("the model's histories have \(shape.maxSeqLen) clicks")
    }
    guard shape.pooling != .transformer || shape.transformer != nil else {
      throw BundleError.damaged("the model's shape lacks the blocks of its transformer")
    }
    try shape.validate()
    return shape
  }
}
