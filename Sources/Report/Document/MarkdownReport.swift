/// A report as Markdown that reads well on code hosts and in an editor, its plots as SVG beside it.
package struct MarkdownReport: ReportRenderer {
  /// Makes a renderer.
  package init() {}

  /// `plots/NAME.svg` for each plot, and `report.md`.
  package func files(of document: ReportDocument) -> [(name: String, text: String)] {
    let renderer = MarkdownRenderer()
    let title = Block.heading(level: 1, text: document.title)
    let cells = document.cells.map(CellSections.init).flatMap { [$0.heading] + $0.blocks }
    let body = cells + [ReportDocument.environmentHeading] + document.environment
    let headings = renderer.headings([title] + document.text + body)
    let titles = Set(document.cells.map(\.title))
    let anchors = headings.dropFirst().filter { $0.level == 2 && titles.contains($0.text) }.map(\.slug)
    let contents = Block.details(
      summary: "Contents",
      blocks: [.prose(renderer.tableOfContents([title] + document.text + body))]
    )
    let head = [title] + FirstPage(document).blocks(anchors: anchors) + document.text + [contents]
    let markdown = renderer.render(head + body) { "plots/\($0.name).svg" }
    var drawn: Set<String> = []
    let plots = (document.text + body).flatMap(\.plots).filter { drawn.insert($0.name).inserted }
    return plots.map { ("plots/\($0.name).svg", SVGRenderer().render($0)) } + [
      (ReportFormat.md.file, markdown)
    ]
  }
}
