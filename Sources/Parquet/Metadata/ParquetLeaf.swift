/// A column: a leaf of the schema.
package struct ParquetLeaf: Sendable {
  /// Its name: the names on the way to it with points between, without those that only make lists: `user.id`, `tags`.
  package var name: String
  /// All names on the way to it, with points between: `tags.list.element`.
  package var path: String
  /// How its values are stored.
  package var type: PhysicalType
  /// The bytes of a value where ``type`` is `fixedLengthByteArray`.
  package var length: Int
  /// What its values mean.
  package var meaning: LogicalType
  /// The level at which a value is there.
  package var maxDefinition: Int
  /// How many lists stand around it.
  package var maxRepetition: Int
  /// The level at which the innermost list has an element.
  var repeatedDefinition: Int
  /// Why it cannot be read; nil where it can.
  package var refusal: String?

  /// Whether a row has a list of values.
  package var isList: Bool { maxRepetition > 0 }
}

/// Makes the leaves of a schema as it is listed.
struct SchemaWalk {
  private static let greatestDepth = 64

  private let elements: [SchemaElement]
  private var next = 1
  private(set) var leaves: [ParquetLeaf] = []

  /// - Throws: ``ParquetError`` where the elements do not make one tree.
  static func leaves(of elements: [SchemaElement]) throws -> [ParquetLeaf] {
    guard let root = elements.first, root.type == nil else { throw ParquetError("the schema has no root") }
    var walk = SchemaWalk(elements)
    for _ in 0..<root.children { try walk.visit(Place()) }
    guard walk.next == elements.count else {
      throw ParquetError("the schema has \(elements.count) parts, its groups hold \(walk.next)")
    }
    return walk.leaves
  }

  private init(_ elements: [SchemaElement]) { self.elements = elements }

  /// What holds on the way to a node.
  private struct Place {
    var path: [String] = []
    var name: [String] = []
    var definition = 0
    var repetition = 0
    var repeatedDefinition = 0
    var isInMap = false
    /// The name of the group around it, where that is a list whose repeated child comes next.
    var list: String?
    /// Whether it is what a list is made of, and has no name of its own.
    var isElement = false
  }

  private mutating func visit(_ around: Place) throws {
    guard next < elements.count else { throw ParquetError("the schema ends in the middle of a group") }
    guard around.path.count < Self.greatestDepth else {
      throw ParquetError("the schema is nested more than \(Self.greatestDepth) deep")
    }
    let element = elements[next]
    next += 1
    var place = around
    place.path.append(element.name)
    if element.repetition != .required { place.definition += 1 }
    if element.repetition == .repeated {
      place.repetition += 1
      place.repeatedDefinition = place.definition
    }
    place.isInMap = place.isInMap || element.isMap
    (place.list, place.isElement) = (nil, false)
    if let list = around.list, element.repetition == .repeated {
      // The rules for older lists: a repeated group of several fields, or of one under these names, is the element.
      let isStructure = element.children > 1 || element.name == "array" || element.name == list + "_tuple"
      place.isElement = element.type == nil && !isStructure
    } else if !around.isElement {
      place.name.append(element.name)
    }
    if element.isList && element.repetition != .repeated { place.list = element.name }
    if let type = element.type {
      leaves.append(leaf(element, type, place))
    } else {
      for _ in 0..<element.children { try visit(place) }
    }
  }

  private func leaf(_ element: SchemaElement, _ type: PhysicalType, _ place: Place) -> ParquetLeaf {
    var refusal: String?
    if place.isInMap { refusal = "maps are not read" }
    if place.repetition > 1 { refusal = "lists within lists are not read" }
    if !element.fits(element.meaning) { refusal = "\(element.meaning) stored as \(type) is not read" }
    if case .other(let name) = element.meaning {
      refusal = refusal ?? "values of the type \(name) are not read"
    }
    return ParquetLeaf(
      name: place.name.joined(separator: "."),
      path: place.path.joined(separator: "."),
      type: type,
      length: element.length,
      meaning: element.meaning,
      maxDefinition: place.definition,
      maxRepetition: place.repetition,
      repeatedDefinition: place.repeatedDefinition,
      refusal: refusal
    )
  }
}
