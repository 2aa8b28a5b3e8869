import Tables

/// The pretrained vectors of items, as a model takes them.
package struct VectorColumn: Sendable, Equatable {
  /// What a model does with pretrained vectors.
  package enum Form: String, CaseIterable, Sendable, Hashable {
    /// They stay as they came, and a learned map brings them to the width of embeddings.
    case frozen
    /// They are where a learned table begins, which such a map is behind too.
    case initial
  }

  /// Where they come from, as the report calls it.
  package var name: String
  /// What a model does with them.
  package var form: Form
  /// How many numbers each has, 1 or more.
  package var width: Int
  /// The table, `[rows, width]`: zeros first, for items without a vector, then one row for each item that has one, in the
  /// order of the catalogue.
  package var table: [Float]

  /// Puts a column together.
  package init(name: String, form: Form, width: Int, table: [Float]) {
    self.name = name
    self.form = form
    self.width = width
    self.table = table
  }

  /// The number of rows.
  package var rows: Int { table.count / max(width, 1) }

  /// The vectors of `items` and the row of each item; vectors of NaN alone are those of items that have none.
  /// - Throws: `DataError` where the table has none.
  static func encode(_ items: ItemTable, _ form: Form) throws -> (column: VectorColumn, rows: [Int32]) {
    guard let column = items.vectors, case .vectors(let values, let width) = column.values, width > 0 else {
      throw DataError(
        "the items have no pretrained vectors; name their column in config's item_columns.vectors, or their file in "
          + "data.vectors"
      )
    }
    var made = VectorColumn(
      name: column.name,
      form: form,
      width: width,
      table: [Float](repeating: 0, count: width)
    )
    var rows: [Int32] = []
    rows.reserveCapacity(items.count)
    for item in 0..<items.count {
      let own = values[item * width..<(item + 1) * width]
      if own.contains(where: \.isNaN) {
        rows.append(0)
      } else {
        rows.append(Int32(made.rows))
        made.table += own
      }
    }
    return (made, rows)
  }
}
