extension Fields {
  /// A whole number; `in` is the range it must lie in, ends included.
  /// - Parameter neutral: the value with which all is as before there was such a setting: it is in no key then.
  package mutating func int(
    _ key: String,
    default value: Int,
    in range: ClosedRange<Int>? = nil,
    role: SettingRole = .compute,
    neutral: Int? = nil,
    _ help: String
  ) -> Int {
    let spec = FieldSpec(
      name: key,
      kind: .integer(range),
      defaultValue: .int(value),
      role: role,
      neutralValue: neutral.map { .int($0) },
      help: help
    )
    return read(spec).int ?? value
  }

  /// A whole number whose default is another cell's setting, named as `config.seed`.
  package mutating func int(
    _ key: String,
    defaultFrom setting: String,
    in range: ClosedRange<Int>? = nil,
    role: SettingRole = .compute,
    _ help: String
  ) -> Int {
    let kind = FieldKind.integer(range)
    return read(FieldSpec(name: key, kind: kind, defaultReference: setting, role: role, help: help)).int ?? 0
  }

  /// A whole number that may be left out or null, which is nil.
  package mutating func optionalInt(
    _ key: String,
    in range: ClosedRange<Int>? = nil,
    role: SettingRole = .compute,
    _ help: String
  ) -> Int? {
    let kind = FieldKind.integer(range)
    return read(
      FieldSpec(name: key, kind: kind, defaultValue: .null, isOptional: true, role: role, help: help)
    ).int
  }

  /// A finite number within a range; whole numbers are taken too.
  package mutating func double(
    _ key: String,
    default value: Double,
    in range: DoubleRange = .any,
    role: SettingRole = .compute,
    _ help: String
  ) -> Double {
    let kind = FieldKind.number(range)
    return read(FieldSpec(name: key, kind: kind, defaultValue: .real(value), role: role, help: help)).real
      ?? value
  }

  /// A finite number within a range that may be left out or null, which is nil.
  package mutating func optionalDouble(
    _ key: String,
    in range: DoubleRange = .any,
    role: SettingRole = .compute,
    _ help: String
  ) -> Double? {
    let kind = FieldKind.number(range)
    return read(
      FieldSpec(name: key, kind: kind, defaultValue: .null, isOptional: true, role: role, help: help)
    ).real
  }

  /// A number as it is written: whole ones lose nothing.
  package enum Number: Sendable, Equatable {
    /// A whole number of 64 bits.
    case whole(Int)
    /// Any other.
    case real(Double)

    /// The number as text.
    package var text: String {
      switch self {
      case .whole(let value): "\(value)"
      case .real(let value): "\(value)"
      }
    }
  }

  /// A finite number of any size that may be left out or null, which is nil; whole numbers are exact.
  package mutating func optionalNumber(_ key: String, role: SettingRole = .compute, _ help: String) -> Number?
  {
    let spec = FieldSpec(
      name: key,
      kind: .exactNumber,
      defaultValue: .null,
      isOptional: true,
      role: role,
      help: help
    )
    switch read(spec) {
    case .int(let value): return .whole(value)
    case .real(let value): return .real(value)
    default: return nil
    }
  }

  /// What a setting holds that takes a number or a text.
  package enum NumberOrText: Sendable, Equatable {
    /// A number.
    case number(Number)
    /// A text of one character at least.
    case text(String)
  }

  /// A finite number of any size, or a text, that may be left out or null, which is nil.
  /// - Parameters:
  ///   - what: what the text is called, in messages.
  ///   - isWhole: whether a number must be whole.
  package mutating func optionalNumber(
    _ key: String,
    orText what: String,
    isWhole: Bool = false,
    role: SettingRole = .compute,
    _ help: String
  ) -> NumberOrText? {
    let spec = FieldSpec(
      name: key,
      kind: .numberOrText(isWhole: isWhole, text: what),
      defaultValue: .null,
      isOptional: true,
      role: role,
      help: help
    )
    switch read(spec) {
    case .int(let value): return .number(.whole(value))
    case .real(let value): return .number(.real(value))
    case .string(let text): return .text(text)
    default: return nil
    }
  }

  /// What a setting holds that takes a whole number, or the name of what gives one.
  package enum Count: Sendable, Equatable {
    /// The number.
    case number(Int)
    /// The name behind `from`.
    case source(String)
  }

  /// A whole number in a range, ends included, or `from NAME`, which says what gives it.
  package mutating func count(
    _ key: String,
    default value: Int,
    in range: ClosedRange<Int>,
    role: SettingRole = .compute,
    _ help: String
  ) -> Count {
    let spec = FieldSpec(
      name: key,
      kind: .integerOrSource(range),
      defaultValue: .int(value),
      role: role,
      help: help
    )
    guard case .string(let text) = read(spec) else { return .number(settings.last?.value.int ?? value) }
    let name = text.dropFirst(FieldKind.sourceWord.count).drop { $0 == " " }
    return .source(String(name.reversed().drop { $0 == " " }.reversed()))
  }

  /// Records the setting that was read last under a name that will mean the same later: `from latest` as the run that is it.
  package mutating func settle(source name: String) {
    guard let last = settings.indices.last else { return }
    settings[last].value = .string(FieldKind.sourceWord + name)
  }

  /// Likewise one that holds the bare name, which is no path then.
  package mutating func settle(name: String) {
    guard let last = settings.indices.last else { return }
    settings[last].value = .string(name)
    settings[last].absolutePaths = []
  }

  /// A switch: `true` or `false`.
  package mutating func bool(
    _ key: String,
    default value: Bool,
    role: SettingRole = .compute,
    _ help: String
  ) -> Bool {
    read(FieldSpec(name: key, kind: .boolean, defaultValue: .bool(value), role: role, help: help)).bool
      ?? value
  }

  /// A switch that may be left out or null, which is nil.
  package mutating func optionalBool(_ key: String, role: SettingRole = .compute, _ help: String) -> Bool? {
    read(FieldSpec(name: key, kind: .boolean, defaultValue: .null, isOptional: true, role: role, help: help))
      .bool
  }

  /// A switch, or one of an enumeration's words; nil for `false`.
  /// - Parameter isOn: what `true` stands for.
  package mutating func optionalChoice<E: RawRepresentable & CaseIterable & Sendable>(
    _ key: String,
    orSwitch isOn: E,
    role: SettingRole = .compute,
    _ help: String
  ) -> E? where E.RawValue == String {
    let words = E.allCases.map(\.rawValue).filter { $0 != isOn.rawValue }
    let kind = FieldKind.switchOrWord(words)
    switch read(FieldSpec(name: key, kind: kind, defaultValue: .bool(false), role: role, help: help)) {
    case .bool(true): return isOn
    case .string(let text): return E(rawValue: text)
    default: return nil
    }
  }

  /// A text.
  package mutating func string(
    _ key: String,
    default value: String,
    role: SettingRole = .compute,
    _ help: String
  ) -> String {
    read(FieldSpec(name: key, kind: .string, defaultValue: .string(value), role: role, help: help)).string
      ?? value
  }

  /// A text that may be left out or null, which is nil.
  package mutating func optionalString(
    _ key: String,
    role: SettingRole = .compute,
    _ help: String
  ) -> String? {
    read(FieldSpec(name: key, kind: .string, defaultValue: .null, isOptional: true, role: role, help: help))
      .string
  }

  /// A text that must be written; empty where it is missing, which is recorded as an error.
  package mutating func requiredString(
    _ key: String,
    role: SettingRole = .compute,
    _ help: String
  ) -> String {
    read(FieldSpec(name: key, kind: .string, role: role, help: help)).string ?? ""
  }

  /// One of an enumeration's words.
  /// - Parameter neutral: the word with which all is as before there was such a setting: it is in no key then.
  package mutating func choice<E: RawRepresentable & CaseIterable & Sendable>(
    _ key: String,
    default value: E,
    role: SettingRole = .compute,
    neutral: E? = nil,
    _ help: String
  ) -> E where E.RawValue == String {
    let spec = FieldSpec(
      name: key,
      kind: .choice(E.allCases.map(\.rawValue)),
      defaultValue: .string(value.rawValue),
      role: role,
      neutralValue: neutral.map { .string($0.rawValue) },
      help: help
    )
    return read(spec).string.flatMap(E.init(rawValue:)) ?? value
  }

  /// One of the cases of `type` that may be left out or null, which is nil.
  package mutating func optionalChoice<E: RawRepresentable & CaseIterable & Sendable>(
    _ key: String,
    _ type: E.Type,
    role: SettingRole = .compute,
    _ help: String
  ) -> E? where E.RawValue == String {
    let kind = FieldKind.choice(E.allCases.map(\.rawValue))
    let spec = FieldSpec(
      name: key,
      kind: kind,
      defaultValue: .null,
      isOptional: true,
      role: role,
      help: help
    )
    return read(spec).string.flatMap(E.init(rawValue:))
  }

  /// A table's column, by name or by number from 1.
  package mutating func columnName(
    _ key: String,
    default value: ColumnReference,
    role: SettingRole = .compute,
    _ help: String
  ) -> ColumnReference {
    let spec = FieldSpec(name: key, kind: .column, defaultValue: value.setting, role: role, help: help)
    return ColumnReference(read(spec)) ?? value
  }

  /// A table's column that may be null, which is nil; `default` where it is left out.
  package mutating func optionalColumnName(
    _ key: String,
    default value: ColumnReference? = nil,
    role: SettingRole = .compute,
    _ help: String
  ) -> ColumnReference? {
    let spec = FieldSpec(
      name: key,
      kind: .column,
      defaultValue: value?.setting ?? .null,
      isOptional: true,
      role: role,
      help: help
    )
    return ColumnReference(read(spec))
  }
}
