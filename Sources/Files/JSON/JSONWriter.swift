/// Writes JSON values.
struct JSONWriter {
  let layout: JSONLayout
  private(set) var text = ""
  private var level = 0

  init(layout: JSONLayout) { self.layout = layout }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .int(let value): text += String(value)
    case .real(let value): text += value.isFinite ? "\(value)" : "null"
    case .string(let value): writeQuoted(value)
    case .array(let items): write(items, "[", "]") { $0.write($1) }
    case .object(let members):
      write(members, "{", "}") { writer, member in
        writer.writeQuoted(member.key)
        writer.text += writer.layout == .compact ? ":" : ": "
        writer.write(member.value)
      }
    }
  }

  /// As ``JSONValue/quoted(_:)``; most texts have nothing to escape, and then nothing is made of them first.
  private mutating func writeQuoted(_ value: String) {
    let isPlain = value.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    guard isPlain else { return text += JSONValue.quoted(value) }
    text += "\""
    text += value
    text += "\""
  }

  private mutating func write<Item>(
    _ items: [Item],
    _ opening: String,
    _ closing: String,
    _ body: (inout JSONWriter, Item) -> Void
  ) {
    text += opening
    level += 1
    for (place, item) in items.enumerated() {
      if place > 0 { text += layout == .spaced ? ", " : "," }
      startLine()
      body(&self, item)
    }
    level -= 1
    if !items.isEmpty { startLine() }
    text += closing
  }

  private mutating func startLine() {
    if layout == .indented { text += "\n" + String(repeating: " ", count: 2 * level) }
  }
}
