import FoundationEssentials
import Messages
import Numerics

/// A computation as ONNX has it, put together operator by operator.
///
/// Operators are those of version 17 of ONNX's own set. Names of what lies between inputs and outputs begin with `/`, which
/// no input and no weight does.
struct OnnxGraph {
  /// An array of the graph.
  struct Value {
    fileprivate let name: String
  }

  /// What the elements of an array are.
  enum Element: Int32 {
    case float = 1
    case int32 = 6
    case int64 = 7
    case bool = 9
    case double = 11
  }

  /// An axis of an input or output.
  enum Axis {
    /// Of any length, the same wherever the name stands.
    case free(String)
    /// Of this length.
    case fixed(Int)
    /// One entry a row of what is asked.
    static let batch = Axis.free("batch")
  }

  /// An attribute of an operator.
  enum Attribute {
    case int(Int)
    case ints([Int])
    case float(Float)
  }

  /// What goes in, in order, with what it is.
  private(set) var inputs: [Onnx_ValueInfoProto] = []
  /// What comes out.
  private(set) var outputs: [Onnx_ValueInfoProto] = []
  /// The operators, each behind those that it reads.
  private(set) var nodes: [Onnx_NodeProto] = []
  /// Small arrays.
  private(set) var constants: [Onnx_TensorProto] = []
  /// The weights that are read, in the order in which they were first asked for.
  private(set) var weights: [NamedMatrix] = []

  /// What stands before the names of the weights of the model that is put together, one of an ensemble's.
  var prefix = ""

  private let stored: [String: NamedMatrix]

  /// An empty graph that may read the weights of `model`.
  init(_ model: TwoTowerModel) {
    stored = Dictionary(model.storedWeights.map { ($0.name, $0) }) { first, _ in first }
  }

  /// The bytes of all weights.
  var weightBytes: Int { weights.reduce(0) { $0 + $1.matrix.elements.count * MemoryLayout<Float>.stride } }

  /// Declares an input; where it was declared before, it is that one.
  mutating func input(_ name: String, _ element: Element, _ axes: [Axis], _ explanation: String) -> Value {
    if !inputs.contains(where: { $0.name == name }) {
      inputs.append(Self.declaration(name, element, axes, explanation))
    }
    return Value(name: name)
  }

  /// Gives `value`, of 32-bit numbers, out under a name of its own.
  mutating func output(_ value: Value, as name: String, _ axes: [Axis], _ explanation: String) {
    add("Identity", [value.name], [name], [])
    outputs.append(Self.declaration(name, .float, axes, explanation))
  }

  /// A weight of the model, `[rows, columns]`; of an ensemble's, one of the model that ``prefix`` names.
  /// - Throws: `ModelError.weights` where the model has none of that name.
  mutating func weight(_ name: String) throws -> Value {
    let matrix = try matrix(name)
    if !weights.contains(where: { $0.name == matrix.name }) { weights.append(matrix) }
    return Value(name: matrix.name)
  }

  /// The values of a weight, row after row.
  /// - Throws: as ``weight(_:)``.
  func values(of name: String) throws -> [Float] { try matrix(name).matrix.values }

  /// How many rows a weight has.
  /// - Throws: as ``weight(_:)``.
  func rowCount(of name: String) throws -> Int { try matrix(name).matrix.rows }

  private func matrix(_ name: String) throws -> NamedMatrix {
    guard let matrix = stored[prefix + name] else {
      throw ModelError.weights("the weights have no \(prefix + name)")
    }
    return matrix
  }

  /// An array of 32-bit numbers; of one number without `dims`.
  mutating func constant(_ values: [Float], _ dims: [Int] = []) -> Value { constant(values, .float, dims) }
  /// An array of 64-bit numbers.
  mutating func constant(_ values: [Double], _ dims: [Int] = []) -> Value { constant(values, .double, dims) }
  /// An array of whole numbers.
  mutating func constant(_ values: [Int64], _ dims: [Int]) -> Value { constant(values, .int64, dims) }

  private mutating func constant<Number: BitwiseCopyable>(
    _ values: [Number],
    _ element: Element,
    _ dims: [Int]
  )
    -> Value
  {
    var tensor = Onnx_TensorProto()
    tensor.name = "/constant\(constants.count)"
    tensor.dims = dims.map(Int64.init)
    tensor.dataType = element.rawValue
    tensor.rawData = values.withUnsafeBytes { Data($0) }
    constants.append(tensor)
    return Value(name: tensor.name)
  }

  /// The first result of an operator.
  mutating func apply(_ op: String, _ inputs: [Value], _ attributes: [(String, Attribute)] = []) -> Value {
    let name = freshName
    add(op, inputs.map(\.name), [name], attributes)
    return Value(name: name)
  }

  /// The second result of an operator, the first of which nobody reads.
  mutating func applySecond(_ op: String, _ inputs: [Value], _ attributes: [(String, Attribute)]) -> Value {
    let name = freshName
    // What is not read has a name too: not every operator lets it be left out.
    add(op, inputs.map(\.name), [name + "/first", name], attributes)
    return Value(name: name)
  }

  /// The same numbers as another kind of elements.
  mutating func cast(_ value: Value, to element: Element) -> Value {
    apply("Cast", [value], [("to", .int(Int(element.rawValue)))])
  }

  private var freshName: String { "/\(nodes.count)" }

  private mutating func add(
    _ op: String,
    _ inputs: [String],
    _ outputs: [String],
    _ attributes: [(String, Attribute)]
  ) {
    var node = Onnx_NodeProto()
    node.name = "\(op)_\(nodes.count)"
    node.opType = op
    (node.input, node.output) = (inputs, outputs)
    node.attribute = attributes.map { name, value in
      var attribute = Onnx_AttributeProto()
      attribute.name = name
      switch value {
      case .int(let number): (attribute.type, attribute.i) = (.int, Int64(number))
      case .ints(let numbers): (attribute.type, attribute.ints) = (.ints, numbers.map(Int64.init))
      case .float(let number): (attribute.type, attribute.f) = (.float, number)
      }
      return attribute
    }
    nodes.append(node)
  }

  private static func declaration(_ name: String, _ element: Element, _ axes: [Axis], _ explanation: String)
    -> Onnx_ValueInfoProto
  {
    var declared = Onnx_ValueInfoProto()
    declared.name = name
    declared.docString = explanation
    declared.type.tensorType.elemType = element.rawValue
    declared.type.tensorType.shape.dim = axes.map { axis in
      var dimension = Onnx_TensorShapeProto.Dimension()
      switch axis {
      case .free(let name): dimension.dimParam = name
      case .fixed(let length): dimension.dimValue = Int64(length)
      }
      return dimension
    }
    return declared
  }
}
