import Files

/// Builds nodes from libyaml's events: anchors and aliases resolved, merge keys applied, limits kept.
///
/// Problems that leave the rest readable (a duplicate key) are only recorded; others end the reading of
/// this text.
final class NodeComposer {
  /// Ends the reading of one text; the reason has been recorded.
  struct Stop: Error {}

  /// How positions in the text become places.
  enum Positions {
    case file
    /// The value of the override in line `line`, which begins after `prefix` characters.
    case override(line: Int, prefix: Int)
  }

  /// A node with what it counts against the limits.
  struct Measured {
    var node: Node
    /// How many values it holds, itself included, aliases written out.
    var weight: Int
    /// How many levels of lists and mappings it has: 0 for a scalar.
    var height: Int
  }

  let source: SourceText
  let positions: Positions
  let origin: SettingOrigin
  let problems: Problems
  let budget: NodeBudget
  private let reader: YAMLEventReader
  private var anchors: [String: Measured] = [:]
  private var anchorNames: [String] = []
  private var openAnchors: [String] = []

  init(
    _ bytes: some Collection<UInt8>,
    source: SourceText,
    positions: Positions = .file,
    problems: Problems,
    budget: NodeBudget
  ) {
    reader = YAMLEventReader(bytes)
    self.source = source
    self.positions = positions
    self.problems = problems
    self.budget = budget
    if case .override = positions { origin = .override } else { origin = .recipe }
  }

  /// The one document of the text; nil where there is none, as in an empty file.
  func document() throws(Stop) -> Node? {
    _ = try next()
    let start = try next()
    guard case .documentStart = start.kind else { return nil }
    let root = try node(from: try next(), depth: 0, keyPlace: nil)
    _ = try next()
    let after = try next()
    if case .documentStart = after.kind {
      throw stop("expected one YAML document, got a second one from here on", place(after.start, after.end))
    }
    return root.node
  }

  /// The next event; syntax errors are recorded in the words of this tool.
  func next() throws(Stop) -> YAMLEvent {
    do {
      return try reader.next()
    } catch {
      let (message, mark) = SyntaxWording.message(for: error, in: source)
      throw stop(message, place(mark, mark))
    }
  }

  /// The node that `event` begins; `keyPlace` stands for a value that was left out.
  func node(from event: YAMLEvent, depth: Int, keyPlace: Place?) throws(Stop) -> Measured {
    let here = place(event.start, event.end)
    try spend(1, at: here)
    if let anchor = event.anchor { openAnchors.append(anchor) }
    var measured: Measured
    switch event.kind {
    case .alias(let name): return try alias(name, depth: depth, at: here)
    case .scalar(let text, let isPlain):
      let scalar = try scalar(text, isPlain: isPlain, tag: event.tag, at: here)
      let isLeftOut = text.isEmpty && isPlain && event.end.index == event.start.index
      let content = Node.Content.scalar(scalar)
      measured = Measured(node: node(content, at: isLeftOut ? keyPlace ?? here : here), weight: 1, height: 0)
    case .listStart:
      try checkTag(event.tag, is: ["tag:yaml.org,2002:seq", "!"], at: here)
      measured = try list(depth: try deeper(depth, at: here), from: event)
    case .mappingStart:
      try checkTag(event.tag, is: ["tag:yaml.org,2002:map", "!"], at: here)
      measured = try mapping(depth: try deeper(depth, at: here), from: event)
    default: throw stop("not valid YAML: expected a value", here)
    }
    if let anchor = event.anchor {
      openAnchors.removeAll { $0 == anchor }
      if anchors.updateValue(measured, forKey: anchor) == nil { anchorNames.append(anchor) }
    }
    return measured
  }

  func node(_ content: Node.Content, at place: Place) -> Node {
    Node(content: content, place: place, directory: source.directory, origin: origin)
  }

  /// Where a list or mapping stands: one in brackets up to the closing one, another where it begins.
  func place(from start: YAMLEvent, to end: YAMLEvent) -> Place {
    let isFlow = start.end.index > start.start.index
    return place(start.start, isFlow ? end.end : start.end)
  }

  private func list(depth: Int, from start: YAMLEvent) throws(Stop) -> Measured {
    var items: [Node] = []
    var (weight, height) = (1, 0)
    while true {
      let event = try next()
      if case .listEnd = event.kind {
        let place = place(from: start, to: event)
        return Measured(node: node(.list(items), at: place), weight: weight, height: height + 1)
      }
      let item = try node(from: event, depth: depth, keyPlace: nil)
      items.append(item.node)
      weight += item.weight
      height = max(height, item.height)
    }
  }

  private func alias(_ name: String, depth: Int, at place: Place) throws(Stop) -> Measured {
    guard let target = anchors[name], !openAnchors.contains(name) else {
      if openAnchors.contains(name) {
        throw stop("the alias '*\(Shown.text(name))' stands inside the value it refers to", place)
      }
      let hint = Suggestion.nearest(to: name, among: anchorNames).map { "; did you mean '*\($0)'?" } ?? ""
      let quotes = anchorNames.isEmpty ? " (a text that begins with '*' needs quotes)" : ""
      throw stop(
        "no anchor '&\(Shown.text(name))' stands before this alias\(hint)\(quotes)",
        place,
        Correction(name, at: place, among: anchorNames)
      )
    }
    try spend(target.weight - 1, at: place)
    if depth + target.height > Limits.depth { throw tooDeep(at: place) }
    return target
  }

  private func scalar(_ text: String, isPlain: Bool, tag: String?, at place: Place) throws(Stop) -> ScalarNode
  {
    let quoted = ScalarNode(value: .string(text), text: text, style: .quoted)
    guard let tag else { return isPlain ? CoreSchema.scalar(plain: text) : quoted }
    if tag == "!" || tag == "tag:yaml.org,2002:str" { return quoted }
    let scalar = CoreSchema.scalar(plain: text)
    switch (tag, scalar.value) {
    case ("tag:yaml.org,2002:null", .null), ("tag:yaml.org,2002:bool", .bool),
      ("tag:yaml.org,2002:int", .int), ("tag:yaml.org,2002:float", .real):
      return scalar
    case ("tag:yaml.org,2002:float", .int(let value)):
      return ScalarNode(value: .real(Double(value)), text: text, style: .plain)
    default:
      try checkTag(tag, is: ["null", "bool", "int", "float"].map { "tag:yaml.org,2002:\($0)" }, at: place)
      throw stop("the tag '\(shortened(tag))' does not fit the value \(Shown.quoted(text))", place)
    }
  }

  private func checkTag(_ tag: String?, is known: [String], at place: Place) throws(Stop) {
    guard let tag, !known.contains(tag) else { return }
    throw stop("the tag '\(shortened(tag))' means nothing here; recipes need no tags", place)
  }

  private func shortened(_ tag: String) -> String {
    let core = "tag:yaml.org,2002:"
    return Shown.text(tag.hasPrefix(core) ? "!!" + tag.dropFirst(core.count) : tag)
  }

  private func deeper(_ depth: Int, at place: Place) throws(Stop) -> Int {
    if depth >= Limits.depth { throw tooDeep(at: place) }
    return depth + 1
  }

  private func tooDeep(at place: Place) -> Stop {
    stop("lists and mappings are nested deeper than \(Limits.depth) levels here", place)
  }

  private func spend(_ count: Int, at place: Place) throws(Stop) {
    guard budget.spend(count) else {
      throw stop("the recipe holds more than \(Limits.nodes) names and values, aliases written out", place)
    }
  }

  func stop(_ message: String, _ place: Place, _ correction: Correction? = nil) -> Stop {
    problems.error(message, at: place, correction: correction)
    return Stop()
  }
}

/// How many values may still be read, shared by all files of one recipe.
final class NodeBudget {
  private var left = Limits.nodes

  /// Takes `count` values; false where they are not left.
  func spend(_ count: Int) -> Bool {
    left -= count
    return left >= 0
  }
}
