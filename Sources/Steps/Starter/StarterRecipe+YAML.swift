import Clicks
import Files
import Recipe
import Tables

extension StarterRecipe {
  /// The recipe's text, for a file at `path`: the data's folder is written relative to it where it can be. What was guessed
  /// ends in `# a guess:` and the reason.
  package func yaml(besides path: String) throws -> String {
    let file = Self.comment(FilePaths.name(of: path))
    var lines = [
      "# A starter recipe. 'towerbook steps NAME' explains every setting of a step; what is not set here",
      "# has a default. What was guessed says so. Run it with: towerbook run \(file)",
      "", "title: \(Self.text("Two towers on \(name)"))", "", "config:", "  seed: 42", "  data:",
    ]
    lines += data(besides: path) + logColumns
    if let items { lines += itemColumns(items) }
    if let users { lines += userColumns(users) }
    lines += StarterCells.cells(
      order: order,
      testFile: test.map { Self.names($0.source, Self.folder(of: log.source)) },
      hasManyUsers: hasManyUsers,
      hasImpressions: logGuess.impressions != nil,
      features: historyLines + featureLines
    )
    return lines.joined(separator: "\n") + "\n"
  }

  /// In what order clicks are; nil where users' items are sets.
  private var order: String? {
    guard !isOfSets else { return nil }
    guard log.guess.column(.time) == nil else { return "in the order of time" }
    return isOfLists ? "in the order of its line" : "in the order of the file"
  }

  private var isOfLists: Bool { [.sequences, .sessions, .json].contains(log.form.kind) }

  /// What must be said of rows without times, which are sets unless somebody says that they are in order.
  private var historyLines: [String] {
    guard log.guess.column(.time) == nil, !isOfLists, !isOfSets else { return [] }
    return [
      "  # A guess: without times, rows are taken to stand in the order of clicks. Where they do not:",
      "  # towerbook init --sets",
      "  history: before",
    ]
  }

  // MARK: The files

  private func data(besides path: String) -> [String] {
    let folder = Self.folder(of: log.source)
    let home = FilePaths.parent(of: FilePaths.absolute(path))
    let relative = FilePaths.relative(folder, to: home)
    // Far away, what the user wrote from the root stays so.
    let isFar = relative.hasPrefix("../../") && log.source.written[0].hasPrefix("/")
    var data = [
      "path: \(Self.text(isFar ? folder : relative))", "folders: [.]",
      "clicks: \(Self.names(log.source, folder))",
    ]
    data += format(log.form, besides: nil, prefix: "")
    if let items {
      data.append("items: \(Self.names(items.look.source, folder))")
      data += format(items.look.form, besides: log.form, prefix: "items_")
    }
    if let users {
      data.append("users: \(Self.names(users.look.source, folder))")
      data += format(users.look.form, besides: log.form, prefix: "users_")
    }
    if let vectors {
      data.append("vectors: \(Self.names(vectors.file, folder))\(Self.guess(vectors.reason))")
      if let ids = vectors.ids { data.append("vector_ids: \(Self.names(ids, folder))") }
    }
    return data.map { "    \($0)" }
  }

  /// The folder, from the root, that a table is in; of a pattern that of its part without wildcards.
  private static func folder(of source: TableSource) -> String {
    var folder = FilePaths.parent(of: FilePaths.absolute(source.written[0]))
    while DataFiles.isPattern(folder) { folder = FilePaths.parent(of: folder) }
    return folder
  }

  /// What a setting names a table by, from `folder`.
  private static func names(_ source: TableSource, _ folder: String) -> String {
    let names = source.written.map { FilePaths.relative(FilePaths.absolute($0), to: folder) }
    return names.count == 1 ? text(names[0]) : flow(names.map { .string($0) })
  }

  /// How a file is written, where that is another way than by default or than that of the log is.
  private func format(_ form: FileForm, besides log: FileForm?, prefix: String) -> [String] {
    var lines: [String] = []
    let usual = log?.delimited ?? DelimitedFormat()
    let isOfSequences = form.kind == .sequences || form.kind == .sessions
    // All else is told by the file itself.
    if isOfSequences {
      lines.append("\(prefix)format: \(form.kind.rawValue)\(Self.guess(FormText.words(form.kind)))")
    }
    if form.isLatin1 != (log?.isLatin1 ?? false) {
      let encoding = form.isLatin1 ? "latin-1\(Self.guess("it is not UTF-8"))" : "utf-8"
      lines.append("\(prefix)encoding: \(encoding)")
    }
    let delimiter = form.delimited.delimiterText
    // Blanks part the items of sequences by default.
    if form.kind == .csv || (isOfSequences && delimiter != " "), delimiter != usual.delimiterText {
      lines.append("\(prefix)delimiter: \(Self.delimiters[delimiter] ?? Self.text(delimiter))")
    }
    if form.kind == .csv, form.delimited.hasHeader != usual.hasHeader {
      lines.append("\(prefix)header: \(form.delimited.hasHeader)")
    }
    return lines
  }

  private static let delimiters = ["\t": "\"\\t\"", " ": "' '"]

  // MARK: The click log

  private var logColumns: [String] {
    var lines = ["  columns:"]
    for role in [ColumnGuess.Role.user, .item, .time] {
      guard let column = log.guess.column(role) else { continue }
      lines.append("    \(role.rawValue): \(reference(log, column.index))\(Self.guess(column.reason))")
    }
    if let weight = logGuess.weight {
      lines.append("    # weight: \(reference(log, weight.index))\(Self.guess(weight.reason))")
    }
    if let shown = logGuess.impressions {
      lines.append("    impressions: \(reference(log, shown.index))\(Self.guess(shown.reason))")
    }
    if !logGuess.context.isEmpty {
      let columns = Self.flow(logGuess.context.map { setting(log, $0) })
      lines += ["    # For 'context' in 'encode', or 'filter' in 'split':", "    # keep: \(columns)"]
    }
    let (ratings, events) = (ratingLines, eventLines)
    return lines + ratings.column + events.column + ratings.section + events.section + separatorLines
  }

  private var separatorLines: [String] {
    guard let separator = logGuess.impressions?.separator, separator != UInt8(ascii: " ") else { return [] }
    return ["  impressions: { separator: \(Self.text(String(UnicodeScalar(separator)))) }"]
  }

  /// The column of ratings and what is said of them. They are a suggestion: as in the literature of implicit feedback every row
  /// is a click, unless 0 and 1 say which are.
  private var ratingLines: (column: [String], section: [String]) {
    guard let rating = logGuess.rating else { return ([], []) }
    let column = "rating: \(reference(log, rating.index))\(Self.guess(rating.reason))"
    guard !logGuess.isRatingOfClicks else { return (["    " + column], ["  ratings: { at_least: 1 }"]) }
    let most = log.sketch(rating.index).greatest.flatMap(Double.init) ?? 5
    return (
      ["    # " + column],
      [
        "  # All rows are clicks, whatever their rating; with this line and columns.rating only the good are.",
        "  # ratings: { at_least: \(Int((most * 0.8).rounded())) }",
      ]
    )
  }

  /// The column of events and what each counts.
  private var eventLines: (column: [String], section: [String]) {
    guard let events = logGuess.events else { return ([], []) }
    // What is listed nowhere is left out.
    let counted = events.weights.filter { $0.weight > 0 }
    let weights = counted.map { "\(Self.text($0.value)): \(Self.weight($0.weight))" }
    let others = events.weights.filter { $0.weight == 0 }.map(\.value)
    let reason =
      "what each counts, a purchase being 1"
      + (others.isEmpty ? "" : "; rows of others are left out: \(others.joined(separator: ", "))")
    return (
      ["    event: \(reference(log, events.index))\(Self.guess(events.reason))"],
      ["  events: { \(weights.joined(separator: ", ")) }\(Self.guess(reason))"]
    )
  }

  private static func weight(_ weight: Double) -> String {
    weight == weight.rounded() ? "\(Int(weight))" : "\(weight)"
  }

  // MARK: Text

  /// A column by its name, or by its number where names do not tell it.
  func reference(_ look: TableLook, _ index: Int) -> String { Self.flow(setting(look, index)) }

  func references(_ look: TableLook, _ columns: [FeatureGuess.Column]) -> String {
    Self.flow(columns.map { setting(look, $0.profile.number - 1) })
  }

  func setting(_ look: TableLook, _ index: Int) -> Setting {
    let name = look.header[index]
    let isOfPath = look.source.files.contains { $0.partitions.contains { $0.key == name } }
    let isClear =
      (look.hasNames || isOfPath) && !name.isEmpty && look.header.count { $0 == name } == 1
    return isClear ? .string(name) : .int(index + 1)
  }

  static func flow(_ list: [Setting]) -> String { flow(.list(list)) }
  static func flow(_ value: Setting) -> String {
    value.yaml().split(separator: "\n").joined()
  }

  static func text(_ value: String) -> String { flow(.string(value)) }

  static func guess(_ reason: String) -> String { "  # a guess: \(comment(reason))" }

  /// Text that ends with its line: what would end it, or move a cursor, is left out.
  static func comment(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isPrintable ? $0 : "?" }))
  }
}
