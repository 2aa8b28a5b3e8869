import Clicks
import Tables
import Files
import Recipe
import Report

/// A commented recipe for a click log, its columns guessed from the header and the first lines.
package struct StarterRecipe {
  /// What was guessed and why, a line each.
  package let guesses: [String]
  private let clicks: String
  private let items: String?
  private let form: TableFormat
  private let itemsForm: TableFormat?
  private let log: ColumnGuess
  private let table: ColumnGuess?

  /// Looks at the files.
  /// - Throws: `DataError` where one cannot be read or has no rows, or no user and item can be told.
  package init(clicks: String, items: String?) throws {
    self.clicks = clicks
    self.items = items
    let form = try guessForm(path: clicks, mayBeSequences: true)
    self.form = form
    let itemsForm = try items.map { try guessForm(path: $0, mayBeSequences: false) }
    self.itemsForm = itemsForm
    let logHead = try Self.head(clicks, form)
    let tableHead = try items.map { try Self.head($0, itemsForm ?? form) }
    let log = guessColumns(header: logHead.header, firstRows: logHead.rows)
    let table = tableHead.map { guessColumns(header: $0.header, firstRows: $0.rows) }
    (self.log, self.table) = (log, table)
    for role in [ColumnGuess.Role.user, .item] where log.column(role) == nil {
      throw DataError(
        "no column can be the \(role.rawValue); a click log needs two columns at least",
        file: clicks
      )
    }
    guesses =
      log.columns.filter { $0.role != .category }.map {
        "\(clicks): \($0.role.rawValue) is '\($0.name)': \($0.reason)"
      }
      + (log.column(.time) == nil ? [Self.noTime(clicks, logHead)] : [])
      + (table?.columns.filter { $0.role == .item || $0.role == .category } ?? []).map {
        "\(items ?? ""): \($0.role.rawValue) is '\($0.name)': \($0.reason)"
      }
      + Self.ids(
        users: [(logHead, log.column(.user))],
        items: [(logHead, log.column(.item))] + (tableHead.map { [($0, table?.column(.item))] } ?? [])
      )
  }

  /// The header and the first rows of a file.
  private typealias Head = (header: [String], rows: [[String]])

  private static func head(_ path: String, _ format: TableFormat) throws -> Head {
    let reader = try TableReaders.head(path: path, name: nil, format: format)
    let rows = try reader.firstRows(100)
    guard !rows.isEmpty else { throw DataError("the file has a header but no rows", file: path) }
    return (reader.header, rows)
  }

  /// Why the order of the file is taken for the order of time.
  private static func noTime(_ path: String, _ head: Head) -> String {
    let taken = "the order of the file is taken for time"
    guard let (name, value) = namedLikeTime(header: head.header, firstRows: head.rows) else {
      return "\(path): no column looks like a time; \(taken)"
    }
    return
      "\(path): '\(name)' is called like a time, and '\(value)' is neither a number, such as seconds since 1970, nor a "
      + "date, such as 2017-10-03; \(taken)"
  }

  /// How ids will be read, and why.
  private static func ids(
    users: [(head: Head, column: ColumnGuess.Column?)],
    items: [(head: Head, column: ColumnGuess.Column?)]
  ) -> [String] {
    [("users", users), ("items", items)].map { what, files in
      let names = files.lazy.compactMap { file in
        file.column.flatMap { column in
          file.head.rows.lazy.compactMap { column.index < $0.count ? $0[column.index] : nil }
            .first { $0.isName(in: .identifier) }
        }
      }
      guard let name = names.first else {
        return "ids of \(what) look like integers, and are read as such where all of them are"
      }
      return "ids of \(what) are read as text, since there is '\(name)'"
    }
  }

  /// The recipe's text, for a file at `path`: the data's folder is written relative to it where it can be.
  package func yaml(besides path: String) throws -> String {
    let folder = FilePaths.absolute(FilePaths.parent(of: FilePaths.absolute(clicks)))
    let home = FilePaths.parent(of: FilePaths.absolute(path))
    let shown = FilePaths.relative(folder, to: home)
    let (format, itemsFormat) = (form.delimited, itemsForm?.delimited)
    var data = ["path: \(text(shown))", "folders: [.]", "clicks: \(text(FilePaths.name(of: clicks)))"]
    if let items {
      let place = FilePaths.absolute(items)
      data.append("items: \(text(FilePaths.relative(place, to: folder)))")
    }
    if form.kind == .sequences { data.append("format: sequences") }
    if format.delimiter != UInt8(ascii: ",") {
      data.append(
        "delimiter: \(Self.delimiters[format.delimiter] ?? text(String(UnicodeScalar(format.delimiter))))"
      )
    }
    if !format.hasHeader { data.append("header: false") }
    if let itemsFormat, itemsFormat.delimiter != format.delimiter {
      let delimiter = itemsFormat.delimiter
      let shown = Self.delimiters[delimiter] ?? text(String(UnicodeScalar(delimiter)))
      data.append("items_delimiter: \(shown)")
    }
    if let itemsFormat, itemsFormat.hasHeader != format.hasHeader {
      data.append("items_header: \(itemsFormat.hasHeader)")
    }
    let hasTime = log.column(.time) != nil
    var lines = [
      "# A starter recipe. 'towerbook steps NAME' explains every setting of a step; what is not set here has a",
      "# default. Run it with: towerbook run \(FilePaths.name(of: path))",
      "", "title: \(text("Two towers on \(FilePaths.name(of: clicks))"))", "", "config:", "  seed: 42",
      "  data:",
    ]
    lines += data.map { "    \($0)" }
    lines.append("  columns:")
    lines += columns(log, [.user, .item, .time], format)
    if let table {
      lines.append("  item_columns:")
      lines += columns(table, [.item, .category], itemsFormat ?? format)
    }
    lines += Self.rest(hasTime: hasTime)
    return lines.joined(separator: "\n") + "\n"
  }

  private static let delimiters: [UInt8: String] = [UInt8(ascii: "\t"): "\"\\t\"", UInt8(ascii: " "): "' '"]

  private func columns(_ guess: ColumnGuess, _ roles: [ColumnGuess.Role], _ format: DelimitedFormat)
    -> [String]
  {
    roles.compactMap { role in
      guess.column(role).map { column in
        let name = format.hasHeader ? text(column.name) : "\(column.index + 1)"
        return "    \(role.rawValue): \(name)  # \(column.reason)"
      }
    }
  }

  private func text(_ value: String) -> String {
    Setting.string(value).yaml().split(separator: "\n").joined()
  }

  private static func rest(hasTime: Bool) -> [String] {
    let order = hasTime ? "in the order of time" : "in the order of the file, since there is no time"
    return """

      split:
        # Each user's last click, \(order), is held out to test on; the one before it to see
        # whether training still helps.
        strategy: last_click
        validation: second_last
        # sample_users: 20000  # a quick look at many users

      encode:
        # A sample is a click and the 30 before it. What was seen before is no target, since lists leave it out.
        max_seq_len: 30
        drop_repeated_targets: true
        item_vocabulary: clicked

      model:
        # One table of unit vectors; the query is the mean of the history's, weighed by place, and what a layer adds.
        embedding_dim: 128
        embedding_init: normal
        embedding_scale: 0.1
        normalize_items: true
        user_id: false
        category: false
        query_tower: residual_mlp
        hidden_units: [128]
        dropout: 0.2
        item_tower: identity
        pooling: learned_position
        newest_click: true
        similarity: cosine
        temperature: 0.12  # the first to try others of: 0.08 to 0.2

      train:
        # Softmax over the batch's items and others drawn uniformly, corrected for how often an item is among them.
        loss: sampled_softmax
        pool_size: 2048
        logq: true
        mask_history: true
        optimizer: adam
        learning_rate: 0.002
        beta_2: 0.99
        batch_size: 512
        epochs: 40
        validation: { metric: ndcg, k: 10 }
        early_stopping: { patience: 5 }

      index:
        type: Flat

      eval:
        k: [5, 10, 20, 50, 100]
        headline_k: 10
        baselines: [popularity, item_cf]
        note: |
          {{ eval.hit_rate@10 | percent }} of the users find their next click among 10 items; with what is
          popular alone it is {{ eval.popularity.hit_rate@10 | percent }}, with items clicked together
          {{ eval.item_cf.hit_rate@10 | percent }}.

      recall:
        k: 100

      save:
      """.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }
}
