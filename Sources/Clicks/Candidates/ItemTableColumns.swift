import Files

/// The columns of an item table that a condition may name, as far as they are known before the table is read.
package struct ItemTableColumns: Sendable {
  /// What a column holds.
  package enum Kind: Sendable, Equatable {
    /// Numbers, which may be times.
    case numbers
    /// Text.
    case text
    /// Ids: whole numbers or text, as the file has them.
    case ids
  }

  /// The columns by name, in the order in which they are kept.
  package var columns: [(name: String, kind: Kind)]
  /// Whether there are others, whose names only the file knows.
  package var hasUnnamed: Bool

  /// What a condition calls the category, whatever the file calls it.
  package static let category = "category"
  /// What it calls the item's id.
  package static let item = "item"

  /// Lists columns.
  package init(_ columns: [(name: String, kind: Kind)], hasUnnamed: Bool = false) {
    self.columns = columns
    self.hasUnnamed = hasUnnamed
  }

  /// Whether the column called `name` is one of numbers.
  package func hasNumbers(_ name: String) -> Bool {
    columns.contains { $0.name == name && $0.kind == .numbers }
  }

  /// Why there is no column of that name.
  func missing(_ column: ItemCondition.Column) -> ItemCondition.Problem {
    let names = columns.map(\.name)
    let listed = names.joined(separator: ", ")
    let near = Suggestion.clause(for: column.name, among: names)
    return ItemCondition.Problem(
      message: "'config' keeps no item column '\(column.name)'"
        + (near.isEmpty ? "; it keeps \(listed), and text stands in quotes" : near),
      place: column.place
    )
  }
}

extension ItemCondition {
  /// What is wrong with it on a table with these columns: columns that are not kept, text that is compared by size, numbers
  /// that are none.
  package func problems(on columns: ItemTableColumns) -> [Problem] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap { $0.problems(on: columns) }
    case .not(let part), .differs(let part): part.problems(on: columns)
    case .isMissing(let column): Self.kind(of: column, on: columns).problems
    case .isOneOf(let column, let values):
      Self.problems(of: column, columns) { kind in
        kind == .numbers
          ? values.filter { $0.number == nil && $0.moment == nil }.map { Self.noNumber($0, column) } : []
      }
    case .compare(let column, let comparison, let operand):
      Self.problems(of: column, columns) { kind in
        Self.problems(column, kind, comparison, operand, on: columns)
      }
    }
  }

  private static func kind(of column: Column, on columns: ItemTableColumns) -> (
    kind: ItemTableColumns.Kind?, problems: [Problem]
  ) {
    let kind = columns.columns.first { $0.name == column.name }?.kind
    return (kind, kind == nil && !columns.hasUnnamed ? [columns.missing(column)] : [])
  }

  private static func problems(
    of column: Column,
    _ columns: ItemTableColumns,
    _ body: (ItemTableColumns.Kind) -> [Problem]
  ) -> [Problem] {
    let (kind, problems) = kind(of: column, on: columns)
    return problems + (kind.map(body) ?? [])
  }

  private static func problems(
    _ column: Column,
    _ kind: ItemTableColumns.Kind,
    _ comparison: Comparison,
    _ operand: Operand,
    on columns: ItemTableColumns
  ) -> [Problem] {
    switch (kind, operand) {
    case (.numbers, .request), (.ids, .literal): return []
    case (_, .request): return [notATime(column)]
    case (.numbers, .literal(let value)):
      return value.number == nil && value.moment == nil ? [noNumber(value, column)] : []
    case (.text, .literal): return comparison == .equal ? [] : [textBySize(column)]
    case (_, .column(let other)):
      let (otherKind, problems) = Self.kind(of: other, on: columns)
      guard problems.isEmpty, let otherKind else { return problems }
      return [(column, kind), (other, otherKind)].filter { $0.1 != .numbers }.map { notBoth($0.0) }
    }
  }

  static func noNumber(_ value: Literal, _ column: Column) -> Problem {
    Problem(
      message:
        "'\(column.name)' holds numbers, and '\(value.text)' is none, nor a date such as \"2017-10-01\"",
      place: value.place
    )
  }

  static func textBySize(_ column: Column) -> Problem {
    Problem(
      message:
        "'\(column.name)' holds text, which is compared by == and != or with 'in [...]'; list it in config's "
        + "item_columns.numbers where it holds numbers or dates",
      place: column.place
    )
  }

  static func notATime(_ column: Column) -> Problem {
    Problem(
      message:
        "'\(column.name)' is no time to compare with the request's; list it in config's item_columns.numbers",
      place: column.place
    )
  }

  static func notBoth(_ column: Column) -> Problem {
    Problem(
      message:
        "only columns of numbers are compared with each other, and '\(column.name)' holds text or ids; text stands "
        + "in quotes",
      place: column.place
    )
  }
}
