/// A value of a recipe with the place it was written at.
struct Node: Sendable {
  enum Content: Sendable {
    case scalar(ScalarNode)
    case list([Node])
    case mapping([NodeEntry])
    /// Something that was already reported; readers pass over it in silence.
    case broken
  }

  var content: Content
  var place: Place
  /// What a relative path written here stands against; absolute.
  var directory: String
  var origin: SettingOrigin

  var entries: [NodeEntry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  var scalar: ScalarNode? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  var isNull: Bool { scalar?.value == .null }

  func with(_ content: Content) -> Node {
    var copy = self
    copy.content = content
    return copy
  }

  /// The value under a key, nil where this is no mapping or has no such key.
  subscript(key: String) -> Node? { entries?.first { $0.key == key }?.value }
}

/// One key of a mapping with its value.
struct NodeEntry: Sendable {
  var key: String
  var keyPlace: Place
  var value: Node
  /// Where else the key stands: in what the recipe extends, or beneath what the command line says.
  var lowerPlaces: [Place] = []

  /// Whether the key stands in a file, whoever has the last word.
  func stands(in file: String) -> Bool {
    keyPlace.file == file || lowerPlaces.contains { $0.file == file }
  }

  /// The key as it is written elsewhere as well, which has the last word.
  mutating func move(to place: Place, lower: [Place] = []) {
    lowerPlaces += [keyPlace] + lower
    keyPlace = place
  }
}

/// A scalar as it was written and as the core schema reads it.
struct ScalarNode: Sendable {
  enum Style: Sendable {
    case plain
    /// Quoted or a block scalar: always a string.
    case quoted
    /// From the environment: readers of strings take the text, others what the core schema makes of it.
    case environment
  }

  var value: Scalar
  var text: String
  var style: Style
  /// An integer beyond 64 bits; `value` is the nearest real.
  var isOversized = false
}
