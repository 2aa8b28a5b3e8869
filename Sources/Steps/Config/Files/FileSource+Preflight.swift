import Clicks
import Files
import Notebook
import Recipe
import Tables

extension FileSource {
  /// Looks for the files, opens the first and the last of each table and looks for their columns.
  func preflight(_ check: Preflight) {
    guard findsClicks(check) else { return }
    let references = [("columns.user", columns.user), ("columns.item", columns.item)]
    let times = columns.time.map { [("columns.time", $0)] } ?? []
    let kept = columns.keep.map { ("columns.keep", $0) } + columns.worth.references
    look(at: clicks, place.format, for: references + times + kept, key: "data.clicks", check)
    lookAtTimes(of: clicks, key: "columns.time", check)
    if let shown = columns.worth.impressions {
      let separator = ("impressions.separator", worth.impressionSeparator)
      lookAtLists([shown], of: clicks, place.format, key: "columns.impressions", separator, check)
    }
    preflightUsers(check)
    place.vectors?.preflight(check, hasItemTable: hasItemTable, path)
    guard let items, isSound(items, key: "data.items", check) else { return }
    if place.vectors != nil && itemColumns.lists.vectors != nil {
      check.fail("data.vectors", "item_columns.vectors names vectors too; leave one of the two out")
    }
    let category = itemColumns.category.map { [("item_columns.category", $0)] } ?? []
    let title = itemColumns.title.map { [("item_columns.title", $0)] } ?? []
    let wanted =
      [("item_columns.item", itemColumns.item)] + category + title + itemColumns.availabilityReferences
    look(
      at: items,
      place.itemsFormat,
      for: wanted + itemColumns.numbers.map { ("item_columns.numbers", $0) }
        + itemColumns.keep.map { ("item_columns.keep", $0) } + itemColumns.lists.references,
      key: "data.items",
      check
    )
    let separator = ("item_columns.separator", itemColumns.lists.separator)
    lookAtLists(
      itemColumns.lists.multi,
      of: items,
      place.itemsFormat,
      key: "item_columns.multi",
      separator,
      check
    )
  }

  /// Looks for the log's columns in other files of the same form; problems go to the setting `key`.
  func preflight(_ paths: [ResolvedPath], _ files: FileSet, key: String, _ check: Preflight) {
    for path in paths where !DataFiles.hasAny(locate(path).absolute) {
      let elsewhere = self.path(path.shown).shown
      return check.fail(key, "there is no '\(path.shown)' beside the recipe, nor '\(elsewhere)'")
    }
    guard isSound(files, key: key, check) else { return }
    let all =
      [columns.user, columns.item] + (columns.time.map { [$0] } ?? []) + columns.keep
      + columns.worth.references.map(\.column)
    look(at: files, place.format, for: all.map { (key, $0) }, key: key, check)
    lookAtTimes(of: files, key: key, check)
  }

  private func preflightUsers(_ check: Preflight) {
    guard let users, let form = place.users?.format, isSound(users, key: "data.users", check) else { return }
    look(at: users, form, for: userColumns.references, key: "data.users", check)
    let separator = ("user_columns.separator", userColumns.separator)
    lookAtLists(userColumns.multi, of: users, form, key: "user_columns.multi", separator, check)
  }

  /// Warns of columns of lists in text whose first rows are hardly cut as they are to be.
  private func lookAtLists(
    _ columns: [ColumnReference],
    of files: FileSet,
    _ format: TableFormat,
    key: String,
    _ separator: (key: String, byte: UInt8?),
    _ check: Preflight
  ) {
    guard !columns.isEmpty, let file = files.files.first else { return }
    let found = try? format.kind == .auto ? TableReaders.kind(path: file.absolute) : format.kind
    guard found == .csv, let reader = try? DataReading.heads(files, format).first,
      let rows = try? reader.firstRows(100)
    else { return }
    for column in columns {
      guard let index = try? reader.index(of: column.selector) else { continue }
      let texts = rows.compactMap { index < $0.count && !$0[index].isEmpty ? $0[index] : nil }
      guard let look = ListLook(texts, separator: separator.byte), let example = texts.first else { continue }
      let name = quotedBytes(reader.header[index].utf8)
      let shown = quotedBytes(example.utf8)
      switch look {
      case .brackets:
        check.warn(
          key,
          "\(name) holds lists in brackets, such as \(shown), and brackets and quotes are read as parts of their values: write "
            + "the values alone, with one character between them, and set \(separator.key) to that"
        )
      case .parts(let byte):
        let read = separator.byte.map { "cut at \(quotedBytes([$0]))" } ?? "read as one value each"
        check.warn(
          key,
          "\(name) holds several values in one text with \(quotedBytes([byte])) between them, such as \(shown), which are "
            + "\(read): set \(separator.key) to \(quotedBytes([byte]))"
        )
      }
    }
  }

  /// Whether the click log is there.
  private func findsClicks(_ check: Preflight) -> Bool {
    let key = ["data.clicks", "data.path"].first(where: check.has) ?? "data"
    let missing = clicks.files.first { !FilePaths.exists($0.absolute) }
    let tried =
      place.folders.count > 1
      ? ", nor in \(place.folders.dropFirst().joined(separator: ", ")) under it" : ""
    if let missing {
      check.fail(
        key,
        "there is no '\(missing.shown)'\(tried); set config.data.path or the variable FUNREC_RAW_DATA_PATH"
      )
    } else if let problem = clicks.problem {
      let isNothing = clicks.files.isEmpty
      check.fail(
        key,
        isNothing
          ? "\(problem)\(tried); set config.data.path or the variable FUNREC_RAW_DATA_PATH" : problem
      )
    }
    return missing == nil && clicks.problem == nil
  }

  /// Whether the files of another table are there; where a single one is not, its opening says so.
  private func isSound(_ files: FileSet, key: String, _ check: Preflight) -> Bool {
    if let problem = files.problem {
      check.fail(key, problem)
    } else if !files.isPlain, let file = files.files.first(where: { !FilePaths.exists($0.absolute) }) {
      check.fail(key, "there is no '\(file.shown)'")
    } else {
      return true
    }
    return false
  }

  /// Reads the times of the first rows.
  private func lookAtTimes(of files: FileSet, key: String, _ check: Preflight) {
    guard let time = columns.time, let heads = try? DataReading.heads(files, place.format) else { return }
    for reader in heads {
      guard let index = try? reader.index(of: time.selector), let rows = try? reader.firstRows(100) else {
        return
      }
      for row in rows where index < row.count && !row[index].isEmpty {
        if row[index].isTime { continue }
        return check.fail(
          key,
          "\(reader.name): times must be numbers such as seconds since 1970, or dates such as 2017-10-03T11:19:30Z, got "
            + "\(quotedBytes(row[index].utf8)); without a time the order of the file is time"
        )
      }
    }
  }

  /// The column that a name must have meant, given those that there are.
  private func correction(
    _ column: ColumnReference,
    _ key: String,
    _ header: [String],
    _ check: Preflight
  ) -> Correction? {
    guard case .name(let name) = column else { return nil }
    return check.correction(of: name, in: key, among: header)
  }

  private func look(
    at files: FileSet,
    _ format: TableFormat,
    for references: [(key: String, column: ColumnReference)],
    key: String,
    _ check: Preflight
  ) {
    do {
      for reader in try DataReading.heads(files, format) {
        try reader.checkForm()
        var isSound = true
        for (key, column) in references {
          do { _ = try reader.index(of: column.selector) } catch {
            check.fail(key, "\(error)", correction: correction(column, key, reader.header, check))
            isSound = false
          }
        }
        // What the first file lacks need not be told of the last one too.
        guard isSound else { return }
        // Of many files some may have no rows.
        if files.isPlain, (try? reader.firstRows(1))?.isEmpty == true {
          return check.fail(key, "\(reader.name): the file has no rows, as far as its beginning tells")
        }
      }
    } catch {
      check.fail(key, "\(error)")
    }
  }
}
