import Files

/// Finds settings by their dotted paths: written ones, and the defaults of the steps.
struct SettingLookup: Sendable {
  /// A cell as references see it.
  struct Target: Sendable {
    var id: String
    var step: String
    var node: Node
  }

  /// The cells, and the `x-` sections with an empty step.
  var targets: [Target]
  var steps: [StepDeclaration]

  /// The target a path begins with, and what of the path is left.
  func target(of path: String) -> (target: Target?, rest: ArraySlice<Substring>) {
    let parts = path.split(separator: ".", omittingEmptySubsequences: false)
    return (targets.first { $0.id == parts[0] }, parts.dropFirst())
  }

  /// The declaration a path leads to: of the cell with this id, or of the step where no cell has it.
  func declaration(of path: String) -> FieldSpec? {
    let (target, rest) = target(of: path)
    guard let first = path.split(separator: ".").first else { return nil }
    let name = target?.step ?? String(first)
    return steps.first { $0.name == name }?.spec(at: rest)
  }

  /// What `path` could have meant, as `; did you mean 'config.seed'?`.
  func suggestion(for path: String) -> String { Suggestion.clause(for: path, among: paths) }

  /// Why nothing is at `path` to refer to, as far as it is known, and what could have been meant:
  /// `: this recipe has no cell 'train'; did you mean 't2.epochs'?`.
  func reason(forMissing path: String) -> String {
    let (target, rest) = target(of: path)
    guard target == nil, !path.hasPrefix(TopLevel.freePrefix) else { return suggestion(for: path) }
    let name = Reference.owner(of: path)
    let ofStep = targets.filter { $0.step == name }
    let isDeclared = steps.first { $0.name == name }?.spec(at: rest) != nil
    let meant = ofStep.count == 1 && isDeclared ? "\(ofStep[0].id).\(rest.joined(separator: "."))" : nil
    let hint = meant.map { "; did you mean '\($0)'?" } ?? suggestion(for: path)
    let ids = targets.filter { !$0.step.isEmpty }.map(\.id)
    let cells = ids.isEmpty ? "; it has no cells" : "; its cells are \(Shown.list(ids))"
    return ": this recipe has no cell \(Shown.quoted(name))\(hint.isEmpty ? cells : hint)"
  }

  /// What `path` must have meant.
  func correction(of path: String, at place: Place) -> Correction? {
    Correction(path, at: place, among: paths)
  }

  /// The full names of all settings of the recipe's cells.
  var paths: [String] {
    targets.filter { !$0.step.isEmpty }.flatMap { target in
      Self.paths(steps.first { $0.name == target.step }?.fields ?? [], under: target.id)
    }
  }

  /// A setting's value, references replaced: what is written, or the default that its step declares.
  ///
  /// A default that is itself a reference is followed.
  func value(of path: String, at place: Place?) -> Node? {
    var path = path
    for _ in 0..<Limits.depth {
      let (target, rest) = target(of: path)
      let spec = declaration(of: path)
      if let node = rest.reduce(target?.node, { node, part in node?[String(part)] }),
        spec?.isDefault(node) != true
      {
        return node
      }
      guard let spec else { return nil }
      if let value = spec.defaultValue, let place { return Self.node(value, at: place) }
      guard let next = spec.defaultReference else { return nil }
      path = next
    }
    return nil
  }

  private static func paths(_ fields: [FieldSpec], under path: String) -> [String] {
    fields.flatMap { field in
      let path = "\(path).\(field.name)"
      return field.kind == .section ? paths(field.fields, under: path) : [path]
    }
  }

  /// A default as if it had been written at `place`.
  static func node(_ value: Setting, at place: Place, directory: String = "") -> Node {
    let content: Node.Content
    switch value {
    case .list(let items): content = .list(items.map { node($0, at: place, directory: directory) })
    case .section(let entries):
      content = .mapping(
        entries.map {
          NodeEntry(key: $0.key, keyPlace: place, value: node($0.value, at: place, directory: directory))
        }
      )
    default:
      let text = value.string ?? String(value.yaml().dropLast())
      content = .scalar(ScalarNode(value: Scalar(value) ?? .null, text: text, style: .plain))
    }
    return Node(content: content, place: place, directory: directory, origin: .recipe)
  }
}
