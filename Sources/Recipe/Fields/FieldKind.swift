/// What a setting takes: the one description that reading, help and the JSON Schema are made from.
package indirect enum FieldKind: Sendable, Equatable {
  /// A whole number, within a range if there is one.
  case integer(ClosedRange<Int>?)
  /// A finite number.
  case number(DoubleRange)
  /// A finite number, whole ones to the last digit.
  case exactNumber
  /// A finite number, which may have to be whole, or a text, which is called so.
  case numberOrText(isWhole: Bool, text: String)
  /// A whole number within a range, or `from NAME`, which says what gives it.
  case integerOrSource(ClosedRange<Int>)
  /// `true` or `false`.
  case boolean
  /// `true`, `false`, or one of these words.
  case switchOrWord([String])
  /// A text.
  case string
  /// A path of at least one character.
  case path
  /// One of these words.
  case choice([String])
  /// A column's name, or its number from 1.
  case column
  /// A list of so many values; a single value stands for a list of one.
  case list(of: FieldKind, count: ClosedRange<Int>)
  /// Settings under declared names.
  case section
  /// Scalars under free names.
  case scalarMap
  /// Settings of one kind under free names.
  case sectionMap
  /// Whatever another setting takes: a scalar, a list, a mapping.
  case anyValue

  /// The type in a word or two, for help.
  package var typeName: String {
    switch self {
    case .integer: "integer"
    case .number, .exactNumber: "number"
    case .numberOrText(let isWhole, _): isWhole ? "integer or text" : "number or text"
    case .integerOrSource: "integer or 'from …'"
    case .boolean: "boolean"
    case .switchOrWord: "boolean or choice"
    case .string: "string"
    case .path: "path"
    case .choice: "choice"
    case .column: "column"
    case .list(let item, _): "list of \(item.typeName)s"
    case .section: "section"
    case .scalarMap, .sectionMap: "mapping"
    case .anyValue: "value"
    }
  }

  /// What it takes besides its type, for help: a range, the choices, how many values; nil for anything.
  package var rangeText: String? {
    switch self {
    case .integer(let range): range.flatMap(Self.words(of:))
    case .integerOrSource(let range): Self.words(of: range)
    case .number(let range): range.words
    case .choice(let names): names.joined(separator: " | ")
    case .switchOrWord(let names): (["true", "false"] + names).joined(separator: " | ")
    case .list(let item, let count):
      [Self.words(count: count), item.rangeText.map { "each \($0)" }].compactMap { $0 }.joined(
        separator: ", "
      )
      .nonEmpty
    default: nil
    }
  }

  /// What it takes, for the "expected …" of a message.
  var expected: String {
    switch self {
    case .integer(let range):
      ["an integer", range.flatMap(Self.words(of:))].compactMap { $0 }.joined(separator: " ")
    case .number(let range): ["a finite number", range.words].compactMap { $0 }.joined(separator: " ")
    case .exactNumber: "a finite number"
    case .numberOrText(let isWhole, let text): "\(isWhole ? "an integer" : "a finite number") or \(text)"
    case .integerOrSource(let range): "\(FieldKind.integer(range).expected) or 'from …'"
    case .boolean: "true or false"
    case .switchOrWord(let names): "true, false or \(names.map { "'\($0)'" }.joined(separator: " or "))"
    case .string: "a string"
    case .path: "a path"
    case .choice(let names): names.count == 1 ? "'\(names[0])'" : "one of " + names.joined(separator: ", ")
    case .column: "a column's name or its number (from 1)"
    case .list(let item, _): "a list, each value \(item.expected)"
    case .section: "a mapping of settings"
    case .scalarMap: "a mapping of names to values"
    case .sectionMap: "a mapping of names to settings"
    case .anyValue: "a value"
    }
  }

  /// What stands before the name of what gives a number.
  static let sourceWord = "from "

  /// A range of integers in words, as in "an integer …"; nil for all.
  static func words(of range: ClosedRange<Int>) -> String? {
    let (low, high) = (range.lowerBound, range.upperBound)
    if low == high { return "equal to \(low)" }
    if low == Int.min { return high == Int.max ? nil : "of at most \(high)" }
    return high == Int.max ? "of at least \(low)" : "from \(low) to \(high)"
  }

  /// How many values a list takes, in words; nil for any number.
  static func words(count: ClosedRange<Int>) -> String? {
    let (low, high) = (count.lowerBound, count.upperBound)
    let unit = (low == high ? low : high == Int.max ? low : high) == 1 ? "value" : "values"
    if low == high { return "\(low) \(unit)" }
    if low == 0 { return high == Int.max ? nil : "at most \(high) \(unit)" }
    return high == Int.max ? "at least \(low) \(unit)" : "\(low) to \(high) \(unit)"
  }

  /// A value of this kind for readers that found nothing usable; the run never sees it.
  var placeholder: Setting {
    switch self {
    case .integer(let range): .int(range.map { min(max(0, $0.lowerBound), $0.upperBound) } ?? 0)
    case .integerOrSource(let range): .int(range.lowerBound)
    case .number(let range): .real(range.lower?.value ?? range.upper?.value ?? 0)
    case .exactNumber, .numberOrText: .int(0)
    case .boolean, .switchOrWord: .bool(false)
    case .string, .path: .string("")
    case .choice(let names): .string(names.first ?? "")
    case .column: .int(1)
    case .list: .list([])
    case .section, .scalarMap, .sectionMap: .section([])
    case .anyValue: .null
    }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
