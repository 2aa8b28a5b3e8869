import Clicks
import Files
import Tables

/// How the recipe of a model calls the columns of its item table.
package struct ItemForm: Sendable {
  /// The ids; nil for what the log calls items.
  package var id: ColumnSelector?
  /// The category, which may be called that or `category`; nil where there was none.
  package var category: ColumnSelector?
  /// The titles; nil where there were none.
  package var title: ColumnSelector?
  /// What parts the values of multi-valued columns, where they are text.
  package var separator = UInt8(ascii: "|")
  /// The columns of 0 and 1 that say which values an item has of a multi-valued feature.
  package var flags: [ColumnSelector] = []
  /// The pretrained vectors; nil where the table had none.
  package var vectors: ColumnSelector?
  /// Whether ids are numbers, in whatever way these are written.
  package var idsAreNumbers = false
  /// What its file is, and how it is written.
  package var format = TableFormat()

  /// A table of which nothing is known but what the model says.
  package init() {}
}

/// What is said of items, new and old, as a file has it.
package struct UpdateItems {
  /// The file, for messages.
  let file: String
  /// The ids, as text, each once.
  let ids: [String]
  /// The features of each.
  let features: [[String: FeatureValue]]
  /// What the model's candidates are narrowed by, of each.
  let judged: [[String: FeatureValue]]
  /// What each is called, empty for nothing; nil where the file does not say it.
  let titles: [String]?
  /// What is to be said of the file.
  package let notes: [String]

  /// Reads the file at `path` for `saved`: a column of ids, called as in the log or the item table, titles, columns of features,
  /// and those that candidates are narrowed by.
  /// - Throws: `DataError` where the file cannot be read, lacks the ids, or has an item twice.
  package init(path: String, for saved: SavedModel, _ form: ItemForm, threads: Int) throws {
    let own = form.id ?? .name(saved.columns.item)
    let opened = try UpdateFile(
      path: path,
      form.format,
      [UpdateFile.Wanted(own: own, name: saved.columns.item)],
      threads: threads
    ) { _, selector, header in
      "items need a column '\(selector)' of ids (or name it with --item-column); the columns are "
        + header.joined(separator: ", ")
    }
    let (reader, id) = (opened.reader, opened.columns[0])
    let title = form.title.flatMap { reader.column($0) }
    let (idPlace, titlePlace) = (try reader.index(of: id), try title.map { try reader.index(of: $0) })
    let known = NewItems(saved).columns
    let conditions = saved.search.conditions
    let narrowing = conditions?.names ?? []
    func called(_ selector: ColumnSelector) throws -> String? {
      try reader.column(selector).map { reader.header[try reader.index(of: $0)] }
    }
    let category = known.contains(NewItems.category) ? try form.category.flatMap(called) : nil
    let flags = known.isEmpty ? [] : try form.flags.compactMap(called)
    let names = known + narrowing + flags + [category].compactMap { $0 }
    let taken = reader.header.indices.filter { $0 != idPlace && names.contains(reader.header[$0]) }
      .map { reader.header[$0] }
    var requests = [ColumnRequest(id, as: .name)]
    let multi = Set(saved.catalogue.features.multi.map(\.name))
    for name in taken {
      let type = multi.contains(name) ? ColumnType.names(separator: form.separator) : .name
      requests.append(ColumnRequest(reader.column(.name(name)) ?? .name(name), as: type, empty: .substitute))
    }
    if let title {
      requests.append(ColumnRequest(title, as: .name, empty: .substitute))
      requests[requests.count - 1].allowsLatin1 = true
    }
    let table = try reader.read(requests)
    file = path
    let ids = try UpdateClicks.texts(table.columns[0], path, areNumbers: form.idsAreNumbers)
    self.ids = ids
    var seen: Set<[UInt8]> = []
    if let row = ids.indices.first(where: { !seen.insert(Array(ids[$0].utf8)).inserted }) {
      throw DataError("row \(row + 1): the item '\(ids[row])' stands here twice", file: path)
    }
    titles = try title.map { _ in try UpdateClicks.texts(table.columns[1 + taken.count], path) }
    let columns = try taken.indices.map { try Self.values(table.columns[1 + $0], path) }
    let all = ids.indices.map { row in
      var values = Dictionary(zip(taken, columns).map { ($0, $1[row]) }) { first, _ in first }
      if let category, !taken.contains(NewItems.category) { values[NewItems.category] = values[category] }
      return values
    }
    features = all.map { values in values.filter { known.contains($0.key) || flags.contains($0.key) } }
    judged = all.map { values in values.filter { narrowing.contains($0.key) } }
    let others = reader.header.indices.filter { $0 != idPlace && $0 != titlePlace }.map { reader.header[$0] }
      .filter { !taken.contains($0) }
    let vectors = known.contains(NewItems.vectors) ? try form.vectors.flatMap(called) : nil
    notes =
      Self.notes(others.filter { $0 != vectors }, unsaid: conditions?.unsaid(taken) ?? [], path)
      + (vectors.map {
        [
          "the vectors in '\($0)' of '\(path)' are not taken: of new items they count as missing; PUT /items of a service takes them"
        ]
      } ?? [])
  }

  /// The values of a column, by item.
  private static func values(_ column: ColumnValues, _ path: String) throws -> [FeatureValue] {
    if case .lists(let offsets, let codes, let names) = column {
      return zip(offsets, offsets.dropFirst()).map { start, end in
        start == end ? .none : .list(codes[start..<end].map { .text(names[Int($0)]) })
      }
    }
    return try UpdateClicks.texts(column, path).map { $0.isEmpty ? .none : .text($0) }
  }

  /// What is to be said of columns that nothing takes, and of such as candidates are narrowed by and that are not there.
  private static func notes(_ others: [String], unsaid: [String], _ path: String) -> [String] {
    func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
    return (others.isEmpty ? [] : ["the model takes no feature \(list(others)) of '\(path)'"])
      + (unsaid.isEmpty
        ? []
        : [
          "'\(path)' has no column \(list(unsaid)), by which the model narrows its candidates: of new items that counts as "
            + "empty"
        ])
  }
}
