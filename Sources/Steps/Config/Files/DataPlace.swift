import Clicks
import Recipe
import Tables

/// The folder and the names of the data files, and how they are written.
struct DataPlace: Sendable {
  let path: ResolvedPath?
  let folders: [String]
  /// What the click log is: paths, patterns or folders, one or more.
  let clicks: [String]
  /// Likewise the item table; none where there is none.
  let items: [String]
  let format: TableFormat
  /// How the item table is written.
  let itemsFormat: TableFormat
  let identifiers: IdentifierType
  let dropsIncompleteRows: Bool
  let missingItems: MissingItems
  /// The user table; nil for none.
  let users: UserTablePlace?
  /// Pretrained vectors in a file of their own; nil for none.
  let vectors: VectorFile?

  init(_ fields: inout Fields) {
    path = fields.path(
      "path",
      default: "data",
      defaultEnvironment: "FUNREC_RAW_DATA_PATH",
      role: .presentation,
      "The folder of the data files."
    )
    folders = fields.strings(
      "folders",
      default: [".", "dataset/news_recommendation", "news_recommendation"],
      role: .presentation,
      "Folders under path that are tried in order for the click log."
    )
    clicks = fields.oneOrMoreStrings(
      "clicks",
      default: "train_click_log.csv",
      role: .presentation,
      "The click log, plain, .gz or .zst. A file, a pattern such as logs/day=*.csv (** for any folders), a "
        + "folder of files, or a list of these; KEY=VALUE folders that are found are columns."
    )
    items = fields.optionalStrings(
      "items",
      role: .presentation,
      "The item table, likewise; by default the catalogue is the items clicked."
    )
    let delimiter = fields.string(
      "delimiter",
      default: ",",
      "What stands between fields: one character, or one that stands twice, as '::' does."
    )
    let hasHeader = fields.bool("header", default: true, "Whether the first line names the columns.")
    let quotes = fields.bool("quotes", default: true, "Whether fields may stand in double quotes.")
    let extraFields = fields.choice(
      "extra_fields",
      default: ExtraFields.error,
      "What becomes of a row with more fields than the first line: an 'error'; 'join', the last column has all that is "
        + "left of the line; or 'cut', what is beyond the last column is not looked at."
    )
    let itemsDelimiter = fields.optionalString(
      "items_delimiter",
      "What stands between the fields of the item table, where that is another than 'delimiter'."
    )
    let itemsHeader = fields.optionalBool(
      "items_header",
      "Whether the first line of the item table names its columns, where that is another than 'header'."
    )
    let userFiles = fields.optionalStrings(
      "users",
      role: .presentation,
      "The user table, likewise, for features of users; by default there is none."
    )
    let usersDelimiter = fields.optionalString(
      "users_delimiter",
      "What stands between the fields of the user table, where that is another than 'delimiter'."
    )
    let usersHeader = fields.optionalBool(
      "users_header",
      "Whether the first line of the user table names its columns, where that is another than 'header'."
    )
    func part(_ format: inout DelimitedFormat, _ text: String, _ key: String) {
      let bytes = Array(text.utf8)
      format.isDoubled = bytes.count == 2 && bytes[0] == bytes[1]
      if bytes.count != 1, !format.isDoubled {
        fields.fail(key, "expected one character, or one that stands twice, as '::' does, got '\(text)'")
      }
      format.delimiter = bytes.first ?? UInt8(ascii: ",")
    }
    var format = DelimitedFormat(hasHeader: hasHeader, allowsQuotes: quotes, extraFields: extraFields)
    part(&format, delimiter, "delimiter")
    var itemsFormat = format
    if let itemsDelimiter { part(&itemsFormat, itemsDelimiter, "items_delimiter") }
    if let itemsHeader { itemsFormat.hasHeader = itemsHeader }
    var usersFormat = format
    if let usersDelimiter { part(&usersFormat, usersDelimiter, "users_delimiter") }
    if let usersHeader { usersFormat.hasHeader = usersHeader }
    let forms = FileForms(&fields, log: format, items: itemsFormat, users: usersFormat)
    (self.format, self.itemsFormat) = (forms.log, forms.items)
    identifiers = fields.choice(
      "ids",
      default: IdentifierType.auto,
      "How ids are read: 'auto' takes integers where every id is one as programs write them, and text where one has "
        + "leading zeros, a sign or a fraction; 'integer' takes 007 and 7.0 for 7. Ids are the same in all files where "
        + "their bytes are."
    )
    dropsIncompleteRows = fields.bool(
      "drop_incomplete",
      default: false,
      "Leave out clicks with an empty id or time, in place of an error."
    )
    missingItems = fields.choice(
      "missing_items",
      default: MissingItems.unknown,
      "Items clicked but not in the item table: 'unknown' as in the notebook, or 'add' them to the catalogue."
    )
    users =
      userFiles.isEmpty
      ? nil
      : UserTablePlace(
        files: userFiles,
        format: forms.users,
        identifiers: identifiers,
        dropsIncompleteRows: dropsIncompleteRows
      )
    vectors = VectorFile(&fields)
  }
}
