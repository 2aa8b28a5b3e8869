/// What stands before the cells: what was done, on what, how good, against what, how sure, and how to do it again.
struct FirstPage {
  let document: ReportDocument

  /// What was warned of, and where all of it stands.
  struct Warning {
    /// What it says first, Markdown.
    var text: String
    /// The place of its cell; nil for none.
    var cell: Int?
    /// Which of the cell's warnings it is, from 0.
    var number = 0
  }

  init(_ document: ReportDocument) { self.document = document }

  /// The blocks: when it ran, a table of what is to be known, and the warnings.
  ///
  /// - Parameter anchors: of each cell's heading, in the order of the cells.
  func blocks(anchors: [String]) -> [Block] {
    var blocks: [Block] = [.prose("*\(status)*")]
    let lines = figures + facts
    if let first = lines.first {
      blocks.append(
        .table(
          Table(
            name: "summary",
            columns: [.init(first.label), .init(first.text.filter { $0 != "*" && $0 != "`" })],
            rows: lines.dropFirst().map { [.text($0.label), .markdown($0.text)] }
          )
        )
      )
    }
    let lead = warnings.map { warning in
      let link = warning.cell.map { " ([\(document.cells[$0].id)](#\(anchors[$0])))" }
      return "- ⚠ \(warning.text)\(link ?? "")"
    }
    if !lead.isEmpty { blocks.append(.prose(lead.joined(separator: "\n"))) }
    return blocks
  }

  /// When it ran and how long that took, plain text.
  var status: String {
    let cells = document.cells
    let cached = cells.count { $0.isCached }
    let spent = NumberFormat.duration(seconds: cells.filter { !$0.isCached }.reduce(0) { $0 + $1.seconds })
    let whole = NumberFormat.duration(seconds: cells.reduce(0) { $0 + $1.seconds })
    let date = document.date.prefix(16).replacing("T", with: " ")
    var line = "\(date) UTC: \(cells.count == 1 ? "one cell" : "\(cells.count) cells") computed in \(whole)"
    if cached > 0 {
      line +=
        cached == cells.count
        ? ", all of it in earlier runs"
        : ", of which this run took \(spent); \(cached) came from earlier ones"
    }
    return line + "."
  }

  /// The cells that measure.
  var measured: [ReportDocument.Cell] { document.cells.filter { $0.headline != nil } }

  /// What was measured, and against what.
  private var figures: [ReportDocument.Highlight] {
    let measured = measured
    var lines: [ReportDocument.Highlight] = []
    for cell in measured {
      guard let headline = cell.headline else { continue }
      let of = measured.count > 1 ? " (\(cell.id))" : ""
      lines.append(.init("Result\(of)", result(headline)))
      if let rival = headline.rival { lines.append(.init("Against\(of)", against(rival, headline))) }
    }
    return lines
  }

  /// What else is to be known.
  var facts: [ReportDocument.Highlight] {
    var lines = document.cells.flatMap(\.highlights)
    let expectations = document.cells.flatMap(\.expectations)
    if !expectations.isEmpty { lines.append(.init("Expected", expected(expectations))) }
    for claim in document.cells.flatMap({ $0.claims ?? [] }) {
      lines.append(.init("Published", "\(MarkdownText.escaped(claim.source)): \(claim.verdict)"))
    }
    if !document.overrides.isEmpty {
      lines.append(
        .init(
          "Set",
          document.overrides.map(MarkdownText.code).joined(separator: ", ") + ", against the recipe"
        )
      )
    }
    if let since = document.since { lines.append(.init("Since", changes(since))) }
    lines.append(.init("Again", MarkdownText.code(document.command) + surroundings))
    return lines
  }

  /// What the command ran with, where the record says it.
  private var surroundings: String {
    let named = ["towerbook", "Processor", "Threads", "Seed"].compactMap { name in
      document.provenance.first { $0.name == name }
    }
    guard !named.isEmpty else { return "" }
    return " (" + named.map { "\($0.name) \($0.value)" }.joined(separator: ", ") + ")"
  }

  private func result(_ headline: Headline) -> String {
    var text = "\(headline.metric) **\(headline.figure)**"
    if headline.interval != nil { text += " (\(headline.levelText))" }
    return text
      + " of \(headline.subject): \(headline.meaning), of \(NumberFormat.grouped(headline.units)) users"
  }

  private func against(_ rival: Headline.Rival, _ headline: Headline) -> String {
    let meaning = rival.meaning.isEmpty ? "" : " (\(rival.meaning))"
    var text = "\(rival.name)\(meaning) \(rival.figure); difference **\(rival.differenceText)**"
    if let ends = rival.differenceInterval { text += " [\(Headline.ends(ends))]" }
    guard let verdict = rival.verdict else { return text }
    return text + (rival.pValueText.map { ", \($0)" } ?? "") + ": " + verdict.words
  }

  private func expected(_ expectations: [ReportDocument.Expectation]) -> String {
    let broken = expectations.filter { !$0.isMet }
    guard !broken.isEmpty else {
      return expectations.count == 1
        ? "✓ what the recipe expects is met" : "✓ all \(expectations.count) that the recipe states are met"
    }
    let named = broken.map { result in
      let came = result.value.map { NumberFormat.significant($0, digits: 4) } ?? "no value"
      return "\(MarkdownText.code(result.metric)) is \(came), expected \(MarkdownText.code(result.expected))"
    }
    return "✗ \(broken.count) of \(expectations.count) not met: " + named.joined(separator: "; ")
  }

  private func changes(_ since: ReportDocument.Since) -> String {
    func shown(_ change: ReportDocument.Change) -> String {
      let (before, after) = (value(change.before), value(change.after))
      return "\(MarkdownText.code(change.name)) \(before) → \(after)"
    }
    func value(_ text: String) -> String { text.isEmpty ? "–" : MarkdownText.escaped(text) }
    let settings =
      since.settings.prefix(6).map(shown)
      + (since.settings.count > 6 ? ["\(since.settings.count - 6) more"] : [])
    let metrics = since.metrics.prefix(6).map(shown)
    let what = settings.isEmpty ? "no setting is another" : settings.joined(separator: ", ")
    let moved =
      since.differences.isEmpty
      ? (metrics.isEmpty ? "no metric moved" : metrics.joined(separator: ", "))
      : "its figures were measured under another protocol: " + since.differences.joined(separator: "; ")
    return "the run \(MarkdownText.code(since.run)): \(what); \(moved)"
  }

  /// Those of no cell first, then cell by cell in the order in which they stand there.
  var warnings: [Warning] {
    let general = document.warnings.map { Warning(text: MarkdownText.singleLine($0)) }
    return general
      + document.cells.enumerated().flatMap { place, cell in
        CellSections(cell).warnings.enumerated().map { number, text in
          Warning(text: Self.lead(text), cell: place, number: number)
        }
      }
  }

  /// What a warning says first: what stands in bold, or its first sentence.
  static func lead(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isNewline).joined(separator: " ")
    if line.hasPrefix("**"), let end = line.dropFirst(2).firstRange(of: "**") {
      return String(line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound])
    }
    if let end = line.firstRange(of: ". ") { return String(line[..<end.lowerBound]) + "." }
    return line
  }
}
