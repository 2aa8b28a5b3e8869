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

  /// One name of a path with its place.
  typealias Part = (name: String, place: Place)

  /// The path below the cell, over the recipe's `entries`. Names of metrics hold dots: `eval.expect.eval.mrr@20` is one name
  /// after `expect`. So do those of a sweep's parameters.
  func settingPath(over entries: [NodeEntry]) -> [Part] {
    if path.count > 3, path[0].name == TopLevel.sweep, path[1].name == "parameters" {
      let sweep = entries.first { $0.key == TopLevel.sweep }?.value
      let known = sweep?["parameters"]?.entries?.map(\.key) ?? []
      return [path[1]] + parameterPath(path[2...], among: known)
    }
    guard path.count > 2, ["expect", "claim"].contains(path[1].name), path[2].name != "protocol" else {
      return Array(path.dropFirst())
    }
    return [path[1], Self.joined(path[2...])]
  }

  /// The name of a sweep's parameter and what is set in it: nothing where the parameter is set as a whole, else one of its
  /// keys, or a condition under `when`.
  /// - Parameter parts: two names or more.
  private func parameterPath(_ parts: ArraySlice<Part>, among known: [String]) -> [Part] {
    let whole = Self.joined(parts)
    guard let key = parts.last, !known.contains(whole.name) else { return [whole] }
    if let when = parts.dropFirst(2).firstIndex(where: { $0.name == "when" }) {
      let condition = parts[(when + 1)...]
      let head = [Self.joined(parts[..<when]), parts[when]]
      return condition.isEmpty ? head : head + [Self.joined(condition)]
    }
    let head = Self.joined(parts.dropLast())
    // A mapping is a parameter, as is CELL.SETTING where nothing is known of one.
    let isWhole = value.entries != nil || parts.count == 2
    return known.contains(head.name) || !isWhole ? [head, key] : [whole]
  }

  /// Names as one with dots in it, at the place of the first; there is one at least.
  private static func joined(_ parts: ArraySlice<Part>) -> Part {
    let name = parts.map(\.name).joined(separator: ".")
    return (name: name, place: parts[parts.startIndex].place)
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
