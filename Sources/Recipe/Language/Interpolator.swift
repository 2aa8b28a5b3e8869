import Files

/// Replaces `${…}` in settings: one that is a whole scalar keeps its type, one within a text is joined to it.
struct Interpolator {
  /// A setting whose reference is being followed.
  private struct Link {
    var path: String
    var place: Place
  }

  let lookup: SettingLookup
  let environment: RecipeEnvironment
  let problems: Problems
  let currentDirectory: String
  let recipeDirectory: String
  private var nodesLeft = Limits.nodes
  private var bytesLeft = Limits.interpolatedBytes
  private var isExhausted = false
  private var links: [Link] = []
  /// By the cell in whose settings they stand, or are led to from there, the cells and sections that references name.
  private(set) var followed: [String: Set<String>] = [:]
  private var reportedCycles: Set<String> = []
  private var reportedPlaces: Set<Place> = []

  init(lookup: SettingLookup, context: ReadingContext) {
    self.lookup = lookup
    environment = context.environment
    problems = context.problems
    currentDirectory = context.currentDirectory
    recipeDirectory = context.recipeDirectory
  }

  /// The node with every reference in it replaced; `path` is where it stands, as `train.seed`.
  mutating func resolve(_ node: Node, path: String, depth: Int = 0) -> Node {
    nodesLeft -= 1
    if nodesLeft < 0 || bytesLeft < 0 { return exhausted(node) }
    if depth > 2 * Limits.depth {
      return broken(
        node,
        "lists, mappings and references are nested deeper than \(2 * Limits.depth) levels here"
      )
    }
    switch node.content {
    case .broken: return node
    case .list(let items): return node.with(.list(items.map { resolve($0, path: path, depth: depth + 1) }))
    case .mapping(let entries):
      return node.with(
        .mapping(
          entries.map { entry in
            var entry = entry
            entry.value = resolve(entry.value, path: "\(path).\(entry.key)", depth: depth + 1)
            return entry
          }
        )
      )
    case .scalar(let scalar):
      guard case .string(let text) = scalar.value, Reference.isIn(text) else { return node }
      return resolve(text, in: node, path: path, depth: depth)
    }
  }

  private mutating func resolve(_ text: String, in node: Node, path: String, depth: Int) -> Node {
    if let start = links.firstIndex(where: { $0.path == path }) { return cycle(from: start, node) }
    links.append(Link(path: path, place: node.place))
    defer { links.removeLast() }
    do {
      let pieces = try Reference.pieces(of: text)
      if pieces.count == 1, case .reference(let reference) = pieces[0] {
        return value(of: reference, for: node, depth: depth)
      }
      return join(pieces, node, depth)
    } catch {
      return broken(node, error.message)
    }
  }

  /// A text with references in it: all must be scalars, the result is a string.
  private mutating func join(_ pieces: [Reference.Piece], _ node: Node, _ depth: Int) -> Node {
    var joined = ""
    var directory = node.directory
    for (index, piece) in pieces.enumerated() {
      switch piece {
      case .text(let text): joined += text
      case .reference(let reference):
        let value = value(of: reference, for: node, depth: depth)
        if case .broken = value.content { return value }
        guard let scalar = value.scalar else {
          return broken(node, "expected a single value to put into this text, got \(value.described)")
        }
        // A path that begins with a reference stands where that was written.
        if index == 0 { directory = value.directory }
        joined += scalar.text
      }
      bytesLeft -= joined.utf8.count
      if bytesLeft < 0 { return exhausted(node) }
    }
    var result = node.with(.scalar(ScalarNode(value: .string(joined), text: joined, style: .quoted)))
    result.directory = directory
    return result
  }

  private mutating func value(of reference: Reference, for node: Node, depth: Int) -> Node {
    switch reference {
    case .environment(let name, let fallback): return variable(name, fallback, for: node)
    case .setting(let path): return setting(path, for: node, depth: depth)
    }
  }

  private mutating func variable(_ name: String, _ fallback: String?, for node: Node) -> Node {
    guard let text = environment[name] ?? fallback else {
      let hint = Suggestion.clause(for: name, among: environment.names)
      return broken(
        node,
        "the environment variable '\(Shown.text(name))' is not set, and its reference gives no default\(hint)"
      )
    }
    let isSet = environment[name] != nil
    if isSet { Secrets.note(name, text) }
    var result = node.with(.scalar(CoreSchema.scalar(plain: text, style: .environment)))
    if isSet {
      result.directory = currentDirectory
      if node.origin != .override { result.origin = .environment }
    }
    bytesLeft -= text.utf8.count
    return result
  }

  /// The value of a setting that `node` refers to.
  /// - Parameter isDefault: whether the reference is a step's default, which stands also where the recipe lacks the cell it
  ///   names; one that is written must name a cell that is there.
  private mutating func setting(_ path: String, for node: Node, depth: Int, isDefault: Bool = false) -> Node {
    let isKnown = isDefault || lookup.target(of: path).target != nil
    guard isKnown, let found = find(path, for: node, depth: depth) else {
      let parts = path.split(separator: ".")
      let isCell = parts.count == 1 && !path.hasPrefix(TopLevel.freePrefix)
      let hint =
        isCell
        ? " (a reference names a cell and a setting, as ${config.seed})" : lookup.reason(forMissing: path)
      let correction = isCell ? nil : lookup.correction(of: path, at: node.place)
      return broken(node, "no setting '\(Shown.text(path))' to refer to\(hint)", correction)
    }
    var result = found
    // Problems with the value are shown where it is used; paths stay relative to where it was written.
    result.place = node.place
    if node.origin == .override { result.origin = .override }
    return result
  }

  /// The value at a path, references in it and on the way to it replaced; nil where there is none.
  private mutating func find(_ path: String, for node: Node, depth: Int) -> Node? {
    note(path)
    let (target, rest) = lookup.target(of: path)
    if var found = target?.node, !(rest.isEmpty && target?.step != "") {
      var walked = target?.id ?? ""
      var isWritten = true
      for part in rest {
        if found.scalar != nil { found = resolve(found, path: walked, depth: depth + 1) }
        if case .broken = found.content { return found }
        walked += ".\(part)"
        guard let next = found[String(part)] else {
          isWritten = false
          break
        }
        found = next
      }
      if isWritten {
        let value = resolve(found, path: path, depth: depth + 1)
        if lookup.declaration(of: path)?.isDefault(value) != true { return value }
      }
    }
    return declaredDefault(path, for: node, depth: depth)
  }

  private mutating func note(_ path: String) {
    guard let reader = links.first.map({ Reference.owner(of: $0.path) }) else { return }
    followed[reader, default: []].insert(Reference.owner(of: path))
  }

  private mutating func declaredDefault(_ path: String, for node: Node, depth: Int) -> Node? {
    guard let spec = lookup.declaration(of: path) else { return nil }
    let variable = spec.defaultEnvironment.flatMap { environment[$0] } ?? ""
    if !variable.isEmpty { return self.variable(spec.defaultEnvironment ?? "", nil, for: node) }
    if let value = spec.defaultValue {
      return SettingLookup.node(value, at: node.place, directory: recipeDirectory)
    }
    guard let reference = spec.defaultReference else { return nil }
    if let start = links.firstIndex(where: { $0.path == path }) { return cycle(from: start, node) }
    links.append(Link(path: path, place: node.place))
    defer { links.removeLast() }
    return setting(reference, for: node, depth: depth + 1, isDefault: true)
  }

  private mutating func cycle(from start: Int, _ node: Node) -> Node {
    let circle = links[start...]
    let isNew = !circle.contains { reportedCycles.contains($0.path) }
    for link in circle { reportedCycles.insert(link.path) }
    if isNew, let first = circle.first {
      let steps = circle.map { "\($0.path) (\($0.place.shown))" } + [first.path]
      problems.error(
        "settings refer to each other in a circle: \(steps.joined(separator: " -> "))",
        at: first.place
      )
    }
    return node.with(.broken)
  }

  private mutating func exhausted(_ node: Node) -> Node {
    if !isExhausted {
      isExhausted = true
      problems.error(
        "the references of this recipe grow beyond \(Limits.nodes) values or "
          + "\(Limits.interpolatedBytes >> 20) MiB of text",
        at: links.first?.place ?? node.place
      )
    }
    return node.with(.broken)
  }

  private mutating func broken(_ node: Node, _ message: String, _ correction: Correction? = nil) -> Node {
    // Something wrong that is referred to from many places is still one thing to mend.
    if reportedPlaces.insert(node.place).inserted {
      problems.error(message, at: node.place, correction: correction)
    }
    return node.with(.broken)
  }
}
