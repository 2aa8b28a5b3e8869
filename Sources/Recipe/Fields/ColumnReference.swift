/// A column of a table file, by its header or by its position.
package enum ColumnReference: Sendable, Hashable {
  /// The column with this header.
  case name(String)
  /// The column at this position, from 1.
  case number(Int)

  /// The reference as it is written in a recipe.
  package var setting: Setting {
    switch self {
    case .name(let name): .string(name)
    case .number(let number): .int(number)
    }
  }

  init?(_ setting: Setting) {
    switch setting {
    case .string(let name): self = .name(name)
    case .int(let number): self = .number(number)
    default: return nil
    }
  }
}

extension ColumnReference: CustomStringConvertible {
  /// The header, or the number.
  package var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): String(number)
    }
  }
}
