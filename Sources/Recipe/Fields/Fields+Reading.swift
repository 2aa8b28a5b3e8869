extension Fields {
  /// Records a declaration and reads its setting, the default where it is absent, null or wrong.
  mutating func read(_ spec: FieldSpec) -> Setting {
    record(spec)
    guard let entry = entry(spec.name) else { return keep(absent(spec), for: spec) }
    if spec.isDefault(entry.value) {
      // As if nothing were written, but that a report names what the command line says.
      return keep(absent(spec), for: spec, from: entry.value.origin == .override ? entry : nil)
    }
    return keep(taken(entry.value, by: spec), for: spec, from: entry)
  }

  /// Notes a declaration; a name can be declared once.
  mutating func record(_ spec: FieldSpec) {
    precondition(!specs.contains { $0.name == spec.name }, "'\(spec.name)' is read twice in '\(path)'")
    specs.append(spec)
  }

  private mutating func keep(_ value: Setting, for spec: FieldSpec, from entry: NodeEntry? = nil) -> Setting {
    let origin = entry?.value.origin ?? .default
    let role = value == spec.neutralValue ? .presentation : spec.role
    settings.append(SettingEntry(spec.name, value, origin: origin, role: role, place: entry?.keyPlace))
    return value
  }

  private func taken(_ node: Node, by spec: FieldSpec) -> Setting {
    switch spec.kind.read(node, optional: spec.isOptional) {
    case .value(let value): return value
    case .broken: break
    case .mismatches(let mismatches): for mismatch in mismatches { report(mismatch, spec.name) }
    }
    return spec.defaultValue ?? spec.kind.placeholder
  }

  func report(_ mismatch: Mismatch, _ key: String) {
    let subject = mismatch.isElement ? "each value of '\(key)'" : "'\(key)'"
    context.problems.error(
      "expected \(mismatch.expected) for \(subject) in '\(path)', got \(mismatch.got)",
      at: mismatch.place,
      correction: mismatch.correction
    )
  }

  private func absent(_ spec: FieldSpec) -> Setting {
    if let value = spec.defaultValue { return value }
    if isDescribing { return spec.kind.placeholder }
    guard let reference = spec.defaultReference else {
      let message = "expected \(spec.kind.expected) for '\(spec.name)' in '\(path)', got nothing"
      context.problems.error("\(message): it has no default", at: place)
      return spec.kind.placeholder
    }
    return referenced(reference, spec)
  }

  /// The default that another setting gives.
  private func referenced(_ reference: String, _ spec: FieldSpec) -> Setting {
    guard let node = context.lookup?.value(of: reference, at: place) else {
      let message =
        "the default of '\(spec.name)' in '\(path)' is ${\(reference)}, which this recipe does not set"
      context.problems.error(message, at: place)
      return spec.kind.placeholder
    }
    // A value that its own cell refuses is reported there.
    let isSound = context.lookup?.declaration(of: reference)?.kind.accepts(node) ?? true
    if isSound, case .mismatches(let mismatches) = spec.kind.read(node, optional: spec.isOptional),
      let mismatch = mismatches.first
    {
      let message = "expected \(mismatch.expected) for '\(spec.name)' in '\(path)', got \(mismatch.got)"
      context.problems.error("\(message) from its default ${\(reference)}", at: place)
    }
    guard case .value(let value) = spec.kind.read(node, optional: spec.isOptional) else {
      return spec.kind.placeholder
    }
    return value
  }
}

extension FieldKind {
  func accepts(_ node: Node) -> Bool {
    if case .value = read(node) { return true }
    return false
  }
}
