import Files
import FoundationEssentials
import Messages
import SwiftProtobuf

/// Writes graphs as `.onnx` files.
struct OnnxFile {
  /// Protocol buffers end at 2 GiB. Weights of more than this many bytes go into a file of their own, which is written as
  /// they lie in memory and mapped by who loads it.
  static let mostBytesInside = 1 << 30
  /// Where weights begin in a file of their own: multiples of this, as programs map them.
  private static let alignment = 4_096

  /// The graph.
  let graph: OnnxGraph
  /// What it is called.
  let name: String
  /// What is said of the whole, by key.
  let facts: [(key: String, value: String)]

  /// The name of the file that holds the weights where they are not in the graph's own.
  static func dataName(_ name: String) -> String { name + ".data" }

  /// Writes the graph to `path`, and its weights to `dataPath`; where that is nil, they are in the same file.
  /// - Throws: `FileError`.
  func write(to path: String, dataPath: String?) throws {
    var weights: [Onnx_TensorProto] = []
    var offset = 0
    for weight in graph.weights {
      var tensor = Onnx_TensorProto()
      tensor.name = weight.name
      tensor.dims = [Int64(weight.matrix.rows), Int64(weight.matrix.columns)]
      tensor.dataType = OnnxGraph.Element.float.rawValue
      let bytes = UnsafeMutableRawBufferPointer(weight.matrix.elements)
      if dataPath == nil {
        // Lent by the matrix, which the graph holds for as long.
        tensor.rawData =
          bytes.baseAddress.map {
            Data(bytesNoCopy: $0, count: bytes.count, deallocator: .none)
          } ?? Data()
      } else {
        tensor.dataLocation = .external
        tensor.externalData = [
          Self.entry("location", Self.dataName(name + ".onnx")), Self.entry("offset", "\(offset)"),
          Self.entry("length", "\(bytes.count)"),
        ]
        offset = Self.aligned(offset + bytes.count)
      }
      weights.append(tensor)
    }
    if let dataPath { try writeData(to: dataPath) }
    let bytes: [UInt8] = try withExtendedLifetime(graph) { try model(weights).serializedBytes() }
    try AtomicFile.write(to: path) { try $0.append(bytes) }
  }

  private func writeData(to path: String) throws {
    try AtomicFile.write(to: path) { file in
      for weight in graph.weights {
        let bytes = UnsafeRawBufferPointer(weight.matrix.elements)
        try file.append(bytes)
        try file.append([UInt8](repeating: 0, count: Self.aligned(bytes.count) - bytes.count))
      }
    }
  }

  private static func aligned(_ offset: Int) -> Int { (offset + alignment - 1) / alignment * alignment }

  private func model(_ weights: [Onnx_TensorProto]) -> Onnx_ModelProto {
    var model = Onnx_ModelProto()
    model.irVersion = 8
    model.producerName = "towerbook"
    var operators = Onnx_OperatorSetIdProto()
    (operators.domain, operators.version) = ("", 17)
    model.opsetImport = [operators]
    model.metadataProps = facts.map { Self.entry($0.key, $0.value) }
    model.graph.name = name
    model.graph.node = graph.nodes
    model.graph.initializer = graph.constants + weights
    model.graph.input = graph.inputs
    model.graph.output = graph.outputs
    return model
  }

  private static func entry(_ key: String, _ value: String) -> Onnx_StringStringEntryProto {
    var entry = Onnx_StringStringEntryProto()
    (entry.key, entry.value) = (key, value)
    return entry
  }
}
