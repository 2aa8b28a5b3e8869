extension Node {
  /// What stands here, for the "got …" of a message.
  var described: String {
    switch content {
    case .list: "a list"
    case .mapping: "a mapping"
    case .broken: "something unreadable"
    case .scalar(let scalar): scalar.described
    }
  }
}

extension ScalarNode {
  /// What stands here, for the "got …" of a message.
  var described: String {
    switch value {
    case .null: "no value"
    case .bool(let value): value ? "true" : "false"
    case .int, .real: Shown.text(text)
    case .string(let value): value.isEmpty ? "an empty string" : "the string \(Shown.quoted(value))"
    }
  }
}
