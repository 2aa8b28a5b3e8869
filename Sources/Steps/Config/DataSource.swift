import Clicks
import Recipe

/// Where `config` has its clicks from: files, or a generator.
struct DataSource: Sendable {
  /// The files, or nil where clicks are made up.
  let files: FileSource?
  /// The generator's settings, or nil where clicks are read.
  let synthetic: SyntheticOptions?

  init(_ fields: inout Fields) {
    var synthetic: SyntheticOptions?
    var place: DataPlace?
    fields.section("data", "Where the clicks are.") { fields in
      synthetic = fields.optionalSection(
        "synthetic",
        "Make clicks up, with a known structure, in place of reading files.",
        SyntheticSettings.read
      )
      place = DataPlace(&fields)
    }
    let (log, items) = (place?.format.kind, place?.itemsFormat.kind)
    let columns = fields.section("columns", "What the click log's columns are called.") {
      LogColumns(&$0, names: log?.columnNames)
    }
    let itemColumns = fields.section("item_columns", "What the item table's columns are called.") {
      ItemColumns(&$0, item: items == .json ? "key" : "item_id")
    }
    let userColumns = fields.section(
      "user_columns",
      "What the user table's columns are called.",
      UserColumns.init
    )
    let worth = WorthSettings.read(&fields, columns.worth)
    if synthetic != nil && !fields.isDescribing {
      for (key, _) in columns.worth.references { fields.fail(key, "made-up clicks have no such column") }
    }
    self.synthetic = fields.isDescribing ? nil : synthetic
    files =
      synthetic == nil || fields.isDescribing
      ? place.map { FileSource($0, columns, itemColumns, userColumns, worth) } : nil
  }

  /// Whether items have categories: made-up ones always do.
  var hasItemCategories: Bool { files?.hasItemCategories ?? true }

  var columnNames: (user: String, item: String) {
    guard let files else { return ("user_id", "article_id") }
    return files.columnNames
  }

  func read(_ reading: DataReading) throws -> (data: ConfigArtifact, notes: ReadingNotes?, files: [FileRows])
  {
    if let files { return try files.read(reading) }
    let made = try SyntheticClicks(synthetic ?? SyntheticOptions(), threads: reading.threads)
    return (ConfigArtifact(log: made.log, items: made.table), nil, [])
  }
}
