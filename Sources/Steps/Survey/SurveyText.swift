import Clicks
import Files
import Report
import Tables

/// What a file of data holds, as text for a terminal of 80 columns or more.
package struct SurveyText {
  private let name: String
  private let survey: TableSurvey
  private let width: Int

  /// Tells of the file that the user calls `name`, in lines of `width` columns where the names of columns allow it.
  package init(_ survey: TableSurvey, name: String, width: Int = 100) {
    self.survey = survey
    self.name = name
    self.width = max(width, 60)
  }

  /// The lines, each ended by a newline.
  package var text: String {
    var text = "\(name): \(FormText.words(survey.form))\n"
    text +=
      "\(Self.count(survey.rows, "row")), \(Self.count(survey.columns.count, "column")), "
      + "\(NumberFormat.bytes(survey.form.size))\n\n"
    text += TextTableRenderer.render(table)
    let notes = self.notes
    if !notes.isEmpty { text += "\n" + notes.map { Self.wrapped($0, width) + "\n" }.joined() }
    if let clicks = survey.clicks {
      text += "\n" + TextTableRenderer.render(sides(clicks))
    }
    return text
  }

  static func count(_ count: Int, _ thing: String) -> String {
    "\(NumberFormat.grouped(count)) \(thing)\(count == 1 ? "" : "s")"
  }

  // MARK: The columns

  private var table: Table {
    let rows: [[Table.Cell]] = survey.columns.map { column in
      [
        .text(Self.cut(column.name, 24)), .text(column.kind.rawValue), .int(column.empty),
        .int(column.distinct),
        .text(Self.cut(Self.span(column), 26)), .text(Self.cut(Self.examples(column), max(10, width - 74))),
      ]
    }
    return Table(
      columns: [
        .init("column"), .init("type"), .init("empty", .trailing), .init("distinct", .trailing),
        .init("range, or most rows"), .init("examples"),
      ],
      rows: rows
    )
  }

  /// From the least to the greatest value of numbers and times; of others the value that most rows have, where one comes
  /// again.
  private static func span(_ column: ColumnProfile) -> String {
    if let problem = column.problem { return problem }
    if let least = column.least, let greatest = column.greatest {
      let (first, last) = (value(least, column), value(greatest, column))
      if column.kind == .time { return "\(first.prefix(10)) to \(last.prefix(10))" }
      return first == last ? first : "\(first) to \(last)"
    }
    guard let most = column.frequent.first, most.count > 1 else { return "" }
    return "\(cut(most.value, 14)) (\(NumberFormat.grouped(most.count)))"
  }

  private static func examples(_ column: ColumnProfile) -> String {
    column.examples.map { column.kind == .text ? "'\($0)'" : value($0, column) }.joined(separator: ", ")
  }

  /// A value as people read it: times as moments.
  static func value(_ text: String, _ column: ColumnProfile) -> String {
    if column.kind == .time, let unit = column.unit, let ticks = Int64(text) { return moment(ticks, unit) }
    if column.kind == .decimal, let number = Double(text) {
      return NumberFormat.significant(number, digits: 6)
    }
    return text
  }

  /// `2017-10-03 02:46:10`.
  static func moment(_ ticks: Int64, _ unit: TimeUnit) -> String {
    let text = UTCTime.iso8601(Double(ticks) / Double(unit.ticksPerSecond))
    return String(text.dropLast()).replacing("T", with: " ")
  }

  /// At most `width` letters, with a mark where some are left out.
  static func cut(_ text: String, _ width: Int) -> String {
    text.count <= width ? text : text.prefix(width - 1) + "…"
  }

  /// The text in lines of at most `width` letters where its words allow it, those after the first one indented; the last one
  /// has no newline.
  package static func wrapped(_ text: String, _ width: Int) -> String {
    var lines = ""
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines += line + "\n"
        line = "  " + word
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return lines + line
  }

  // MARK: What is to be said besides

  private var notes: [String] {
    var notes: [String] = []
    for column in survey.columns where column.kind == .time {
      guard let unit = column.unit, let least = column.least.flatMap(Int64.init),
        let greatest = column.greatest.flatMap(Int64.init)
      else { continue }
      let why =
        column.examples.allSatisfy { Int64($0) != nil }
        ? "counts \(unit.words) since 1970, as the size of \(greatest) tells" : "is written as dates"
      notes.append(
        "\(quotedBytes(column.name.utf8)) \(why): \(Self.moment(least, unit)) to \(Self.moment(greatest, unit)) UTC."
      )
    }
    for column in survey.columns {
      guard let parts = column.parts else { continue }
      let mark = String(UnicodeScalar(parts.separator))
      notes.append(
        "\(quotedBytes(column.name.utf8)) holds several values in one text, with '\(mark)' between them: "
          + "\(NumberFormat.grouped(parts.distinct)) different ones."
      )
    }
    notes.append(
      survey.doubledRows == 0
        ? "No row has the values of another in all columns."
        : "Doubled: \(Self.count(survey.doubledRows, "row")) with the values of one before in all columns."
    )
    return notes + clickNotes
  }

  private var clickNotes: [String] {
    guard let clicks = survey.clicks else { return [] }
    let roles = survey.guess.columns.filter { $0.role != .category }
    var notes = [
      "Clicks: "
        + roles.map { "\($0.role.rawValue) is \(quotedBytes($0.name.utf8)) (\($0.reason))" }.joined(
          separator: ", "
        ) + "."
    ]
    if clicks.incompleteRows > 0 {
      notes.append(
        "Incomplete: \(Self.count(clicks.incompleteRows, "row")) without a user, an item or a time."
      )
    }
    if clicks.repeatedPairs > 0 {
      notes.append(
        "Repeated: \(Self.count(clicks.repeatedPairs, "click")) on an item that the user clicked before."
      )
    }
    if let tied = clicks.tiedClicks {
      notes.append(
        tied == 0
          ? "No two clicks of a user have the same time."
          : "Ties: \(Self.count(tied, "click")) with the user and the time of another, whose order is that of the file."
      )
    }
    if clicks.isInOrder == false { notes.append("Rows are not in the order of time.") }
    return notes
  }

  private func sides(_ clicks: ClickSurvey) -> Table {
    func row(_ name: String, _ side: ClickSurvey.Side) -> [Table.Cell] {
      let most = side.most.map { "\(Self.cut($0.value, 16)) (\(NumberFormat.grouped($0.count)))" }
      return [
        .text(name), .int(side.count), .int(side.least),
        .text(NumberFormat.significant(side.median, digits: 6)), .int(side.greatest),
        .text(Self.cut(most.joined(separator: ", "), max(20, width - 50))),
      ]
    }
    return Table(
      columns: [
        .init("clicks of"), .init("count", .trailing), .init("fewest", .trailing), .init("median", .trailing),
        .init("most", .trailing), .init("who has most"),
      ],
      rows: [row("users", clicks.users), row("items", clicks.items)]
    )
  }
}

/// How a file is written, in words.
enum FormText {
  /// `CSV with tabs, without a header, gzip`.
  static func words(_ form: FileForm) -> String {
    var words = Self.words(form.kind)
    if form.kind == .csv {
      words +=
        ", \(delimiter(form.delimited)) between fields, "
        + (form.delimited.hasHeader ? "a header" : "no header")
    }
    if form.isLatin1 { words += ", not UTF-8: most likely Latin-1" }
    if let compression = form.compression { words += ", \(compression)" }
    return words
  }

  /// What a file is, in words.
  static func words(_ kind: TableFormat.Kind) -> String {
    switch kind {
    case .auto, .csv: "delimited text"
    case .jsonl: "JSON lines"
    case .parquet: "Parquet"
    case .sequences: "sequences, a user and then items a line"
    case .sessions: "sessions, the items of one a line"
    case .json: "a JSON object of lists"
    }
  }

  static func delimiter(_ format: DelimitedFormat) -> String {
    switch format.delimiterText {
    case ",": "commas"
    case "\t": "tabs"
    case " ": "blanks"
    case let text: "'\(text)'"
    }
  }
}
