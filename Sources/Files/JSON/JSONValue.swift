/// A JSON value as a program builds it to be written: objects keep the order of their keys, and whole numbers are apart
/// from others, which always have a point or an exponent.
package enum JSONValue: Sendable {
  case null
  case bool(Bool)
  case int(Int)
  /// A number as its shortest decimal that reads back the same; `null` where it is not finite, which JSON cannot say.
  case real(Double)
  /// As ``real(_:)``, by the shortest decimal that reads back as the same Float32.
  case single(Float)
  case string(String)
  case array([JSONValue])
  case object([(key: String, value: JSONValue)])

  /// An object with its keys in ascending order.
  package static func sorted(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { (key: $0.key, value: $0.value) })
  }

  /// Its text, without a line end at the end.
  package func text(_ layout: JSONLayout) -> String { String(decoding: bytes(layout), as: UTF8.self) }

  /// Its text as UTF-8, without a line end at the end.
  package func bytes(_ layout: JSONLayout) -> [UInt8] {
    var writer = JSONWriter(layout: layout)
    writer.write(self)
    return writer.bytes
  }

  /// The text as a JSON string, which is a double-quoted one of YAML too. What no terminal should be sent is escaped.
  package static func quoted(_ text: String) -> String {
    var out = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\t": out += "\\t"
      case "\r": out += "\\r"
      default:
        if character.isPrintable {
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

/// Where a JSON text has blanks and line ends.
package enum JSONLayout: Sendable {
  /// One line a value, two blanks a level.
  case indented
  /// One line with a blank after each colon and comma, as Python's `json` writes it.
  case spaced
  /// One line without blanks.
  case compact
}
