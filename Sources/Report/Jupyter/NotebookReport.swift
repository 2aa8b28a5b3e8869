import Files

/// A report as a Jupyter notebook that was executed: the recipe's cells, and under each what came of it.
package struct NotebookReport: ReportRenderer {
  /// Makes a renderer.
  package init() {}

  /// `report.ipynb`.
  package func files(of document: ReportDocument) throws -> [(name: String, text: String)] {
    let json = try CodableJSON.text(NotebookFile(cells: cells(document)), indented: true)
    return [(ReportFormat.ipynb.file, json + "\n")]
  }

  private func cells(_ document: ReportDocument) -> [NotebookFile.Cell] {
    var ids = CellIDs()
    let outputs = NotebookOutputs()
    // Jupyter makes an anchor of a heading by putting hyphens for blanks.
    let anchors = document.cells.map { $0.title.replacing(" ", with: "-") }
    let first = FirstPage(document).blocks(anchors: anchors) + document.text
    var cells = [markdown([.heading(level: 1, text: document.title)] + first, ids.next("report"))]
    for (place, cell) in document.cells.enumerated() {
      let sections = CellSections(cell)
      cells.append(markdown([sections.heading] + cell.text, ids.next("\(cell.id)-text")))
      cells.append(
        NotebookFile.Cell(
          id: ids.next(cell.id),
          kind: .code(
            count: place + 1,
            outputs: outputs.list(sections.defaults + sections.results + [sections.time])
          ),
          source: NotebookFile.lines(Self.source(cell))
        )
      )
      if !cell.note.isEmpty { cells.append(markdown(cell.note, ids.next("\(cell.id)-note"))) }
    }
    let end = [ReportDocument.environmentHeading] + document.environment
    return cells + [markdown(end, ids.next("environment"))]
  }

  private func markdown(_ blocks: [Block], _ id: String) -> NotebookFile.Cell {
    let text = NotebookOutputs.renderer.render(blocks, plotPath: NotebookOutputs.inlinePicture)
    return NotebookFile.Cell(id: id, kind: .markdown, source: NotebookFile.lines(text))
  }

  /// The cell as the recipe has it: its key, and the settings under it.
  private static func source(_ cell: ReportDocument.Cell) -> String {
    let settings = cell.settings.split(separator: "\n", omittingEmptySubsequences: false)
    let lines = settings.map { $0.isEmpty ? "" : "  \($0)" }
    return MarkdownText.trimmed((["\(cell.title):"] + lines).joined(separator: "\n"))
  }
}

/// Names of cells as notebooks may have them: letters, digits, `-` and `_`, at most 64, each once; the same for the same
/// recipe.
struct CellIDs {
  private var taken: Set<String> = []

  mutating func next(_ name: String) -> String {
    let plain = name.map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || letter == "_") ? letter : "-"
    }
    let base = String(plain.prefix(56))
    var id = base.isEmpty ? "cell" : base
    var count = 1
    while !taken.insert(id).inserted {
      count += 1
      id = "\(base)-\(count)"
    }
    return id
  }
}
