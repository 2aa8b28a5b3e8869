import Foundation

@testable import Numerics

/// The golden step: inputs, weights, gradients and losses of TensorFlow 2.15.
struct GoldenStep {
  struct Settings: Decodable {
    let losses: [Double]
    let user_vocab, item_vocab, category_vocab, max_seq_len, embedding_dim, category_dim: Int
    let units: [Int]
    let temperature, learning_rate: Double
  }

  /// The folder of the golden step.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
    path: "Golden/step"
  )

  let folder: URL
  let settings: Settings

  init(folder: URL) throws {
    self.folder = folder
    let text = try Data(contentsOf: folder.appendingPathComponent("step.json"))
    settings = try JSONDecoder().decode(Settings.self, from: text)
  }

  var shape: TwoTowerShape {
    var shape = TwoTowerShape(
      userVocabulary: settings.user_vocab,
      itemVocabulary: settings.item_vocab,
      categoryVocabulary: settings.category_vocab
    )
    shape.maxSeqLen = settings.max_seq_len
    shape.embeddingDimension = settings.embedding_dim
    shape.categoryDimension = settings.category_dim
    shape.hiddenUnits = settings.units
    shape.temperature = settings.temperature
    shape.dropout = 0
    return shape
  }

  /// The elements of an array file; version 1 of NumPy's format, little-endian, row-major, four bytes an element.
  func elements<Element: BitwiseCopyable>(_ name: String, as type: Element.Type) throws -> [Element] {
    let bytes = [UInt8](try Data(contentsOf: folder.appendingPathComponent("\(name).npy")))
    let body = 10 + Int(bytes[8]) + Int(bytes[9]) << 8
    return bytes[body...].withUnsafeBytes { raw in
      (0..<raw.count / 4).map { raw.loadUnaligned(fromByteOffset: $0 * 4, as: Element.self) }
    }
  }

  func floats(_ name: String) throws -> [Float] { try elements(name, as: Float.self) }

  /// The batch as samples.
  func samples() throws -> SampleColumns {
    SampleColumns(
      users: try elements("input_user", as: Int32.self),
      items: try elements("input_item", as: Int32.self),
      categories: try elements("input_category", as: Int32.self),
      histories: HistoryWindows(
        padded: try elements("input_history", as: Int32.self),
        length: settings.max_seq_len
      )
    )
  }

  /// A model with the initial weights.
  func model(_ compute: Compute = Compute()) throws -> TwoTowerModel {
    let model = try TwoTowerModel(shape, seed: 0, compute: compute)
    for parameter in model.parameters {
      _ = parameter.value.elements.update(fromContentsOf: try floats("initial_\(parameter.name)"))
    }
    return model
  }
}
