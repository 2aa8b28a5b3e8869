/// A report as Markdown that reads well on code hosts and in an editor, its plots as SVG beside it.
package struct MarkdownReport: ReportRenderer {
  /// Makes a renderer.
  package init() {}

  /// `report.md`, and `plots/NAME.svg` for each plot.
  package func files(of document: ReportDocument) -> [(name: String, text: String)] {
    let renderer = MarkdownRenderer()
    let title = Block.heading(level: 1, text: document.title)
    let body = document.cells.flatMap { [heading(of: $0)] + blocks($0) } + environment(document)
    let headings = renderer.headings([title] + document.text + body)
    let cells = Set(document.cells.map(\.title))
    let anchors = headings.dropFirst().filter { $0.level == 2 && cells.contains($0.text) }.map(\.slug)
    let contents = Block.details(
      summary: "Contents",
      blocks: [.prose(renderer.tableOfContents([title] + document.text + body))]
    )
    let head = [title] + FirstPage(document, anchors: anchors).blocks + document.text + [contents]
    let markdown = renderer.render(head + body) { "plots/\($0.name).svg" }
    var drawn: Set<String> = []
    let plots = (document.text + body).flatMap(\.plots).filter { drawn.insert($0.name).inserted }
    return plots.map { ("plots/\($0.name).svg", SVGRenderer().render($0)) } + [("report.md", markdown)]
  }

  private func heading(of cell: ReportDocument.Cell) -> Block { .heading(level: 2, text: cell.title) }

  private func blocks(_ cell: ReportDocument.Cell) -> [Block] {
    var blocks = cell.text
    if !cell.settings.isEmpty { blocks.append(.code(language: "yaml", text: cell.settings)) }
    if !cell.defaults.isEmpty {
      let count = cell.defaults.split(separator: "\n").count
      let summary = count == 1 ? "One setting as it is by default" : "Settings as they are by default"
      blocks.append(.details(summary: summary, blocks: [.code(language: "yaml", text: cell.defaults)]))
    }
    blocks += cell.warnings.map { .note(kind: .warning, text: $0) } + cell.blocks
    if let folder = cell.folder { blocks.append(.prose("The files of this cell are in `\(folder)/`.")) }
    if !cell.expectations.isEmpty { blocks.append(.table(table(of: cell.expectations))) }
    let time = NumberFormat.duration(seconds: cell.seconds)
    blocks.append(
      .prose(cell.isCached ? "*Taken from the cache; computed in \(time).*" : "*Computed in \(time).*")
    )
    return blocks + cell.note
  }

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
    func table(_ facts: [ReportDocument.Fact], _ titles: (String, String)) -> Block {
      let rows: [[Table.Cell]] = facts.map { [.text($0.name), .text($0.value)] }
      return .table(Table(columns: [.init(titles.0), .init(titles.1)], rows: rows))
    }
    var blocks: [Block] = [.heading(level: 2, text: "Environment")]
    blocks.append(table(document.provenance, ("What", "Which")))
    if !document.measuredUnder.isEmpty {
      blocks.append(
        .prose("Figures of another run can be held against these where they were measured under the same:")
      )
      blocks.append(table(document.measuredUnder, ("Measured under", "Digest")))
    }
    blocks += [.prose("To run it again:"), .code(language: "sh", text: document.command)]
    guard let recipe = RecipeFence(document) else { return blocks }
    blocks.append(.prose("or `towerbook run report.md`, which runs the recipe that is kept here:"))
    return blocks + [.details(summary: "The recipe", blocks: [.prose(recipe.markdown)])]
  }
}
