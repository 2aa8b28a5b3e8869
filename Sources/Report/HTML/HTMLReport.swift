/// A report as one page that holds everything it shows: it reads in a browser, in light and in dark, on paper, on a
/// telephone and aloud, and asks nothing of a network.
package struct HTMLReport: ReportRenderer {
  private let addition: HTMLAddition?

  /// Makes a renderer of the report, and of one section more.
  package init(addition: HTMLAddition? = nil) { self.addition = addition }

  /// `report.html`.
  package func files(of document: ReportDocument) -> [(name: String, text: String)] {
    [(ReportFormat.html.file, page(of: document).html)]
  }

  /// The parts of the page, for who has a frame of their own for them.
  package func parts(of document: ReportDocument) -> (
    contents: [(title: String, anchor: String)], main: String, footer: String
  ) {
    let page = page(of: document)
    return (page.contents, page.main, page.footer)
  }

  private func page(of document: ReportDocument) -> HTMLPage {
    var renderer = HTMLRenderer()
    // Anchors are counted in the order of the page, as code hosts count them.
    _ = renderer.anchor(document.title)
    let text = renderer.render(document.text, under: 1)
    let cells = document.cells.map { cell -> (anchor: String, html: String) in
      let anchor = renderer.anchor(cell.title)
      return (anchor, section(cell, anchor, &renderer))
    }
    let end = renderer.anchor("Environment")
    let environment = renderer.render(document.environment, under: 2)
    let anchors = cells.map(\.anchor)
    // Last, so that all else is anchored as on a page without it.
    let added = addition.map { addition -> (title: String, anchor: String, html: String) in
      let anchor = renderer.anchor(addition.title)
      return (addition.title, anchor, section(addition, anchor, &renderer))
    }
    return HTMLPage(
      title: document.title,
      contents: (added.map { [($0.title, $0.anchor)] } ?? []) + zip(document.cells.map(\.title), anchors)
        + [("Environment", end)],
      main: first(document, text, anchors) + (added?.html ?? "")
        + "<div class=\"cells\">\n\(cells.map(\.html).joined())</div>\n",
      footer: footer(document, environment, anchor: end),
      pictureStyles: renderer.styles,
      addition: addition
    )
  }

  private func first(_ document: ReportDocument, _ text: String, _ anchors: [String]) -> String {
    let page = FirstPage(document)
    let facts = page.facts.map { fact in
      "<div><dt>\(HTMLText.escapedLine(fact.label))</dt><dd>\(CommonMark.inline(fact.text))</dd></div>\n"
    }
    let warnings = page.warnings.map { warning -> String in
      let line = CommonMark.inline(warning.text, hasLinks: false)
      guard let cell = warning.cell else { return "<li>\(line)</li>\n" }
      let target = HTMLText.escaped("\(Self.warningID(anchors[cell]))\(warning.number)")
      let name = HTMLText.escapedLine(document.cells[cell].id)
      return "<li><a href=\"#\(target)\">\(line)</a> <span class=\"of\">\(name)</span></li>\n"
    }
    let list = warnings.isEmpty ? "" : "<ul class=\"warnings\">\n\(warnings.joined())</ul>\n"
    return """
      <header class="first">
      <h1>\(HTMLText.escapedLine(document.title))</h1>
      <p class="status">\(HTMLText.escapedLine(page.status))</p>
      \(HTMLHeadline(cells: page.measured).html)\(list)<dl class="facts">
      \(facts.joined())</dl>
      \(text)</header>

      """
  }

  private func section(_ cell: ReportDocument.Cell, _ anchor: String, _ renderer: inout HTMLRenderer)
    -> String
  {
    let sections = CellSections(cell)
    let body =
      renderer.render(cell.text + sections.settings, under: 2)
      + renderer.render(sections.results, under: 2, warningID: Self.warningID(anchor))
      + renderer.render(cell.note, under: 2)
    let gist =
      cell.summary.isEmpty ? "" : " <span class=\"gist\">\(HTMLText.escapedLine(cell.summary))</span>"
    let seconds = NumberFormat.duration(seconds: cell.seconds)
    let time = cell.isCached ? "cached, computed in \(seconds)" : "computed in \(seconds)"
    return """
      <details class="cell" open="">
      <summary><h2 id="\(HTMLText.escaped(anchor))">\(HTMLText.escapedLine(cell.title))</h2>\(gist) \
      <span class="time">\(time)</span></summary>
      \(body)</details>

      """
  }

  private func section(_ addition: HTMLAddition, _ anchor: String, _ renderer: inout HTMLRenderer) -> String {
    """
    <section class="added" aria-labelledby="\(HTMLText.escaped(anchor))">
    <h2 id="\(HTMLText.escaped(anchor))">\(HTMLText.escapedLine(addition.title))</h2>
    \(renderer.render(addition.introduction, under: 2))\(addition.body)\
    \(renderer.render(addition.notes, under: 2))</section>

    """
  }

  /// What the ids of a cell's warnings begin with: no anchor of a heading has a point.
  private static func warningID(_ anchor: String) -> String { "\(anchor).warning." }

  private func footer(_ document: ReportDocument, _ environment: String, anchor: String) -> String {
    let of = [document.recipe, document.run].filter { !$0.isEmpty }.joined(separator: ", run ")
    return """
      <h2 id="\(HTMLText.escaped(anchor))">Environment</h2>
      <p>\(HTMLText.escapedLine(of)), \(HTMLText.escapedLine(document.date)).</p>
      \(environment)
      """
  }
}
