/// The figures of the first page: one or two evaluations large, more of them in a table.
struct HTMLHeadline {
  /// The cells that measure.
  let cells: [ReportDocument.Cell]

  /// It as HTML; nothing where nothing was measured.
  var html: String {
    let measured = cells.compactMap { cell in cell.headline.map { (cell: cell, headline: $0) } }
    guard measured.count > 2 else {
      return measured.map { large($0.headline, of: measured.count > 1 ? $0.cell.id : nil) }.joined()
    }
    return HTMLTable(table(measured)).page
  }

  private func large(_ headline: Headline, of cell: String?) -> String {
    let subject = [cell, headline.subject].compactMap { $0 }.joined(separator: ": ")
    var under = [headline.meaning]
    if let interval = headline.interval { under.append(range(interval, headline)) }
    under.append("\(NumberFormat.grouped(headline.units)) users")
    var parts = [
      part("main", headline.metric, subject, NumberFormat.fixed(headline.value, digits: 3), under)
    ]
    if let rival = headline.rival {
      let interval = rival.interval.map { range($0, headline) }
      let value = NumberFormat.fixed(rival.value, digits: 3)
      parts.append(part("", "against", rival.name, value, [interval].compactMap { $0 }))
      let difference = rival.differenceInterval.map { range($0, headline) }
      let test = [difference, rival.pValueText].compactMap { $0 }
      let verdict = rival.verdict.map {
        "<p class=\"verdict \($0.rawValue)\">\(HTMLText.escapedLine($0.words))</p>\n"
      }
      parts.append(part("", "difference", "", rival.differenceText, test, verdict ?? ""))
    }
    return "<div class=\"headline\">\n\(parts.joined())</div>\n"
  }

  private func range(_ interval: [Double], _ headline: Headline) -> String {
    let ends = interval.map { NumberFormat.fixed($0, digits: 3).replacing("-", with: "−") }
    return "\(headline.levelText) \(ends.joined(separator: " to "))"
  }

  private func part(
    _ kind: String,
    _ name: String,
    _ subject: String,
    _ value: String,
    _ under: [String],
    _ end: String = ""
  ) -> String {
    let of = subject.isEmpty ? "" : " <b>\(HTMLText.escapedLine(subject))</b>"
    return """
      <div class="figure \(kind)">
      <p class="name">\(HTMLText.escapedLine(name))\(of)</p>
      <p class="value">\(value)</p>
      <p class="under">\(under.map(HTMLText.escapedLine).joined(separator: "<br/>"))</p>
      \(end)</div>

      """
  }

  /// A row an evaluation; what all have in common stands above.
  private func table(_ measured: [(cell: ReportDocument.Cell, headline: Headline)]) -> Table {
    let (metrics, subjects) = (measured.map(\.headline.metric), measured.map(\.headline.subject))
    let isOneMetric = Set(metrics).count == 1
    let isOneSubject = Set(subjects).count == 1
    var caption = isOneMetric ? metrics[0] : ""
    if isOneSubject { caption += (isOneMetric ? " of " : "Figures of ") + subjects[0] }
    var table = Table(caption: caption, columns: [.init("Cell")], rows: measured.map { [.text($0.cell.id)] })
    func add(_ title: String, _ alignment: Table.Alignment = .leading, _ text: (Headline) -> String?) {
      table.columns.append(.init(title, alignment))
      for row in table.rows.indices { table.rows[row].append(.text(text(measured[row].headline) ?? "")) }
    }
    if !isOneSubject { add("Of") { $0.subject } }
    if !isOneMetric { add("Metric") { $0.metric } }
    add("Value", .trailing) { $0.figure }
    add("Against") { $0.rival?.name }
    add("Its value", .trailing) { $0.rival.map { NumberFormat.fixed($0.value, digits: 3) } }
    add("Difference", .trailing) { $0.rival?.differenceText }
    add("Verdict") { $0.rival?.verdict?.words }
    return table
  }
}
