import Clicks
import Files
import Tables

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
  /// What is to be said of the file.
  package let notes: [String]

  /// Reads the file at `path` for `saved`: a column of ids, called as in the log or the item table, columns of features, and those
  /// that candidates are narrowed by.
  /// - Parameters:
  ///   - categoryColumn: what the item table called the category, which may be called that here as well.
  ///   - separator: what parts the values of multi-valued columns.
  /// - Throws: `DataError` where the file cannot be read, lacks the ids, or has an item twice.
  package init(
    path: String,
    for saved: SavedModel,
    idColumn: String?,
    categoryColumn: String? = nil,
    separator: String,
    threads: Int
  ) throws {
    let reader = try TableReaders.open(path: path, threads: threads)
    let id = idColumn ?? saved.columns.item
    guard reader.header.contains(id) else {
      throw DataError(
        "items need a column '\(id)' of ids (or name it with --item-column); the columns are "
          + reader.header.joined(separator: ", "),
        file: path,
        line: 1
      )
    }
    let known = NewItems(saved).columns
    let conditions = saved.search.conditions
    let narrowing = conditions?.names ?? []
    let multi = Set(saved.catalogue.features.multi.map(\.name))
    let names =
      known + narrowing + (known.contains(NewItems.category) ? [categoryColumn].compactMap { $0 } : [])
    let taken = reader.header.filter { $0 != id && names.contains($0) }
    let table = try reader.read(
      [ColumnRequest(.name(id), as: .name)]
        + taken.map { ColumnRequest(.name($0), as: .name, empty: .substitute) }
    )
    file = path
    let ids = try UpdateClicks.texts(table.columns[0], path)
    self.ids = ids
    let columns = try taken.indices.map { try UpdateClicks.texts(table.columns[1 + $0], path) }
    var seen: Set<[UInt8]> = []
    if let row = ids.indices.first(where: { !seen.insert(Array(ids[$0].utf8)).inserted }) {
      throw DataError("row \(row + 1): the item '\(ids[row])' stands here twice", file: path)
    }
    let all = ids.indices.map { row in
      var values: [String: FeatureValue] = [:]
      for (name, column) in zip(taken, columns) {
        let text = column[row]
        values[name] =
          text.isEmpty
          ? FeatureValue.none
          : multi.contains(name)
            ? .list(Self.parts(text, separator).map { .text($0) }) : .text(text)
      }
      if let categoryColumn, let category = values[categoryColumn], !taken.contains(NewItems.category) {
        values[NewItems.category] = category
      }
      return values
    }
    features = all.map { values in values.filter { known.contains($0.key) } }
    judged = all.map { values in values.filter { narrowing.contains($0.key) } }
    func list(_ names: [String]) -> String { names.map { "'\($0)'" }.joined(separator: ", ") }
    let others = reader.header.filter { $0 != id && !taken.contains($0) }
    let unsaid = conditions?.unsaid(taken) ?? []
    notes =
      (others.isEmpty ? [] : ["the model takes no feature \(list(others)) of '\(path)'"])
      + (unsaid.isEmpty
        ? []
        : [
          "'\(path)' has no column \(list(unsaid)), by which the model narrows its candidates: of new items that counts as empty"
        ])
  }

  /// The parts of a text between separators.
  private static func parts(_ text: String, _ separator: String) -> [String] {
    guard !separator.isEmpty else { return [text] }
    return text.split(separator: separator, omittingEmptySubsequences: true).map(String.init)
  }
}
