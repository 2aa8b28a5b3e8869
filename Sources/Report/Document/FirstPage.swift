/// What stands before the cells: what was done, on what, how good, against what, how sure, and how to do it again.
package struct FirstPage {
  private let document: ReportDocument
  /// The anchor of each cell's heading, in the order of the cells.
  private let anchors: [String]

  /// Takes the document, and where links to its cells lead.
  package init(_ document: ReportDocument, anchors: [String]) {
    self.document = document
    self.anchors = anchors
  }

  /// The blocks: when it ran, a table of what is to be known, and the warnings.
  package var blocks: [Block] {
    var blocks: [Block] = [.prose(status)]
    let lines = lines
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
    if !warnings.isEmpty { blocks.append(.prose(warnings.joined(separator: "\n"))) }
    return blocks
  }

  private var status: String {
    let cells = document.cells
    let cached = cells.count { $0.isCached }
    let spent = NumberFormat.duration(seconds: cells.filter { !$0.isCached }.reduce(0) { $0 + $1.seconds })
    let whole = NumberFormat.duration(seconds: cells.reduce(0) { $0 + $1.seconds })
    let date = document.date.prefix(16).replacing("T", with: " ")
    var line = "*\(date) UTC: \(cells.count == 1 ? "one cell" : "\(cells.count) cells") in \(whole)"
    if cached > 0 {
      line +=
        cached == cells.count
        ? ", all taken from the cache"
        : ", \(cached) of them taken from the cache and the others computed in \(spent)"
    }
    return line + ".*"
  }

  private var lines: [ReportDocument.Highlight] {
    let measured = document.cells.filter { $0.headline != nil }
    var lines: [ReportDocument.Highlight] = []
    for cell in measured {
      guard let headline = cell.headline else { continue }
      let of = measured.count > 1 ? " (\(cell.id))" : ""
      lines.append(.init("Result\(of)", result(headline)))
      if let rival = headline.rival { lines.append(.init("Against\(of)", against(rival, headline))) }
    }
    lines += document.cells.flatMap(\.highlights)
    let expectations = document.cells.flatMap(\.expectations)
    if !expectations.isEmpty { lines.append(.init("Expected", expected(expectations))) }
    if !document.overrides.isEmpty {
      lines.append(
        .init("Set", document.overrides.map(code).joined(separator: ", ") + ", against the recipe")
      )
    }
    if let since = document.since { lines.append(.init("Since", changes(since))) }
    lines.append(.init("Again", code(document.command)))
    return lines
  }

  private func result(_ headline: Headline) -> String {
    var text = "\(headline.metric) **\(Self.figure(headline.value, headline.interval))**"
    if headline.interval != nil {
      text += " (\(NumberFormat.significant(100 * headline.level, digits: 4)) % interval)"
    }
    return text + ", \(headline.subject), \(NumberFormat.grouped(headline.units)) users"
  }

  private func against(_ rival: Headline.Rival, _ headline: Headline) -> String {
    let difference = (rival.difference < 0 ? "" : "+") + NumberFormat.fixed(rival.difference, digits: 3)
    var text = "\(rival.name) \(Self.figure(rival.value, rival.interval)); difference **\(difference)**"
    if let ends = rival.differenceInterval {
      text += " [\(ends.map { NumberFormat.fixed($0, digits: 3) }.joined(separator: ", "))]"
    }
    guard let isReal = rival.isMoreThanLuck else { return text }
    let p =
      rival.pValue.map { $0 < 0.001 ? ", p < 0.001" : ", p = \(NumberFormat.fixed($0, digits: 3))" } ?? ""
    let verdict =
      isReal
      ? (rival.difference < 0 ? "worse, and not by luck" : "better, and not by luck") : "it could be luck"
    return text + p + ": " + verdict
  }

  private func expected(_ expectations: [ReportDocument.Expectation]) -> String {
    let broken = expectations.filter { !$0.isMet }
    guard !broken.isEmpty else {
      return expectations.count == 1 ? "✓ met" : "✓ all \(expectations.count) met"
    }
    let named = broken.map { result in
      let came = result.value.map { NumberFormat.significant($0, digits: 4) } ?? "no value"
      return "\(code(result.metric)) is \(came), expected \(code(result.expected))"
    }
    return "✗ \(broken.count) of \(expectations.count) not met: " + named.joined(separator: "; ")
  }

  private func changes(_ since: ReportDocument.Since) -> String {
    func shown(_ change: ReportDocument.Change) -> String {
      "\(code(change.name)) \(change.before.isEmpty ? "–" : change.before) → \(change.after.isEmpty ? "–" : change.after)"
    }
    let settings =
      since.settings.prefix(6).map(shown)
      + (since.settings.count > 6 ? ["\(since.settings.count - 6) more"] : [])
    let metrics = since.metrics.prefix(6).map(shown)
    let what = settings.isEmpty ? "no setting is another" : settings.joined(separator: ", ")
    let moved = metrics.isEmpty ? "no metric moved" : metrics.joined(separator: ", ")
    return "since the run \(code(since.run)): \(what); \(moved)"
  }

  /// One line each, with a link to where all of it stands.
  private var warnings: [String] {
    var lines = document.warnings.map { "- ⚠ \(MarkdownText.singleLine($0))" }
    for (cell, anchor) in zip(document.cells, anchors) {
      let shown = cell.blocks.compactMap { block -> String? in
        if case .note(.warning, let text) = block { text } else { nil }
      }
      lines += (cell.warnings + shown).map { "- ⚠ \(Self.lead($0)) ([\(cell.id)](#\(anchor)))" }
    }
    return lines
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

  /// `0.664 [0.657, 0.670]`.
  package static func figure(_ value: Double, _ interval: [Double]?) -> String {
    let shown = NumberFormat.fixed(value, digits: 3)
    guard let interval else { return shown }
    return "\(shown) [\(interval.map { NumberFormat.fixed($0, digits: 3) }.joined(separator: ", "))]"
  }

  private func code(_ text: String) -> String {
    text.contains("`") ? "`` \(text) ``" : "`\(text)`"
  }
}
