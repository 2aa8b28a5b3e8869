import Files
import FoundationEssentials
import Numerics

/// A model's shape as JSON.
package enum SavedShape {
  package static func encoded(_ shape: TwoTowerShape) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    return String(decoding: try encoder.encode(shape), as: UTF8.self)
  }

  /// - Throws: `BundleError.damaged` where something is missing or of no known kind; `ModelError.shape`.
  package static func decoded(_ text: String) throws -> TwoTowerShape {
    let shape: TwoTowerShape
    do { shape = try JSONDecoder().decode(TwoTowerShape.self, from: Data(text.utf8)) } catch {
      throw BundleError.damaged("the model's shape lacks something or is of another version")
    }
    try shape.validate()
    return shape
  }
}
