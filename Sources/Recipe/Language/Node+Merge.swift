extension Node {
  /// This node with `over` laid on top: mappings are merged key by key, everything else is replaced.
  ///
  /// Keys keep this node's order; new ones follow. With `keepingNull`, an empty value on top of a mapping
  /// (a cell that is only named) changes nothing.
  func merged(under over: Node, keepingNull: Bool = false) -> Node {
    guard let base = entries else { return over }
    guard let top = over.entries else { return keepingNull && over.isNull ? self : over }
    var merged = over
    merged.content = .mapping(NodeEntry.merge(base, top, keepingNull: false))
    return merged
  }
}

extension NodeEntry {
  /// Two mappings' entries merged; see `Node.merged`.
  static func merge(_ base: [NodeEntry], _ top: [NodeEntry], keepingNull: Bool) -> [NodeEntry] {
    var merged = base
    var positions: [String: Int] = [:]
    for (index, entry) in base.enumerated() { positions[entry.key] = index }
    for entry in top {
      guard let index = positions[entry.key] else {
        positions[entry.key] = merged.count
        merged.append(entry)
        continue
      }
      merged[index].move(to: entry.keyPlace, lower: entry.lowerPlaces)
      merged[index].value = merged[index].value.merged(under: entry.value, keepingNull: keepingNull)
    }
    return merged
  }
}
