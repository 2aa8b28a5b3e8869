/// A report as Markdown that reads well on code hosts and in an editor, its plots as SVG beside it.
package struct MarkdownReport: ReportRenderer {
  /// Makes a renderer.
  package init() {}

  /// `report.md`, and `plots/NAME.svg` for each plot.
  package func files(of document: ReportDocument) -> [(name: String, text: String)] {
    var head: [Block] = [.heading(level: 1, text: document.title)]
    if let text = document.text { head.append(.prose(text)) }
    head.append(.prose(statusLine(document)))
    head += warnings(document.warnings)
    let body = document.cells.flatMap(blocks) + environment(document)
    let renderer = MarkdownRenderer()
    let contents = Block.prose("**Contents**\n\n" + renderer.tableOfContents(head + body))
    let markdown = renderer.render(head + [contents] + body) { "plots/\($0.name).svg" }
    let plots = body.compactMap { if case .plot(let plot) = $0 { plot } else { nil } }
    return plots.map { ("plots/\($0.name).svg", SVGRenderer().render($0)) } + [("report.md", markdown)]
  }

  private func statusLine(_ document: ReportDocument) -> String {
    let cells = document.cells
    let cached = cells.count { $0.isCached }
    let spent = cells.filter { !$0.isCached }.reduce(0) { $0 + $1.seconds }
    var line =
      "*\(cells.count) cells, \(cells.count - cached) computed in \(NumberFormat.duration(seconds: spent))"
    line += ", \(cached) from the cache"
    let expectations = cells.flatMap(\.expectations)
    if !expectations.isEmpty {
      line += "; \(expectations.count { $0.isMet }) of \(expectations.count) expectations met"
    }
    return line + ".*"
  }

  private func blocks(_ cell: ReportDocument.Cell) -> [Block] {
    let title = cell.step == cell.id ? cell.id : "\(cell.step) as \(cell.id)"
    var blocks: [Block] = [.heading(level: 2, text: title)]
    if let text = cell.text { blocks.append(.prose(text)) }
    if !cell.settings.isEmpty { blocks.append(.code(language: "yaml", text: cell.settings)) }
    blocks += warnings(cell.warnings)
    blocks += cell.blocks.map { block in
      guard case .plot(var plot) = block else { return block }
      plot.name = "\(cell.id)-\(plot.name)"
      return .plot(plot)
    }
    if let folder = cell.folder { blocks.append(.prose("The files of this cell are in `\(folder)/`.")) }
    if !cell.expectations.isEmpty { blocks.append(.table(table(of: cell.expectations))) }
    let time = NumberFormat.duration(seconds: cell.seconds)
    blocks.append(
      .prose(cell.isCached ? "*Taken from the cache; computed in \(time).*" : "*Computed in \(time).*")
    )
    if let note = cell.note { blocks.append(.prose(note)) }
    return blocks
  }

  private func warnings(_ texts: [String]) -> [Block] { texts.map { .note(kind: .warning, text: $0) } }

  private func table(of expectations: [ReportDocument.Expectation]) -> Table {
    func shown(_ value: Double) -> Table.Cell {
      Int(exactly: value).map { .int($0) } ?? .real(value, digits: 4)
    }
    return Table(
      columns: [.init("Expectation"), .init("Expected"), .init("Came", .trailing), .init("")],
      rows: expectations.map { result in
        [
          .text(result.metric), .text(result.expected), result.value.map(shown) ?? .empty,
          .text(result.isMet ? "✓ met" : "✗ not met"),
        ]
      }
    )
  }

  private func environment(_ document: ReportDocument) -> [Block] {
    let rows: [[Table.Cell]] = document.provenance.map { [.text($0.name), .text($0.value)] }
    return [
      .heading(level: 2, text: "Environment"),
      .table(Table(columns: [.init("What"), .init("Which")], rows: rows)),
      .prose("To run it again:"),
      .code(language: "sh", text: document.command),
    ]
  }
}
