import Files

extension Setting {
  /// The value as JSON; infinities, which JSON lacks, are texts as YAML writes them.
  package var json: JSONValue {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .real(let value): value.isFinite ? .real(value) : .string(YAMLText.number(value))
    case .string(let value): .string(value)
    case .list(let items): .array(items.map(\.json))
    case .section(let entries): .object(entries.map { ($0.key, $0.value.json) })
    }
  }
}
