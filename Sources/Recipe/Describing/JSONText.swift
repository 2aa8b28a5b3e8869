/// A JSON value whose objects keep their order.
indirect enum JSONText {
  case null
  case bool(Bool)
  case int(Int)
  case real(Double)
  case string(String)
  case array([JSONText])
  case object([(key: String, value: JSONText)])

  /// The value over several lines, two blanks a level.
  func pretty(_ indent: String = "") -> String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .int(let value): String(value)
    case .real(let value): "\(value)"
    case .string(let value): Self.quoted(value)
    case .array(let items):
      items.isEmpty ? "[]" : Self.block("[", items.map { $0.pretty(indent + "  ") }, "]", indent)
    case .object(let members):
      members.isEmpty
        ? "{}"
        : Self.block(
          "{",
          members.map { Self.quoted($0.key) + ": " + $0.value.pretty(indent + "  ") },
          "}",
          indent
        )
    }
  }

  private static func block(_ open: String, _ rows: [String], _ close: String, _ indent: String) -> String {
    "\(open)\n" + rows.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
  }

  /// The text as a JSON string, which is a YAML double-quoted one too.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        if Shown.isPrintable(character) {
          out.unicodeScalars.append(character)
        } else {
          let hex = String(character.value, radix: 16)
          out += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
        }
      }
    }
    return out + "\""
  }
}
