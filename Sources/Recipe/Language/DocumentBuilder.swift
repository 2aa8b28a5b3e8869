import Files

/// Makes cells of a recipe's top-level entries.
struct DocumentBuilder {
  let steps: [StepDeclaration]
  let context: ReadingContext

  var problems: Problems { context.problems }

  /// The document; problems are recorded, and what has them is left out, as are cells that are `false`: so a recipe
  /// leaves out a cell of the one it extends.
  func document(of entries: [NodeEntry], source: SourceText) -> RecipeDocument {
    let written = entries.filter { !TopLevel.isReserved($0.key) }
    let cells = written.map { (header: header($0, beside: written), entry: $0) }
    let named = cells.compactMap { cell in cell.header.map { (header: $0, entry: cell.entry) } }
      .filter { $0.entry.value.scalar?.value != .bool(false) }
    checkIDs(named.map(\.header))
    if cells.isEmpty, let first = entries.first {
      problems.error("the recipe has no cells: expected at least one", at: first.keyPlace)
    }
    var targets = named.map {
      SettingLookup.Target(id: $0.header.id, step: $0.header.step, node: $0.entry.value)
    }
    targets += entries.filter { $0.key.hasPrefix(TopLevel.freePrefix) }
      .map { SettingLookup.Target(id: $0.key, step: "", node: $0.value) }
    var interpolator = Interpolator(lookup: SettingLookup(targets: targets, steps: steps), context: context)
    var built: [Cell] = []
    for (index, cell) in named.enumerated() {
      let made = self.cell(cell.header, cell.entry, &interpolator)
      targets[index].node.content = .mapping(made.settings)
      built.append(made)
    }
    let sweep = entries.first { $0.key == TopLevel.sweep }.map { self.sweep($0, &interpolator) }
    var context = self.context
    context.lookup = SettingLookup(targets: targets, steps: steps)
    let references = references(of: built.map(\.header), interpolator.followed)
    return RecipeDocument(
      name: FilePaths.stem(of: source.name),
      title: prose(TopLevel.title, in: entries, of: nil),
      text: prose(TopLevel.text, in: entries, of: nil),
      textPlace: entries.first { $0.key == TopLevel.text }?.value.place,
      cells: built,
      directory: source.directory,
      files: [],
      problems: problems,
      context: context,
      sweep: sweep,
      references: references
    )
  }

  /// What the cells refer to: in what is written, and by the defaults of what is not.
  private func references(of headers: [CellHeader], _ written: [String: Set<String>]) -> [String: [String]] {
    let byDefault = steps.map {
      (name: $0.name, owners: Set($0.fields.flatMap(\.defaultReferences).map(Reference.owner)))
    }
    var references: [String: [String]] = [:]
    for header in headers {
      let own = byDefault.first { $0.name == header.step }?.owners ?? []
      references[header.id] = own.union(written[header.id] ?? []).sorted()
    }
    return references
  }

  /// The section `sweep` with its references replaced, but for those in its parameters, which each trial follows.
  private func sweep(_ entry: NodeEntry, _ interpolator: inout Interpolator) -> NodeEntry {
    guard let inner = entry.value.entries else { return entry }
    var entry = entry
    entry.value.content = .mapping(
      inner.map { part in
        guard part.key != "parameters" else { return part }
        var part = part
        part.value = interpolator.resolve(part.value, path: "\(TopLevel.sweep).\(part.key)")
        return part
      }
    )
    return entry
  }

  /// The id that a top-level key gives its cell, whether or not there is such a step.
  static func id(of key: String) -> String {
    let parts = key.split(separator: " ", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[1] == "as" ? String(parts[2]) : key
  }

  private func header(_ entry: NodeEntry, beside others: [NodeEntry]) -> CellHeader? {
    let parts = entry.key.split(separator: " ", omittingEmptySubsequences: false)
    let name = parts.first.map(String.init) ?? ""
    guard steps.contains(where: { $0.name == name }) else {
      reportUnknown(name, entry, beside: others)
      return nil
    }
    if parts.count == 1 { return CellHeader(step: name, id: name, place: entry.keyPlace) }
    guard parts.count == 3, parts[1] == "as", CellHeader.isID(parts[2]) else {
      problems.error(
        "expected '\(name)' or '\(name) as ID' (an ID is letters, digits, '_' and '-'), got "
          + Shown.quoted(entry.key),
        at: entry.keyPlace
      )
      return nil
    }
    return CellHeader(step: name, id: String(parts[2]), place: entry.keyPlace)
  }

  private func reportUnknown(_ name: String, _ entry: NodeEntry, beside others: [NodeEntry]) {
    let names = steps.map(\.name)
    let hint = Suggestion.clause(for: name, among: names + TopLevel.names)
    let all = hint.isEmpty ? "; the steps are \(Shown.list(names))" : hint
    // A cell that is only a step's name cannot become one that is there already, in its own file.
    let beside = others.filter { $0.stands(in: entry.keyPlace.file) }
    let taken = Self.id(of: entry.key) == entry.key ? beside.map { Self.id(of: $0.key) } : []
    problems.error(
      "unknown step \(Shown.quoted(name))\(all)",
      at: entry.keyPlace,
      correction: Correction(name, at: entry.keyPlace, among: names + TopLevel.names, taken: taken)
    )
  }

  private func checkIDs(_ headers: [CellHeader]) {
    var first: [String: Place] = [:]
    for header in headers {
      if let place = first[header.id] {
        problems.error(
          "duplicate cell id '\(header.id)', first given at \(place.shown); write '\(header.step) as ID' with "
            + "another ID",
          at: header.place
        )
      } else {
        first[header.id] = header.place
      }
    }
  }

  private func cell(_ header: CellHeader, _ entry: NodeEntry, _ interpolator: inout Interpolator) -> Cell {
    var entries: [NodeEntry] = []
    if let written = entry.value.entries {
      // Prose holds Markdown and formulas: a `${` in it is not ours.
      let isProse: (String) -> Bool = { $0 == "text" || $0 == "note" }
      entries = written.map { inner in
        var inner = inner
        if !isProse(inner.key) {
          inner.value = interpolator.resolve(inner.value, path: "\(header.id).\(inner.key)")
        }
        return inner
      }
    } else if !entry.value.isNull {
      problems.error(
        "expected settings in '\(header.id)' (or false, to leave the cell out), got \(entry.value.described)",
        at: entry.value.place
      )
    }
    return Cell(
      header: header,
      text: prose("text", in: entries, of: header.id),
      note: prose("note", in: entries, of: header.id),
      expectations: expectations(in: entries, of: header.id),
      claims: claims(in: entries, of: header.id),
      allowed: allowed(in: entries, of: header.id),
      settings: entries
    )
  }

  /// A text for the report; nil where it is not written.
  private func prose(_ key: String, in entries: [NodeEntry], of cell: String?) -> String? {
    guard let node = entries.first(where: { $0.key == key })?.value else { return nil }
    switch FieldKind.string.read(node, optional: true) {
    case .value(let value): return value.string
    case .broken: return nil
    case .mismatches(let mismatches):
      report(mismatches, cell.map { "'\(key)' in '\($0)'" } ?? "the recipe's '\(key)'")
      return nil
    }
  }

  private func report(_ mismatches: [Mismatch], _ subject: String) {
    for mismatch in mismatches {
      problems.error(
        "expected \(mismatch.expected) for \(subject), got \(mismatch.got)",
        at: mismatch.place,
        correction: mismatch.correction
      )
    }
  }

  /// The names under 'allow'; whether there are such warnings is for the planner to say.
  private func allowed(in entries: [NodeEntry], of cell: String) -> [AllowedWarning] {
    guard let node = entries.first(where: { $0.key == "allow" })?.value else { return [] }
    let kind = FieldKind.list(of: .string, count: 0...Int.max)
    if case .mismatches(let mismatches) = kind.read(node, optional: true) {
      report(mismatches, "'allow' in '\(cell)'")
    }
    var names = [node]
    if case .list(let items) = node.content { names = items }
    return names.compactMap { name in
      guard case .value(.string(let text)) = FieldKind.string.read(name) else { return nil }
      return AllowedWarning(name: text, place: name.place)
    }
  }

  /// What must hold; a metric without a condition takes back what an extended recipe expects of it.
  private func expectations(in entries: [NodeEntry], of cell: String) -> [Expectation] {
    guard let node = entries.first(where: { $0.key == "expect" })?.value, !node.isNull else { return [] }
    if case .broken = node.content { return [] }
    guard let metrics = node.entries else {
      problems.error(
        "expected metrics with conditions for 'expect' in '\(cell)', as 'hit_rate@20: \">= 0.5\"', got "
          + node.described,
        at: node.place
      )
      return []
    }
    return metrics.filter { !$0.value.isNull }.flatMap { entry in
      var conditions = [entry.value]
      if case .list(let list) = entry.value.content { conditions = list }
      return conditions.compactMap { condition in
        var made = expectation(entry.key, condition, of: cell)
        made?.metricPlace = entry.keyPlace
        return made
      }
    }
  }

  private func expectation(_ metric: String, _ node: Node, of cell: String) -> Expectation? {
    if case .broken = node.content { return nil }
    let condition: String? =
      switch node.scalar?.value {
      case .string(let text): text
      case .int(let number): "== \(number)"
      case .real(let number): "== \(number)"
      default: nil
      }
    if let condition, let expectation = Expectation(metric: metric, condition: condition, place: node.place) {
      return expectation
    }
    problems.error(
      "expected a number or a condition such as \">= 0.5\" for \(Shown.quoted(metric)) in '\(cell).expect', got \(node.described)",
      at: node.place
    )
    return nil
  }
}
