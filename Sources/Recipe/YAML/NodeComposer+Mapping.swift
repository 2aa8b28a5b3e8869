extension NodeComposer {
  /// What one line of a mapping gives: a key of its own, or the entries of a `<<`.
  private enum Item {
    case entry(NodeEntry)
    case merged([NodeEntry])
  }

  /// The mapping whose start was just read.
  func mapping(depth: Int, from start: YAMLEvent) throws(Stop) -> Measured {
    var items: [Item] = []
    var firstPlaces: [String: Place] = [:]
    var (weight, height) = (1, 0)
    while true {
      let event = try next()
      if case .mappingEnd = event.kind {
        let content = Node.Content.mapping(Self.flattened(items))
        let place = place(from: start, to: event)
        return Measured(node: node(content, at: place), weight: weight, height: height + 1)
      }
      let key = try key(from: event)
      let value = try node(from: try next(), depth: depth, keyPlace: key.place)
      weight += value.weight
      height = max(height, value.height)
      if let first = firstPlaces[key.id] {
        reportDuplicate(key.text, at: key.place, first: first, isTopLevel: depth == 1)
      } else {
        firstPlaces[key.id] = key.place
        items.append(
          key.isMerge
            ? .merged(try mergedEntries(of: value.node))
            : .entry(NodeEntry(key: key.text, keyPlace: key.place, value: value.node))
        )
      }
    }
  }

  private struct Key {
    var text: String
    var place: Place
    var isMerge: Bool
    /// A quoted "<<" is a key like any other, and no duplicate of the merge key.
    var id: String { isMerge ? "<< merge" : text }
  }

  private func key(from event: YAMLEvent) throws(Stop) -> Key {
    let here = place(event.start, event.end)
    let isPlain = if case .scalar(_, true) = event.kind { event.tag == nil } else { false }
    switch event.kind {
    case .scalar, .alias: break
    default: throw stop("expected a name as key, got a list or a mapping", here)
    }
    let scalar = try node(from: event, depth: 0, keyPlace: nil).node.scalar
    guard let scalar else { throw stop("expected a name as key, got a list or a mapping", here) }
    return Key(text: scalar.text, place: here, isMerge: isPlain && scalar.text == "<<")
  }

  private func reportDuplicate(_ key: String, at place: Place, first: Place, isTopLevel: Bool) {
    let hint = isTopLevel ? " (a step's second cell needs an id: '\(Shown.text(key)) as ID')" : ""
    problems.error(
      "duplicate key \(Shown.quoted(key)), first written at \(first.shown)\(hint)",
      at: place
    )
  }

  private func mergedEntries(of node: Node) throws(Stop) -> [NodeEntry] {
    if let entries = node.entries { return entries }
    guard case .list(let items) = node.content else {
      throw stop("expected a mapping or a list of mappings after '<<', got \(node.described)", node.place)
    }
    var all: [NodeEntry] = []
    var seen: Set<String> = []
    for item in items {
      guard let entries = item.entries else {
        throw stop("expected a mapping in the list after '<<', got \(item.described)", item.place)
      }
      for entry in entries where seen.insert(entry.key).inserted { all.append(entry) }
    }
    return all
  }

  /// Keys written here win over merged ones, wherever the `<<` stands.
  private static func flattened(_ items: [Item]) -> [NodeEntry] {
    var written: Set<String> = []
    for case .entry(let entry) in items { written.insert(entry.key) }
    var entries: [NodeEntry] = []
    for item in items {
      switch item {
      case .entry(let entry): entries.append(entry)
      case .merged(let merged): entries += merged.filter { !written.contains($0.key) }
      }
    }
    return entries
  }
}

extension NodeComposer {
  /// The span between two marks; one over several lines ends with its first line.
  func place(_ start: YAMLEvent.Mark, _ end: YAMLEvent.Mark) -> Place {
    switch positions {
    case .override(let line, let prefix):
      let length = end.index - start.index
      return Place(file: source.name, line: line, column: prefix + start.index + 1, length: length)
    case .file:
      let (line, column) = (start.line + 1, start.column + 1)
      let isOneLine = end.line == start.line
      let length = isOneLine ? end.column - start.column : source.charactersLeft(line: line, column: column)
      return Place(file: source.name, line: line, column: column, length: length)
    }
  }
}
