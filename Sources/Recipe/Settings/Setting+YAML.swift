extension Setting {
  /// The setting as YAML that reads back the same, each line but an empty one after `indent` blanks, a
  /// newline at the end.
  ///
  /// Sections are written one key a line, lists of scalars in brackets. `${` in a string is written `$${`,
  /// so that it is not taken for a reference. With `markOverrides`, what came from the command line ends
  /// in `  # overridden`. ``Secrets`` are masked, as references that read back the same.
  package func yaml(indent: Int = 0, markOverrides: Bool = false) -> String {
    var writer = SettingYAMLWriter(markOverrides: markOverrides)
    writer.root(self, indent: indent)
    return writer.text
  }
}

/// Writes settings as YAML, line by line.
private struct SettingYAMLWriter {
  let markOverrides: Bool
  var text = ""

  mutating func root(_ value: Setting, indent: Int) {
    switch value {
    case .section(let entries) where !entries.isEmpty: section(entries, indent)
    case .list(let items) where !Self.isFlow(items): list(items, indent)
    default: line(indent, Self.inline(value))
    }
  }

  private mutating func section(_ entries: [SettingEntry], _ indent: Int) {
    for entry in entries { self.entry(entry, indent) }
  }

  private mutating func entry(_ entry: SettingEntry, _ indent: Int) {
    let key = YAMLText.scalar(entry.key) + ":"
    let mark = markOverrides && entry.origin == .override ? "  # overridden" : ""
    switch entry.value {
    case .section(let entries) where !entries.isEmpty:
      line(indent, key)
      section(entries, indent + 2)
    case .list(let items) where !Self.isFlow(items):
      line(indent, key + mark)
      list(items, indent + 2)
    case .string(let value) where YAMLText.isBlock(value):
      line(indent, key + " " + (value.hasSuffix("\n") ? "|" : "|-") + mark)
      block(value, indent + 2)
    default: line(indent, key + " " + Self.inline(entry.value) + mark)
    }
  }

  private mutating func list(_ items: [Setting], _ indent: Int) {
    for item in items {
      switch item {
      case .section(let entries) where !entries.isEmpty:
        line(indent, "-")
        section(entries, indent + 2)
      case .list(let inner) where !Self.isFlow(inner):
        line(indent, "-")
        list(inner, indent + 2)
      default: line(indent, "- " + Self.inline(item))
      }
    }
  }

  private mutating func block(_ value: String, _ indent: Int) {
    let value = YAMLText.kept(value)
    let body = value.hasSuffix("\n") ? value.dropLast() : value[...]
    for row in body.split(separator: "\n", omittingEmptySubsequences: false) {
      if row.isEmpty { text += "\n" } else { line(indent, String(row)) }
    }
  }

  private mutating func line(_ indent: Int, _ content: String) {
    text += String(repeating: " ", count: indent) + content + "\n"
  }

  /// Whether a list can be written in brackets: it holds scalars and lists of them only.
  private static func isFlow(_ items: [Setting]) -> Bool {
    items.allSatisfy { item in
      switch item {
      case .section(let entries): entries.isEmpty
      case .list(let inner): isFlow(inner)
      default: true
      }
    }
  }

  private static func inline(_ value: Setting) -> String {
    switch value {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): YAMLText.keptNumber(String(value))
    case .real(let value): YAMLText.keptNumber(YAMLText.number(value))
    case .string(let value): YAMLText.scalar(YAMLText.kept(value))
    case .list(let items): "[" + items.map(inline).joined(separator: ", ") + "]"
    case .section: "{}"
    }
  }
}
