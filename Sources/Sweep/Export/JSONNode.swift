import Report

/// A JSON value.
package enum JSONNode: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number; written as null where it is not finite.
  case number(Double)
  case text(String)
  case list([JSONNode])
  /// Written by key in ascending order.
  case object([String: JSONNode])

  /// Its text: two blanks of indentation a level where `pretty`, else on one line as Python's `json` does it.
  package func text(pretty: Bool = false) -> String {
    var output = ""
    write(to: &output, indent: pretty ? 0 : nil)
    return output
  }

  private func write(to output: inout String, indent: Int?) {
    switch self {
    case .null: output += "null"
    case .bool(let value): output += value ? "true" : "false"
    case .integer(let value): output += String(value)
    case .number(let value): output += value.isFinite ? "\(value)" : "null"
    case .text(let value): Self.write(text: value, to: &output)
    case .list(let nodes):
      Self.write(nodes, between: ("[", "]"), to: &output, indent: indent) { node, output, indent in
        node.write(to: &output, indent: indent)
      }
    case .object(let members):
      let sorted = members.sorted { $0.key < $1.key }
      Self.write(sorted, between: ("{", "}"), to: &output, indent: indent) { member, output, indent in
        Self.write(text: member.key, to: &output)
        output += ": "
        member.value.write(to: &output, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ items: [Item],
    between ends: (String, String),
    to output: inout String,
    indent: Int?,
    _ body: (Item, inout String, Int?) -> Void
  ) {
    output += ends.0
    let inner = indent.map { $0 + 2 }
    for (place, item) in items.enumerated() {
      if let inner {
        output += (place == 0 ? "\n" : ",\n") + String(repeating: " ", count: inner)
      } else if place > 0 {
        output += ", "
      }
      body(item, &output, inner)
    }
    if let indent, !items.isEmpty { output += "\n" + String(repeating: " ", count: indent) }
    output += ends.1
  }

  private static func write(text: String, to output: inout String) {
    output += "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": output += "\\\""
      case "\\": output += "\\\\"
      case "\n": output += "\\n"
      case "\r": output += "\\r"
      case "\t": output += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: output.unicodeScalars.append(scalar)
      }
    }
    output += "\""
  }
}
