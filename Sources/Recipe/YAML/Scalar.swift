/// One YAML value that is neither a list nor a mapping, as the YAML 1.2 core schema types it.
package enum Scalar: Sendable, Equatable {
  /// `null`, `~` or nothing.
  case null
  /// `true` or `false`; `yes`, `no`, `on` and `off` are strings.
  case bool(Bool)
  /// A decimal, `0x` or `0o` integer of at most 64 bits.
  case int(Int)
  /// A number with a point or an exponent, `.inf` or `.nan`.
  case real(Double)
  /// Everything else, and whatever is quoted.
  case string(String)

  /// The same value as a setting.
  package var setting: Setting {
    switch self {
    case .null: .null
    case .bool(let value): .bool(value)
    case .int(let value): .int(value)
    case .real(let value): .real(value)
    case .string(let value): .string(value)
    }
  }
}
