import Recipe

extension Plan {
  /// The cell at `position` and those that its result is made of, in order, as a recipe: all settings, defaults filled in,
  /// that are in the cell's key, and nothing else, so that what is kept under one key says one thing.
  ///
  /// Places of files are in no key, nor are names of cells: cells are called by their steps, further ones of a step by the
  /// step and a number, and two that do the same are one.
  func ancestry(of position: Int) -> String {
    var ancestry = Ancestry(plan: self)
    _ = ancestry.add(position, roles: [.compute])
    return ancestry.text
  }
}

/// Cells and what they are made of, each once, those that are read before those that read them.
private struct Ancestry {
  private struct Node {
    var step: String
    var settings: [SettingEntry]
    /// The kinds of what is read, and the names of the nodes that write it.
    var inputs: [[String]]
  }

  private let plan: Plan
  private var nodes: [(name: String, node: Node, identity: String)] = []

  init(plan: Plan) { self.plan = plan }

  /// The name of the node of a cell, which is added with all that it is made of where it is not there yet.
  mutating func add(_ position: Int, roles: Set<SettingRole>) -> String {
    let cell = plan.cells[position]
    var inputs: [[String]] = []
    for edge in cell.edges { inputs.append([edge.input.kind, add(edge.producer, roles: [.compute, .use])]) }
    let node = Node(
      step: cell.cell.header.step,
      settings: cell.settings.kept(by: roles),
      inputs: inputs
    )
    let identity = "\(node.step) \(Self.yaml(node.settings)) \(inputs)"
    if let known = nodes.first(where: { $0.identity == identity }) { return known.name }
    let count = nodes.count { $0.node.step == node.step } + 1
    let name = count == 1 ? node.step : "\(node.step)_\(count)"
    nodes.append((name, node, identity))
    return name
  }

  /// All of it as YAML.
  var text: String {
    nodes.map { name, node, _ in
      // Where there is one cell of a kind it is the nearest above.
      let inputs = node.inputs.filter { input in nodes.count { $0.node.step == input[0] } > 1 }
      let settings = inputs.map { SettingEntry($0[0], .string($0[1])) } + node.settings
      return (node.step == name ? name : "\(node.step) as \(name)") + ":\n" + Self.yaml(settings)
    }.joined(separator: "\n")
  }

  private static func yaml(_ settings: [SettingEntry]) -> String {
    settings.isEmpty ? "" : Setting.section(settings).yaml(indent: 2, markOverrides: false)
  }
}

extension [SettingEntry] {
  /// Those of some roles, at every level.
  fileprivate func kept(by roles: Set<SettingRole>) -> [SettingEntry] {
    compactMap { entry in
      guard case .section(let inner) = entry.value, !inner.isEmpty else {
        return roles.contains(entry.role) ? entry : nil
      }
      var entry = entry
      let kept = inner.kept(by: roles)
      entry.value = .section(kept)
      return kept.isEmpty ? nil : entry
    }
  }
}
