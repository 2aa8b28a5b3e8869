import Recipe
import Tables

/// What the files are and how their text is written, beside what stands between their fields.
struct FileForms {
  /// The click log.
  let log: TableFormat
  /// The item table.
  let items: TableFormat
  /// The user table.
  let users: TableFormat

  /// - Parameters:
  ///   - log: how the fields of the log are written.
  ///   - items: how those of the item table are.
  ///   - users: how those of the user table are.
  init(_ fields: inout Fields, log: DelimitedFormat, items: DelimitedFormat, users: DelimitedFormat) {
    let format = fields.choice(
      "format",
      default: TableFormat.Kind.auto,
      "What the click log is: 'auto' tells Parquet, JSON and delimited text by the first bytes, then by the ending of the "
        + "name; 'csv' is delimited text, 'jsonl' an object a line, 'json' one object with a row for every key (columns "
        + "'key' and 'values', or the fields of the values), 'sequences' a user and then the items a line (columns 'user' "
        + "and 'item'), 'sessions' the items of a session a line (columns 'session' and 'item')."
    )
    let itemsFormat = fields.choice(
      "items_format",
      default: TableFormat.Kind.auto,
      "What the item table is, likewise."
    )
    let usersFormat = fields.choice(
      "users_format",
      default: TableFormat.Kind.auto,
      "What the user table is, likewise."
    )
    let encoding = fields.choice(
      "encoding",
      default: TextEncoding.auto,
      "How letters are written: 'auto' is UTF-8, or UTF-16 where a file begins with its mark, and takes titles that are "
        + "neither for Latin-1; 'utf-8' takes nothing else; 'latin-1' and 'cp1252' have a byte a letter."
    )
    let itemsEncoding = fields.optionalChoice(
      "items_encoding",
      TextEncoding.self,
      "How letters of the item table are written, where that is another than 'encoding'."
    )
    let usersEncoding = fields.optionalChoice(
      "users_encoding",
      TextEncoding.self,
      "How letters of the user table are written, where that is another than 'encoding'."
    )
    var (log, items, users) = (log, items, users)
    log.skippedRows = fields.int(
      "skip_rows",
      default: 0,
      in: 0...1_000_000,
      "How many lines stand before the header, or before the first row where there is none."
    )
    items.skippedRows = fields.int(
      "items_skip_rows",
      default: 0,
      in: 0...1_000_000,
      "How many lines stand before the header of the item table."
    )
    users.skippedRows = fields.int(
      "users_skip_rows",
      default: 0,
      in: 0...1_000_000,
      "How many lines stand before the header of the user table."
    )
    let comment = Self.byte("comment", &fields, "Lines that begin with this character are passed over.")
    let itemsComment = Self.byte(
      "items_comment",
      &fields,
      "Lines of the item table that begin with this character are passed over, where it is another than 'comment'."
    )
    let usersComment = Self.byte(
      "users_comment",
      &fields,
      "Lines of the user table that begin with this character are passed over, where it is another than 'comment'."
    )
    log.comment = comment
    users.comment = usersComment ?? comment
    items.comment = itemsComment ?? comment
    self.log = TableFormat(kind: format, delimited: log, encoding: encoding)
    self.items = TableFormat(kind: itemsFormat, delimited: items, encoding: itemsEncoding ?? encoding)
    self.users = TableFormat(kind: usersFormat, delimited: users, encoding: usersEncoding ?? encoding)
  }

  private static func byte(_ key: String, _ fields: inout Fields, _ help: String) -> UInt8? {
    guard let text = fields.optionalString(key, help) else { return nil }
    guard text.utf8.count == 1, let byte = text.utf8.first else {
      fields.fail(key, "expected one character, got '\(text)'")
      return nil
    }
    return byte
  }
}

extension TableFormat.Kind {
  /// What the first columns of a log of this form are called, where the form says it.
  var columnNames: (user: String, item: String)? {
    switch self {
    case .sequences: ("user", "item")
    case .sessions: ("session", "item")
    case .auto, .csv, .jsonl, .parquet, .json: nil
    }
  }
}
