import Clicks
import Files
import Recipe
import Tables

extension StarterRecipe {
  /// The recipe's text, for a file at `path`: the data's folder is written relative to it where it can be. What was guessed
  /// ends in `# a guess:` and the reason.
  package func yaml(besides path: String) throws -> String {
    let name = Self.comment(FilePaths.name(of: path))
    var lines = [
      "# A starter recipe. 'towerbook steps NAME' explains every setting of a step; what is not set here has a",
      "# default. What was guessed says so. Run it with: towerbook run \(name)",
      "", "title: \(Self.text("Two towers on \(FilePaths.name(of: path))"))", "", "config:", "  seed: 42",
      "  data:",
    ]
    lines += data(besides: path) + logColumns
    if let items { lines += itemColumns(items) }
    if let users, takesUsers { lines += userColumns(users) }
    lines += StarterCells.cells(hasTime: log.guess.column(.time) != nil, features: featureLines)
    return lines.joined(separator: "\n") + "\n"
  }

  /// Whether steps take a table of users that is written as this one is.
  var takesUsers: Bool {
    guard let users, settings.have("config.data.users") else { return false }
    let (own, other) = (users.look.form, log.form)
    let isOther =
      own.kind == .csv
      && (own.delimited.delimiter != other.delimited.delimiter
        || own.delimited.hasHeader != other.delimited.hasHeader)
    return !isOther || settings.have("config.data.users_delimiter")
  }

  // MARK: The files

  private func data(besides path: String) -> [String] {
    let folder = FilePaths.absolute(FilePaths.parent(of: FilePaths.absolute(log.path)))
    let home = FilePaths.parent(of: FilePaths.absolute(path))
    var data = [
      "path: \(Self.text(FilePaths.relative(folder, to: home)))", "folders: [.]",
      "clicks: \(Self.text(FilePaths.name(of: log.path)))",
    ]
    data += format(log.form, besides: nil, prefix: "")
    if let items {
      data.append("items: \(Self.text(FilePaths.relative(FilePaths.absolute(items.look.path), to: folder)))")
      data += format(items.look.form, besides: log.form, prefix: "items_")
    }
    if let users, takesUsers {
      data.append("users: \(Self.text(FilePaths.relative(FilePaths.absolute(users.look.path), to: folder)))")
      data += format(users.look.form, besides: log.form, prefix: "users_")
    }
    return data.map { "    \($0)" }
  }

  /// How a file is written, where that is another way than by default or than that of the log is.
  private func format(_ form: FileForm, besides log: FileForm?, prefix: String) -> [String] {
    var lines: [String] = []
    let usual = log?.delimited ?? DelimitedFormat()
    // Parquet and JSON lines are told by the file itself.
    let isTold = form.kind == .csv || form.kind == .parquet || form.kind == .jsonl
    if !isTold, settings.have("config.data.\(prefix)format") {
      lines.append("\(prefix)format: \(form.kind.rawValue)\(Self.guess(FormText.words(form.kind)))")
    }
    if form.isLatin1 != (log?.isLatin1 ?? false), settings.have("config.data.\(prefix)encoding") {
      lines.append(
        "\(prefix)encoding: \(form.isLatin1 ? "latin-1\(Self.guess("it is not UTF-8"))" : "utf-8")"
      )
    }
    let isText = form.kind == .csv || form.kind == .sequences || form.kind == .sessions
    let other = form.delimited.delimiter
    if isText, other != usual.delimiter, form.kind == .csv || other != UInt8(ascii: " ") {
      lines.append("\(prefix)delimiter: \(Self.delimiters[other] ?? Self.text(String(UnicodeScalar(other))))")
    }
    if form.kind == .csv, form.delimited.hasHeader != usual.hasHeader {
      lines.append("\(prefix)header: \(form.delimited.hasHeader)")
    }
    return lines
  }

  private static let delimiters: [UInt8: String] = [UInt8(ascii: "\t"): "\"\\t\"", UInt8(ascii: " "): "' '"]

  // MARK: The click log

  private var logColumns: [String] {
    var lines = ["  columns:"]
    for role in [ColumnGuess.Role.user, .item, .time] {
      guard let column = log.guess.column(role) else { continue }
      lines.append("    \(role.rawValue): \(reference(log, column.index))\(Self.guess(column.reason))")
    }
    if let weight = logGuess.weight, settings.have("config.columns.weight") {
      lines.append("    # weight: \(reference(log, weight.index))\(Self.guess(weight.reason))")
    }
    return lines + ratingLines + eventLines
  }

  /// Ratings as a suggestion: as in the literature of implicit feedback every row is a click, unless told otherwise.
  private var ratingLines: [String] {
    guard let rating = logGuess.rating, settings.have("config.columns.rating") else { return [] }
    var lines = ["    # rating: \(reference(log, rating.index))\(Self.guess(rating.reason))"]
    if settings.have("config.ratings.at_least") {
      let most = log.sketch(rating.index).greatest.flatMap(Double.init) ?? 5
      lines += [
        "  # All rows are clicks, whatever their rating; with this line and columns.rating only the good ones are.",
        "  # ratings: { at_least: \(Int((most * 0.8).rounded())) }",
      ]
    }
    return lines
  }

  private var eventLines: [String] {
    guard let events = logGuess.events, settings.have("config.columns.event"), settings.have("config.events")
    else {
      return []
    }
    // What is listed nowhere is left out.
    let counted = events.weights.filter { $0.weight > 0 }
    let weights = counted.map { "\(Self.text($0.value)): \(Self.weight($0.weight))" }
    let others = events.weights.filter { $0.weight == 0 }.map(\.value)
    let reason =
      "what each counts, a purchase being 1"
      + (others.isEmpty ? "" : "; rows of others are left out: \(others.joined(separator: ", "))")
    return ["    event: \(reference(log, events.index))\(Self.guess(events.reason))"]
      + ["  events: { \(weights.joined(separator: ", ")) }\(Self.guess(reason))"]
  }

  private static func weight(_ weight: Double) -> String {
    weight == weight.rounded() ? "\(Int(weight))" : "\(weight)"
  }

  // MARK: The tables

  private func itemColumns(_ table: StarterTable) -> [String] {
    let (look, features) = (table.look, table.features)
    var lines = ["  item_columns:", "    item: \(reference(look, table.id))\(Self.guess(table.reason))"]
    for (key, column) in [("category", features.category), ("title", features.title)] {
      guard let column else { continue }
      lines.append("    \(key): \(reference(look, column.profile.number - 1))\(Self.guess(column.reason))")
    }
    lines += list("config.item_columns.numbers", features.numbers, look, "numbers")
    lines += list("config.item_columns.keep", features.categories, look, "few different values each")
    lines += multi("config.item_columns", features, look) + flags(features.flags, look)
    if let time = features.times.first, settings.have("config.item_columns.available_from") {
      lines.append(
        "    # available_from: \(reference(look, time.profile.number - 1))\(Self.guess("no candidate before that time"))"
      )
    }
    return lines
  }

  /// Columns of 0 and 1, as one feature of several values where steps take it; else as a suggestion, since they are many.
  private func flags(_ columns: [FeatureGuess.Column], _ look: TableLook) -> [String] {
    guard !columns.isEmpty else { return [] }
    guard columns.count > 1, settings.have("config.item_columns.flags") else {
      return ["    # keep: \(references(look, columns))\(Self.guess("0 and 1, each a category of its own"))"]
    }
    let reason = Self.guess("columns of 0 and 1 are one feature of several values")
    return ["    flags:\(reason)", "      \(Self.flagsName): { columns: \(references(look, columns)) }"]
  }

  /// What the feature is called that columns of 0 and 1 make.
  private static let flagsName = "flags"

  private func userColumns(_ table: StarterTable) -> [String] {
    let (look, features) = (table.look, table.features)
    return ["  user_columns:", "    user: \(reference(look, table.id))\(Self.guess(table.reason))"]
      + list("config.user_columns.numbers", features.numbers, look, "numbers")
      + list("config.user_columns.categories", features.categories, look, "few different values each")
      + multi("config.user_columns", features, look)
  }

  /// Columns with several values in a row, and what stands between them.
  private func multi(_ section: String, _ features: FeatureGuess, _ look: TableLook) -> [String] {
    let columns = features.multi
    let lines = list(section + ".multi", columns, look, "several values in a row")
    guard !lines.isEmpty, let mark = columns.lazy.compactMap(\.profile.parts?.separator).first else {
      return lines
    }
    return lines + [
      "    separator: \(Self.text(String(UnicodeScalar(mark))))\(Self.guess("it stands between them"))"
    ]
  }

  /// A list of columns under the last key of `setting`; nothing where there is none, or steps do not take it.
  private func list(_ setting: String, _ columns: [FeatureGuess.Column], _ look: TableLook, _ reason: String)
    -> [String]
  {
    guard !columns.isEmpty, settings.have(setting) else { return [] }
    let key = setting.split(separator: ".").last ?? ""
    return ["    \(key): \(references(look, columns))\(Self.guess(reason))"]
  }

  // MARK: Features

  /// What tables say of items and users, for the encoding, as lines to try: whether they help is for a measurement to say.
  private var featureLines: [String] {
    var lines: [String] = []
    if let features = items?.features {
      let flags =
        features.flags.count > 1 && settings.have("config.item_columns.flags") ? [Self.flagsName] : []
      lines += feature("item_categories", features.categories.map(\.profile.name))
      lines += feature("item_numbers", features.numbers.map(\.profile.name))
      lines += feature("item_multi", features.multi.map(\.profile.name) + flags)
      lines += feature("item_text", features.title.map { [$0.profile.name] } ?? [])
    }
    if let features = users?.features, takesUsers {
      lines += feature("user_categories", features.categories.map(\.profile.name))
      lines += feature("user_numbers", features.numbers.map(\.profile.name))
      lines += feature("user_multi", features.multi.map(\.profile.name))
    }
    guard !lines.isEmpty else { return [] }
    return ["  # What the tables say besides, to try; a run tells whether it helps:"] + lines
  }

  private func feature(_ key: String, _ columns: [String]) -> [String] {
    guard !columns.isEmpty, settings.have("encode." + key) else { return [] }
    return ["  # \(key): \(Self.flow(columns.map { .string($0) }))"]
  }

  // MARK: Text

  /// A column by its name, or by its number where names do not tell it.
  private func reference(_ look: TableLook, _ index: Int) -> String { Self.flow(setting(look, index)) }

  private func references(_ look: TableLook, _ columns: [FeatureGuess.Column]) -> String {
    Self.flow(columns.map { setting(look, $0.profile.number - 1) })
  }

  private func setting(_ look: TableLook, _ index: Int) -> Setting {
    let name = look.header[index]
    let isClear = look.hasNames && !name.isEmpty && look.header.count { $0 == name } == 1
    return isClear ? .string(name) : .int(index + 1)
  }

  private static func flow(_ list: [Setting]) -> String { flow(.list(list)) }
  private static func flow(_ value: Setting) -> String {
    value.yaml().split(separator: "\n").joined()
  }

  private static func text(_ value: String) -> String { flow(.string(value)) }

  private static func guess(_ reason: String) -> String { "  # a guess: \(comment(reason))" }

  /// Text that ends with its line: what would end it, or move a cursor, is left out.
  private static func comment(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isPrintable ? $0 : "?" }))
  }
}
