import Recipe

extension PlannedCell {
  /// The setting under a dotted path such as `validation.k`, defaults filled in; nil where there is none.
  package subscript(key: String) -> Setting? { Setting.section(settings)[key] }

  /// Whether a setting of the cell was written with another value than its default.
  ///
  /// The recipe that a run leaves has every default written out, which says nothing of what was meant.
  package func isChanged(_ key: String) -> Bool {
    guard let entry = settings.first(where: { $0.key == key }), entry.origin != .default else { return false }
    return Self.isChanged(entry, among: type(of: step).declaration.fields)
  }

  /// A section is where something in it is: written with nothing but defaults it says nothing.
  private static func isChanged(_ entry: SettingEntry, among declared: [FieldSpec]) -> Bool {
    let spec = declared.first { $0.name == entry.key }
    if case .section(let inner) = entry.value, let spec, spec.kind == .section, !spec.isOptional {
      return inner.contains { isChanged($0, among: spec.fields) }
    }
    return spec?.defaultValue != entry.value
  }

  /// The place of a key, or of the cell where the key is not written; may be a dotted path.
  package func place(of key: String) -> Place {
    var entries = settings
    var found: Place?
    for part in key.split(separator: ".") {
      guard let entry = entries.first(where: { $0.key == part }) else { break }
      found = entry.place ?? found
      guard case .section(let inner) = entry.value else { break }
      entries = inner
    }
    return found ?? cell.header.place
  }
}

extension Plan {
  /// The positions of the cells of a step.
  package func cells(of step: String) -> [Int] { cells.indices.filter { cells[$0].cell.header.step == step } }

  /// The position of the cell that the cell at `position` reads an artifact of `kind` from, itself or through
  /// what it reads; nil for none.
  package func source(of kind: String, behind position: Int) -> Int? {
    cells.source(of: kind, behind: position)
  }
}

extension [PlannedCell] {
  /// The position of the cell that the cell at `position` reads an artifact of `kind` from, likewise.
  func source(of kind: String, behind position: Int) -> Int? {
    let edges = self[position].edges
    if let edge = edges.first(where: { $0.input.kind == kind }) { return edge.producer }
    return edges.lazy.compactMap { source(of: kind, behind: $0.producer) }.first
  }
}
