/// Named arrays and some text in one file, as Hugging Face's `safetensors` reads and writes them.
///
/// Source: the format's description in huggingface/safetensors: eight bytes of header length, a JSON
/// header filled up with blanks to a multiple of eight, then the arrays without gaps. As the original
/// does, wider elements come first and names ascend, so that every array is aligned.
package struct SafetensorsFile: Sendable {
  /// The arrays, in the order they lie in the file.
  package private(set) var tensors: [Tensor]
  /// Free text under `__metadata__`, ascending by key.
  package private(set) var metadata: [(key: String, value: String)]

  /// One array.
  package struct Tensor: Sendable {
    /// Its name, unique in the file and not `__metadata__`.
    package let name: String
    /// The length of each axis.
    package let shape: [Int]
    /// All elements, the last axis running fastest.
    package let values: Values

    /// Takes `values` as an array of `shape`, whose product is their number.
    package init(name: String, shape: [Int], values: Values) {
      precondition(checkedProduct(shape) == values.count, "the shape holds as many elements as there are")
      self.name = name
      self.shape = shape
      self.values = values
    }

    /// Takes a copy of a matrix as `[rows, columns]`.
    package init(name: String, matrix: Matrix) {
      self.init(name: name, shape: [matrix.rows, matrix.columns], values: .float32(matrix.values))
    }
  }

  /// The elements of an array.
  package enum Values: Sendable, Equatable {
    /// 32-bit floating point.
    case float32([Float])
    /// 64-bit floating point.
    case float64([Double])
    /// 32-bit signed integers.
    case int32([Int32])
    /// 64-bit signed integers.
    case int64([Int64])
    /// 8-bit unsigned integers.
    case uint8([UInt8])
    /// 16-bit unsigned integers.
    case uint16([UInt16])

    /// What the elements are.
    package var kind: ElementKind {
      switch self {
      case .float32: .float32
      case .float64: .float64
      case .int32: .int32
      case .int64: .int64
      case .uint8: .uint8
      case .uint16: .uint16
      }
    }

    /// How many there are.
    package var count: Int {
      switch self {
      case .float32(let values): values.count
      case .float64(let values): values.count
      case .int32(let values): values.count
      case .int64(let values): values.count
      case .uint8(let values): values.count
      case .uint16(let values): values.count
      }
    }
  }

  /// Takes arrays of different names and texts under different keys, in any order.
  package init(tensors: [Tensor], metadata: [(key: String, value: String)] = []) {
    let names = tensors.map(\.name).sorted()
    precondition(
      zip(names, names.dropFirst()).allSatisfy(!=) && !names.contains("__metadata__"),
      "tensors have different names"
    )
    self.tensors = tensors.sorted {
      $0.values.kind.byteCount != $1.values.kind.byteCount
        ? $0.values.kind.byteCount > $1.values.kind.byteCount
        : Array($0.name.utf8).lexicographicallyPrecedes(Array($1.name.utf8))
    }
    self.metadata = metadata.sorted { $0.key < $1.key }
  }

  /// The array called `name`, if there is one.
  package func tensor(_ name: String) -> Tensor? {
    tensors.first { $0.name == name }
  }
}
