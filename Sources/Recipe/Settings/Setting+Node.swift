extension Setting {
  /// A node as it was written, whatever it is; nil where it is broken and was reported.
  init?(_ node: Node) {
    switch node.content {
    case .broken: return nil
    case .scalar(let scalar): self = scalar.value.setting
    case .list(let nodes):
      let items = nodes.compactMap { Setting($0) }
      guard items.count == nodes.count else { return nil }
      self = .list(items)
    case .mapping(let entries):
      var settings: [SettingEntry] = []
      for entry in entries {
        guard let value = Setting(entry.value) else { return nil }
        settings.append(SettingEntry(entry.key, value, origin: entry.value.origin, place: entry.keyPlace))
      }
      self = .section(settings)
    }
  }
}
