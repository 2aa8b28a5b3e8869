extension Setting {
  /// The switch, or nil where it is none.
  package var bool: Bool? {
    if case .bool(let value) = self { return value }
    return nil
  }

  /// The whole number, or nil where it is none.
  package var int: Int? {
    if case .int(let value) = self { return value }
    return nil
  }

  /// The number, or nil where it is none or a whole one.
  package var real: Double? {
    if case .real(let value) = self { return value }
    return nil
  }

  /// The text, or nil where it is none.
  package var string: String? {
    if case .string(let value) = self { return value }
    return nil
  }

  /// The values of a list; none where it is no list.
  package var items: [Setting] {
    if case .list(let items) = self { return items }
    return []
  }
}
