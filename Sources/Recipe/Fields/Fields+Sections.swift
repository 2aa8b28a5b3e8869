extension Fields {
  /// Settings under a key of their own; left out or null, all of them have their defaults.
  package mutating func section<T>(_ key: String, _ help: String, _ body: (inout Fields) -> T) -> T {
    let entry = self.entry(key)
    var inner = reader(of: key, entry, optional: false)
    let result = body(&inner)
    close(key, inner, entry, optional: false, help)
    return result
  }

  /// Settings under a key of their own that may be left out or null, which is nil.
  ///
  /// The body runs all the same, over nothing, so that its settings are declared; its result is dropped.
  /// - Parameter shorthand: the setting inside for which a bare value stands: `from: model` for `from: { model: model }`.
  package mutating func optionalSection<T>(
    _ key: String,
    _ help: String,
    shorthand: String? = nil,
    _ body: (inout Fields) -> T
  ) -> T? {
    let entry = self.entry(key).map { shorthand.map($0.spelledOut) ?? $0 }
    let isAbsent = entry.map { $0.value.isNull } ?? true
    var inner = isAbsent ? describingReader(of: key) : reader(of: key, entry, optional: true)
    let result = body(&inner)
    close(key, inner, entry, optional: true, help, shorthand: shorthand)
    return isAbsent ? nil : result
  }

  /// Scalars under free names, in the order written; empty where left out.
  ///
  /// Numbers must lie within the range of 64-bit integers.
  package mutating func scalarMap(
    _ key: String,
    role: SettingRole = .compute,
    _ help: String
  ) -> [(key: String, value: Scalar)] {
    let spec = FieldSpec(name: key, kind: .scalarMap, defaultValue: .section([]), role: role, help: help)
    guard case .section(let entries) = read(spec) else { return [] }
    return entries.compactMap { entry in Scalar(entry.value).map { (entry.key, $0) } }
  }

  /// Settings of one kind under free names, in the order written; empty where left out.
  ///
  /// A name may hold dots. `body` is called once for each name, and once over nothing so that its settings are
  /// declared.
  package mutating func sections<T>(
    _ key: String,
    _ help: String,
    _ body: (String, inout Fields) -> T
  ) -> [(name: String, value: T)] {
    var described = describingReader(of: key)
    _ = body("", &described)
    record(
      FieldSpec(name: key, kind: .sectionMap, defaultValue: .section([]), help: help, fields: described.specs)
    )
    guard let entry = entry(key), !entry.value.isNull else { return [] }
    if case .broken = entry.value.content { return [] }
    guard let entries = entry.value.entries else {
      report(
        Mismatch(
          expected: FieldKind.sectionMap.expected,
          got: entry.value.described,
          place: entry.value.place
        ),
        key
      )
      return []
    }
    var read: [SettingEntry] = []
    let values = entries.filter { !$0.value.isNull }.map { written in
      var inner = reader(of: "\(key).\(written.key)", written, optional: false)
      let value = body(written.key, &inner)
      read.append(
        SettingEntry(
          written.key,
          .section(inner.finish()),
          origin: written.value.origin,
          place: written.keyPlace
        )
      )
      return (written.key, value)
    }
    settings.append(SettingEntry(key, .section(read), origin: entry.value.origin, place: entry.keyPlace))
    return values
  }

  /// A value of any kind that may be left out, which is nil.
  package mutating func anyValue(_ key: String, role: SettingRole = .compute, _ help: String) -> Setting? {
    let spec = FieldSpec(
      name: key,
      kind: .anyValue,
      defaultValue: .null,
      isOptional: true,
      role: role,
      help: help
    )
    let value = read(spec)
    return value == .null ? nil : value
  }

  private func describingReader(of key: String) -> Fields {
    var context = context
    context.problems = Problems()
    return Fields(path: "\(path).\(key)", place: nil, entries: [], context: context, isDescribing: true)
  }

  private func reader(of key: String, _ entry: NodeEntry?, optional: Bool) -> Fields {
    let inner = "\(path).\(key)"
    guard let entry else {
      return Fields(path: inner, place: place, entries: [], context: context, isDescribing: isDescribing)
    }
    if let entries = entry.value.entries {
      return Fields(path: inner, place: entry.keyPlace, entries: entries, context: context)
    }
    if entry.value.isNull { return Fields(path: inner, place: entry.keyPlace, entries: [], context: context) }
    if case .mismatches(let found) = FieldKind.section.read(entry.value, optional: optional) {
      for mismatch in found { report(mismatch, key) }
    }
    // What is wrong as a whole was reported: its settings are not missed one by one.
    return describingReader(of: key)
  }

  private mutating func close(
    _ key: String,
    _ inner: Fields,
    _ entry: NodeEntry?,
    optional: Bool,
    _ help: String,
    shorthand: String? = nil
  ) {
    var inner = inner
    let values = inner.finish()
    let role = SettingRole.strongest(inner.specs.map(\.role))
    record(
      FieldSpec(
        name: key,
        kind: .section,
        defaultValue: optional ? .null : nil,
        isOptional: optional,
        role: role,
        help: help,
        fields: inner.specs,
        shorthand: shorthand
      )
    )
    let isOff = optional && entry.map { $0.value.isNull } ?? true
    settings.append(
      SettingEntry(
        key,
        isOff ? .null : .section(values),
        origin: entry?.value.origin ?? .default,
        role: role,
        place: entry?.keyPlace
      )
    )
  }
}

extension NodeEntry {
  /// A bare value as a section with the one setting `key`.
  fileprivate func spelledOut(_ key: String) -> NodeEntry {
    guard value.scalar != nil, !value.isNull else { return self }
    return NodeEntry(
      key: self.key,
      keyPlace: keyPlace,
      value: value.with(.mapping([NodeEntry(key: key, keyPlace: value.place, value: value)]))
    )
  }
}

extension Scalar {
  /// The same value, nil for lists and sections.
  init?(_ setting: Setting) {
    switch setting {
    case .null: self = .null
    case .bool(let value): self = .bool(value)
    case .int(let value): self = .int(value)
    case .real(let value): self = .real(value)
    case .string(let value): self = .string(value)
    case .list, .section: return nil
    }
  }
}
