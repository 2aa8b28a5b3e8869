/// One override of the command line, as `train.epochs=5`.
struct Override {
  /// The names before the `=`, each with its place.
  var path: [(name: String, place: Place)]
  var value: Node

  /// Reads an override; nil where it cannot be read, which is recorded.
  init?(_ text: String, line: Int, source: SourceText, problems: Problems, budget: NodeBudget) {
    let whole = Place(
      file: Place.commandLine,
      line: line,
      column: 1,
      length: source.charactersLeft(line: line, column: 1)
    )
    guard let equals = text.firstIndex(of: "=") else {
      problems.error("expected CELL.SETTING=VALUE, got \(Shown.quoted(text))", at: whole)
      return nil
    }
    let parts = text[..<equals].split(separator: ".", omittingEmptySubsequences: false)
    guard !parts.contains(where: \.isEmpty), parts.count <= Limits.depth else {
      problems.error("expected CELL.SETTING=VALUE, got \(Shown.quoted(text))", at: whole)
      return nil
    }
    path = []
    var column = 1
    for part in parts {
      let length = part.unicodeScalars.count
      path.append((String(part), Place(file: Place.commandLine, line: line, column: column, length: length)))
      column += length + 1
    }
    let written = text[text.index(after: equals)...]
    do {
      let value = try Self.value(written, line: line, prefix: column - 1, source, problems, budget)
      self.value = value ?? Self.null(at: whole, source)
    } catch {
      return nil
    }
  }

  /// The value, nil where nothing is written.
  private static func value(
    _ text: Substring,
    line: Int,
    prefix: Int,
    _ source: SourceText,
    _ problems: Problems,
    _ budget: NodeBudget
  ) throws(NodeComposer.Stop) -> Node? {
    let bytes = Array(text.utf8)
    if let problem = TextCheck.firstProblem(in: bytes) {
      problems.error(problem.message, at: Place(file: Place.commandLine, line: line, column: prefix + 1))
      throw NodeComposer.Stop()
    }
    let composer = NodeComposer(
      bytes,
      source: source,
      positions: .override(line: line, prefix: prefix),
      problems: problems,
      budget: budget
    )
    return try composer.document()
  }

  private static func null(at place: Place, _ source: SourceText) -> Node {
    let scalar = ScalarNode(value: .null, text: "", style: .plain)
    return Node(content: .scalar(scalar), place: place, directory: source.directory, origin: .override)
  }

  /// The path below the cell. Names of metrics hold dots: `eval.expect.eval.mrr@20` is one name after `expect`.
  var settingPath: ArraySlice<(name: String, place: Place)> {
    if path.count > 4, path[0].name == TopLevel.sweep, path[1].name == "parameters", let last = path.last {
      let setting = path[2..<path.count - 1].map(\.name).joined(separator: ".")
      return [path[1], (setting, path[2].place), last]
    }
    guard path.count > 2, ["expect", "claim"].contains(path[1].name), path[2].name != "protocol" else {
      return path.dropFirst()
    }
    let metric = path.dropFirst(2).map(\.name).joined(separator: ".")
    return [path[1], (metric, path[2].place)]
  }

  /// Lays the value over the entries, making mappings on the way where nothing is; what holds something else
  /// than a mapping stays, and is recorded.
  func apply(
    _ path: ArraySlice<(name: String, place: Place)>,
    to entries: [NodeEntry],
    problems: Problems
  ) -> [NodeEntry] {
    guard let first = path.first else { return entries }
    var entries = entries
    let index = entries.firstIndex { $0.key == first.name }
    var inner = value
    if let next = path.dropFirst().first {
      let existing = index.map { entries[$0].value }
      if let existing, existing.entries == nil, !existing.isNull {
        let names = "'\(Shown.text(next.name))' in '\(Shown.text(first.name))'"
        problems.error(
          "cannot set \(names): expected a mapping there, got \(existing.described)",
          at: first.place
        )
        return entries
      }
      if let existing, existing.entries != nil { inner = existing } else { inner.place = first.place }
      inner.content = .mapping(apply(path.dropFirst(), to: existing?.entries ?? [], problems: problems))
    }
    guard let index else {
      return entries + [NodeEntry(key: first.name, keyPlace: first.place, value: inner)]
    }
    if path.count == 1 { entries[index].move(to: first.place) }
    entries[index].value = inner
    return entries
  }
}
