/// A column that is written.
package struct ParquetField: Sendable {
  /// What its values, or the elements of its lists, are.
  package enum Kind: Sendable, Equatable {
    case boolean, int32, int64, float, double
    /// UTF-8.
    case text
    /// Counts from 1970, in 64 bits.
    case timestamp(ParquetTimeUnit)
  }

  /// Its name.
  package var name: String
  /// What its values are.
  package var kind: Kind
  /// Whether a row has a list of values, none of which is a null.
  package var isList: Bool
  /// Whether a row may have a null for a value or a list.
  package var isOptional: Bool

  /// A column of values of which each row has one, unless told otherwise.
  package init(_ name: String, _ kind: Kind, isList: Bool = false, isOptional: Bool = false) {
    self.name = name
    self.kind = kind
    self.isList = isList
    self.isOptional = isOptional
  }

  var type: PhysicalType {
    switch kind {
    case .boolean: .boolean
    case .int32: .int32
    case .int64, .timestamp: .int64
    case .float: .float
    case .double: .double
    case .text: .byteArray
    }
  }

  /// All names on the way to its leaf.
  var path: [String] { isList ? [name, "list", "element"] : [name] }
  /// The level at which a value is there.
  var maxDefinition: Int { (isOptional ? 1 : 0) + (isList ? 1 : 0) }

  /// How many parts of the schema it takes.
  var schemaSize: Int { isList ? 3 : 1 }

  /// Writes its part of the schema.
  func writeSchema(_ writer: inout CompactWriter) {
    let repetition = isOptional ? Repetition.optional : .required
    guard isList else { return writeLeaf(&writer, name, repetition) }
    writer.element {
      $0.int32(3, repetition.rawValue)
      $0.text(4, name)
      $0.int32(5, 1)
      $0.int32(6, 3)
      $0.structure(10) { $0.structure(3) }
    }
    writer.element {
      $0.int32(3, Repetition.repeated.rawValue)
      $0.text(4, "list")
      $0.int32(5, 1)
    }
    writeLeaf(&writer, "element", .required)
  }

  private func writeLeaf(_ writer: inout CompactWriter, _ name: String, _ repetition: Repetition) {
    writer.element { writer in
      writer.int32(1, type.rawValue)
      writer.int32(3, repetition.rawValue)
      writer.text(4, name)
      switch kind {
      case .text:
        writer.int32(6, 0)
        writer.structure(10) { $0.structure(1) }
      case .timestamp(let unit):
        if unit != .nanoseconds { writer.int32(6, unit == .milliseconds ? 9 : 10) }
        writer.structure(10) { writer in
          writer.structure(8) { writer in
            writer.bool(1, true)
            writer.structure(2) { $0.structure(unit == .milliseconds ? 1 : unit == .microseconds ? 2 : 3) }
          }
        }
      default: break
      }
    }
  }
}

/// The values of a column of a row group.
package struct ParquetFieldValues: Sendable {
  /// Values or elements one behind the other, those of nulls left out.
  package enum Values: Sendable {
    case booleans([Bool])
    case int32s([Int32])
    case int64s([Int64])
    case floats([Float])
    case doubles([Double])
    case texts([String])
    /// Texts by their places in `names`.
    case codes([Int32], names: [String])

    /// How many there are.
    var count: Int {
      switch self {
      case .booleans(let values): values.count
      case .int32s(let values): values.count
      case .int64s(let values): values.count
      case .floats(let values): values.count
      case .doubles(let values): values.count
      case .texts(let values): values.count
      case .codes(let values, _): values.count
      }
    }

    func fits(_ kind: ParquetField.Kind) -> Bool {
      switch (self, kind) {
      case (.booleans, .boolean), (.int32s, .int32), (.int64s, .int64), (.int64s, .timestamp),
        (.floats, .float),
        (.doubles, .double), (.texts, .text), (.codes, .text):
        true
      default: false
      }
    }
  }

  /// The values.
  package var values: Values
  /// Whether each row has a value; nil where all do, and for lists.
  package var isPresent: [Bool]?
  /// How many elements each row's list has, -1 for a null; nil where a row has one value.
  package var lengths: [Int32]?

  /// A value for each row, unless told otherwise.
  package init(_ values: Values, isPresent: [Bool]? = nil, lengths: [Int32]? = nil) {
    self.values = values
    self.isPresent = isPresent
    self.lengths = lengths
  }
}
