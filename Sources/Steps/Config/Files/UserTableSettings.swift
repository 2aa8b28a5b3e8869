import Clicks
import Recipe
import Report
import Tables

/// What the user table's columns are called.
struct UserColumns: Sendable {
  let user: ColumnReference
  let categories: [ColumnReference]
  let numbers: [ColumnReference]
  let multi: [ColumnReference]
  let separator: UInt8?

  init(_ fields: inout Fields) {
    user = fields.columnName("user", default: .name("user_id"), "The column of user ids; a user has one row.")
    categories = fields.columnNames(
      "categories",
      default: [],
      "Columns to keep as text, for categorical features of users."
    )
    numbers = fields.columnNames(
      "numbers",
      default: [],
      "Columns of numbers to keep, for numeric features of users; an empty field is a missing number, a date is the seconds "
        + "since 1970."
    )
    multi = fields.columnNames(
      "multi",
      default: [],
      "Columns of any number of values a user: lists, or text with 'separator' between the values."
    )
    separator = SeparatorSetting.read(&fields)
    let others = [user] + numbers + multi
    for column in categories where others.contains(column) {
      fields.fail("categories", "the column '\(column)' is already read as something else")
    }
  }

  /// The columns with the settings that name them.
  var references: [(key: String, column: ColumnReference)] {
    [("user_columns.user", user)] + categories.map { ("user_columns.categories", $0) }
      + numbers.map { ("user_columns.numbers", $0) } + multi.map { ("user_columns.multi", $0) }
  }

  /// What is read of a file of them.
  func options(_ place: UserTablePlace) -> UserTableOptions {
    var options = UserTableOptions()
    options.user = user.selector
    options.kept = categories.map(\.selector)
    options.numbers = numbers.map(\.selector)
    options.lists = multi.map(\.selector)
    options.separator = separator
    options.userType = place.identifiers
    options.dropsIncompleteRows = place.dropsIncompleteRows
    return options
  }
}

/// The files of the user table and how they are written.
struct UserTablePlace: Sendable {
  /// Paths, patterns or folders, one or more.
  let files: [String]
  let format: TableFormat
  let identifiers: IdentifierType
  let dropsIncompleteRows: Bool
}

/// What stands between the values of a multi-valued column.
enum SeparatorSetting {
  /// Reads the setting; nil where a field of text is one value.
  static func read(_ fields: inout Fields) -> UInt8? {
    let text = fields.optionalString(
      "separator",
      "What stands between the values of a 'multi' column in text: one character. Lists of other files need none."
    )
    guard let text else { return nil }
    if text.utf8.count != 1 { fields.fail("separator", "expected one character, got '\(text)'") }
    return text.utf8.first
  }
}
