import Clicks
import Recipe
import Report
import Tables

/// The multi-valued columns of the item table, and that of pretrained vectors.
struct ItemListColumns: Sendable {
  let multi: [ColumnReference]
  let separator: UInt8?
  let flags: [(name: String, columns: [ColumnReference])]
  let vectors: ColumnReference?

  init(_ fields: inout Fields) {
    multi = fields.columnNames(
      "multi",
      default: [],
      "Columns of any number of values an item, such as genres or tags: lists, or text with 'separator' between the values."
    )
    separator = SeparatorSetting.read(&fields)
    let named = fields.sections(
      "flags",
      "Multi-valued features that stand as columns of 0 and 1: under a name of yours its columns, as in "
        + "'genres: { columns: [action, comedy] }'. The names of the columns are the values."
    ) { _, fields in
      fields.columnNames("columns", default: [], count: 0...10_000, "The columns of 0 and 1.")
    }
    flags = named.map { (name: $0.name, columns: $0.value) }
    vectors = fields.optionalColumnName(
      "vectors",
      "The column of pretrained vectors, as many finite numbers an item; vectors in a file of their own are "
        + "data.vectors."
    )
    for (name, columns) in flags where columns.isEmpty {
      fields.fail("flags", "'\(name)' names no columns; list them as in '\(name): { columns: [a, b] }'")
    }
    for (name, _) in flags where multi.contains(.name(name)) {
      fields.fail("flags", "'\(name)' is a column of 'multi' too; give it another name")
    }
  }

  /// The columns with the settings that name them.
  var references: [(key: String, column: ColumnReference)] {
    multi.map { ("item_columns.multi", $0) }
      + flags.flatMap { flags in flags.columns.map { ("item_columns.flags.\(flags.name).columns", $0) } }
      + (vectors.map { [("item_columns.vectors", $0)] } ?? [])
  }

  /// Whether a multi-valued column called `name` is among them; one given by its number may be called anything.
  func canHold(_ name: String) -> Bool { multi.canHold(name) || flags.contains { $0.name == name } }

  /// Says what is read of the file.
  func fill(_ options: inout ItemTableOptions) {
    options.lists = multi.map(\.selector)
    options.separator = separator
    options.flags = flags.map { FlagColumns(name: $0.name, columns: $0.columns.map(\.selector)) }
    options.vectors = vectors?.selector
  }
}
