import Files

/// Why a value was not taken: what was expected, then what came.
struct Mismatch: Error {
  var expected: String
  var got: String
  var place: Place
  /// Whether it is about one value of a list rather than about the setting.
  var isElement = false
  /// What mends it for certain.
  var correction: Correction?
}

extension FieldKind {
  enum Reading {
    case value(Setting)
    case mismatches([Mismatch])
    /// It was reported before.
    case broken
  }

  /// Takes a node as a value of this kind; null is taken too where the setting is `optional`.
  func read(_ node: Node, optional: Bool = false) -> Reading {
    if case .broken = node.content { return .broken }
    if optional && node.isNull { return .value(.null) }
    switch self {
    case .list(let item, let count): return readList(node, of: item, count: count, optional: optional)
    case .scalarMap: return readMap(node, optional: optional)
    case .anyValue: return Setting(node).map { .value($0) } ?? .broken
    default: break
    }
    guard let scalar = node.scalar else { return mismatch(node, optional: optional) }
    if let value = value(of: scalar) { return .value(value) }
    return mismatch(node, optional: optional)
  }

  /// The scalar as this kind has it, nil where it does not fit.
  private func value(of scalar: ScalarNode) -> Setting? {
    switch self {
    case .integer(let range):
      return Self.integer(scalar).flatMap { range?.contains($0) ?? true ? .int($0) : nil }
    case .number(let range):
      return Self.number(scalar).flatMap { range.contains($0) ? .real($0) : nil }
    case .exactNumber:
      if case .int(let value) = scalar.value { return .int(value) }
      return Self.number(scalar).flatMap { $0.isFinite ? .real($0) : nil }
    case .numberOrText(let isWhole, _):
      if let text = Self.string(scalar) { return text.isEmpty ? nil : .string(text) }
      return (isWhole ? FieldKind.integer(nil) : .exactNumber).value(of: scalar)
    case .integerOrSource(let range):
      if let text = Self.string(scalar), text.hasPrefix(Self.sourceWord) {
        return text.dropFirst(Self.sourceWord.count).contains { $0 != " " } ? .string(text) : nil
      }
      return FieldKind.integer(range).value(of: scalar)
    case .boolean:
      if case .bool(let value) = scalar.value { return .bool(value) }
      return nil
    case .switchOrWord(let names):
      if case .bool(let value) = scalar.value { return .bool(value) }
      return FieldKind.choice(names).value(of: scalar)
    case .string: return Self.string(scalar).map { .string($0) }
    case .path: return Self.string(scalar).flatMap { $0.isEmpty ? nil : .string($0) }
    case .choice(let names): return Self.string(scalar).flatMap { names.contains($0) ? .string($0) : nil }
    case .column:
      if case .int(let number) = scalar.value { return number >= 1 ? .int(number) : nil }
      if let number = Self.integer(scalar) { return number >= 1 ? .int(number) : nil }
      return Self.string(scalar).flatMap { $0.isEmpty ? nil : .string($0) }
    case .list, .section, .scalarMap, .sectionMap, .anyValue: return nil
    }
  }

  private func readList(_ node: Node, of item: FieldKind, count: ClosedRange<Int>, optional: Bool) -> Reading
  {
    var items = [node]
    if case .list(let list) = node.content { items = list }
    if node.isNull || (node.entries != nil && item != .anyValue) { return mismatch(node, optional: optional) }
    var values: [Setting] = []
    var mismatches: [Mismatch] = []
    for element in items {
      switch item.read(element) {
      case .value(let value): values.append(value)
      case .broken: return .broken
      case .mismatches(let found):
        mismatches += found.map { mismatch in
          var mismatch = mismatch
          mismatch.isElement = true
          return mismatch
        }
      }
    }
    if mismatches.isEmpty, !count.contains(items.count) {
      let expected = Self.words(count: count) ?? "a list"
      return .mismatches([Mismatch(expected: expected, got: "\(items.count)", place: node.place)])
    }
    return mismatches.isEmpty ? .value(.list(values)) : .mismatches(mismatches)
  }

  private func readMap(_ node: Node, optional: Bool) -> Reading {
    guard let entries = node.entries else { return mismatch(node, optional: optional) }
    var values: [SettingEntry] = []
    for entry in entries {
      if case .broken = entry.value.content { return .broken }
      guard let scalar = entry.value.scalar, let value = Self.freeScalar(scalar) else {
        let expected = "text, true, false, null or a number of at most 64 bits"
        let got = entry.value.described
        return .mismatches([Mismatch(expected: expected, got: got, place: entry.value.place, isElement: true)]
        )
      }
      values.append(
        SettingEntry(entry.key, value.setting, origin: entry.value.origin, place: entry.keyPlace)
      )
    }
    return .value(.section(values))
  }

  /// The mismatch of this kind and a node, with a hint where the mend is one keystroke.
  private func mismatch(_ node: Node, optional: Bool) -> Reading {
    let expected = self.expected + (optional ? ", or null" : "")
    let got = node.described + (node.scalar.map(hint) ?? "")
    let mend = node.scalar.flatMap { correction(of: $0, at: node.place) }
    return .mismatches([Mismatch(expected: expected, got: got, place: node.place, correction: mend)])
  }

  private func correction(of scalar: ScalarNode, at place: Place) -> Correction? {
    switch (self, scalar.value) {
    case (.choice(let names), .string(let text)), (.switchOrWord(let names), .string(let text)):
      Correction(text, at: place, among: names)
    default: nil
    }
  }

  private func hint(_ scalar: ScalarNode) -> String {
    switch (self, scalar.value) {
    case (.integer, .string(let text)), (.integerOrSource, .string(let text)), (.number, .string(let text)),
      (.exactNumber, .string(let text)):
      if case .string = CoreSchema.scalar(plain: text).value { return "" }
      return text.isEmpty ? "" : " (a number takes no quotes)"
    case (.integer, .real(let value))
    where value.isFinite && value == value.rounded() && Int(exactly: value) == nil:
      return ", which does not fit into 64 bits"
    case (.column, .real) where scalar.isOversized: return ", which does not fit into 64 bits"
    case (.string, .int), (.string, .real), (.string, .bool), (.path, .int), (.path, .real), (.path, .bool):
      return " (put it in quotes to make it a string)"
    case (.boolean, .string(let text)):
      switch text.lowercased() {
      case "yes", "on", "y": return " (write true)"
      case "no", "off", "n": return " (write false)"
      default: return ""
      }
    case (.choice(let names), .string(let text)), (.switchOrWord(let names), .string(let text)):
      return Suggestion.clause(for: text, among: names)
    default: return ""
    }
  }

  /// An integer, written as one or as a number without a fraction (`1e3`).
  static func integer(_ scalar: ScalarNode) -> Int? {
    switch scalar.value {
    case .int(let value): value
    case .real(let value): Int(exactly: value)
    default: nil
    }
  }

  private static func number(_ scalar: ScalarNode) -> Double? {
    switch scalar.value {
    case .int(let value): Double(value)
    case .real(let value): value
    default: nil
    }
  }

  private static func string(_ scalar: ScalarNode) -> String? {
    if case .string(let text) = scalar.value { return text }
    return scalar.style == .environment ? scalar.text : nil
  }

  /// A scalar under a free name; numbers must lie within the range of 64-bit integers.
  private static func freeScalar(_ scalar: ScalarNode) -> Scalar? {
    if case .real(let value) = scalar.value, !(abs(value) < 0x1p63) { return nil }
    return scalar.value
  }
}
