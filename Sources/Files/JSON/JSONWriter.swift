/// Writes JSON values, as bytes of UTF-8: texts that are put together piece by piece cost several times as much.
struct JSONWriter {
  let layout: JSONLayout
  private(set) var bytes: [UInt8] = []
  private var level = 0

  init(layout: JSONLayout) { self.layout = layout }

  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: write("null")
    case .bool(let value): write(value ? "true" : "false")
    case .int(let value): write(String(value))
    case .real(let value): write(value.isFinite ? value.description : "null")
    case .single(let value): write(value.isFinite ? value.description : "null")
    case .string(let value): writeQuoted(value)
    case .array(let items): write(items, "[", "]") { $0.write($1) }
    case .object(let members):
      write(members, "{", "}") { writer, member in
        writer.writeQuoted(member.key)
        writer.write(writer.layout == .compact ? ":" : ": ")
        writer.write(member.value)
      }
    }
  }

  private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  private mutating func write(_ text: StaticString) {
    bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  /// As ``JSONValue/quoted(_:)``; most texts have nothing to escape, and then nothing is made of them first.
  private mutating func writeQuoted(_ value: String) {
    let isPlain = value.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    guard isPlain else { return write(JSONValue.quoted(value)) }
    write("\"" as StaticString)
    write(value)
    write("\"" as StaticString)
  }

  private mutating func write<Item>(
    _ items: [Item],
    _ opening: StaticString,
    _ closing: StaticString,
    _ body: (inout JSONWriter, Item) -> Void
  ) {
    write(opening)
    level += 1
    for (place, item) in items.enumerated() {
      if place > 0 { write(layout == .spaced ? ", " : "," as StaticString) }
      startLine()
      body(&self, item)
    }
    level -= 1
    if !items.isEmpty { startLine() }
    write(closing)
  }

  private mutating func startLine() {
    if layout == .indented { write("\n" + String(repeating: " ", count: 2 * level)) }
  }
}
