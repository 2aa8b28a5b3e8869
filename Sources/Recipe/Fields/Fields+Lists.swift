extension Fields {
  /// Whole numbers; a single one stands for a list of one. `count` is how many there may be.
  package mutating func ints(
    _ key: String,
    default values: [Int],
    in range: ClosedRange<Int>? = nil,
    count: ClosedRange<Int> = 0...Int.max,
    role: SettingRole = .compute,
    _ help: String
  ) -> [Int] {
    list(key, of: .integer(range), default: values.map { .int($0) }, count: count, role: role, help)
      .compactMap(\.int)
  }

  /// Numbers; a single one stands for a list of one. `count` is how many there may be.
  /// - Parameters:
  ///   - neutral: the list with which all is as before there was such a setting: it is in no key then.
  ///   - isOptional: whether null is taken, which is no number at all.
  package mutating func doubles(
    _ key: String,
    default values: [Double],
    in range: DoubleRange,
    count: ClosedRange<Int> = 0...Int.max,
    neutral: [Double]? = nil,
    isOptional: Bool = false,
    role: SettingRole = .compute,
    _ help: String
  ) -> [Double] {
    list(
      key,
      of: .number(range),
      default: values.map { .real($0) },
      count: count,
      neutral: neutral.map { .list($0.map { .real($0) }) },
      isOptional: isOptional,
      role: role,
      help
    )
    .compactMap(\.real)
  }

  /// Texts; a single one stands for a list of one. `count` is how many there may be.
  package mutating func strings(
    _ key: String,
    default values: [String],
    count: ClosedRange<Int> = 0...Int.max,
    role: SettingRole = .compute,
    _ help: String
  ) -> [String] {
    list(key, of: .string, default: values.map { .string($0) }, count: count, role: role, help)
      .compactMap(\.string)
  }

  /// One text or several, which are recorded as they are: a single one without a list. `default` is one.
  package mutating func oneOrMoreStrings(
    _ key: String,
    default value: String,
    role: SettingRole = .compute,
    _ help: String
  ) -> [String] {
    let kind = FieldKind.list(of: .string, count: 1...Int.max)
    return readOneOrMore(
      FieldSpec(name: key, kind: kind, defaultValue: .string(value), role: role, help: help)
    )
  }

  /// Likewise; none where nothing or null is written.
  package mutating func optionalStrings(
    _ key: String,
    role: SettingRole = .compute,
    _ help: String
  ) -> [String] {
    let kind = FieldKind.list(of: .string, count: 1...Int.max)
    return readOneOrMore(
      FieldSpec(name: key, kind: kind, defaultValue: .null, isOptional: true, role: role, help: help)
    )
  }

  /// The texts of a list, of which a single one is recorded without a list.
  mutating func readOneOrMore(_ spec: FieldSpec) -> [String] {
    let value = read(spec)
    if value.items.count == 1, let last = settings.indices.last { settings[last].value = value.items[0] }
    return value.string.map { [$0] } ?? value.items.compactMap(\.string)
  }

  /// Words of an enumeration; a single one stands for a list of one. `count` is how many there may be; `refusals` say of
  /// words that somebody may well try why they are none.
  package mutating func choices<E: RawRepresentable & CaseIterable & Sendable>(
    _ key: String,
    default values: [E],
    count: ClosedRange<Int> = 0...Int.max,
    role: SettingRole = .compute,
    refusals: [String: String] = [:],
    _ help: String
  ) -> [E] where E.RawValue == String {
    let word = FieldKind.choice(E.allCases.map(\.rawValue))
    let defaults = values.map { Setting.string($0.rawValue) }
    if let refused = refused(key, refusals) {
      context.problems.error(refused.words, at: refused.place)
      record(
        FieldSpec(
          name: key,
          kind: .list(of: word, count: count),
          defaultValue: .list(defaults),
          role: role,
          help: help
        )
      )
      return values
    }
    return list(key, of: word, default: defaults, count: count, role: role, help)
      .compactMap { $0.string.flatMap(E.init(rawValue:)) }
  }

  /// The first value of a list that `refusals` has words for.
  private func refused(_ key: String, _ refusals: [String: String]) -> (words: String, place: Place)? {
    guard let node = entry(key)?.value else { return nil }
    var items = [node]
    if case .list(let list) = node.content { items = list }
    for item in items {
      if let words = item.scalar.flatMap({ refusals[$0.text] }) { return (words, item.place) }
    }
    return nil
  }

  /// Columns by name or by number from 1; a single one stands for a list of one.
  package mutating func columnNames(
    _ key: String,
    default values: [ColumnReference],
    count: ClosedRange<Int> = 0...Int.max,
    role: SettingRole = .compute,
    _ help: String
  ) -> [ColumnReference] {
    list(key, of: .column, default: values.map(\.setting), count: count, role: role, help)
      .compactMap { ColumnReference($0) }
  }

  /// Values of any kind; a single one stands for a list of one. Nil where left out.
  package mutating func values(_ key: String, role: SettingRole = .compute, _ help: String) -> [Setting]? {
    let kind = FieldKind.list(of: .anyValue, count: 1...Int.max)
    let spec = FieldSpec(
      name: key,
      kind: kind,
      defaultValue: .null,
      isOptional: true,
      role: role,
      help: help
    )
    let value = read(spec)
    return value == .null ? nil : value.items
  }

  private mutating func list(
    _ key: String,
    of item: FieldKind,
    default values: [Setting],
    count: ClosedRange<Int>,
    neutral: Setting? = nil,
    isOptional: Bool = false,
    role: SettingRole,
    _ help: String
  ) -> [Setting] {
    let kind = FieldKind.list(of: item, count: count)
    let spec = FieldSpec(
      name: key,
      kind: kind,
      defaultValue: .list(values),
      isOptional: isOptional,
      role: role,
      neutralValue: neutral,
      help: help
    )
    return read(spec).items
  }
}
