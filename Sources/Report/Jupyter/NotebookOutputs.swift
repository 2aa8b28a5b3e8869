import FoundationEssentials

/// What a cell shows, as outputs of a notebook: tables as HTML, plots as pictures, all else as Markdown.
struct NotebookOutputs {
  /// Jupyter reads no alerts, so that a note says what it is in bold.
  static let renderer = MarkdownRenderer(hasAlerts: false)

  /// A plot that stands within Markdown, as an address that holds the picture.
  static func inlinePicture(_ plot: Plot) -> String {
    "data:image/svg+xml;base64," + Data(SVGRenderer().render(plot).utf8).base64EncodedString()
  }

  /// The outputs, in order; what is Markdown anyway and stands together is one.
  func list(_ blocks: [Block]) -> [NotebookFile.Output] {
    var outputs: [NotebookFile.Output] = []
    var open: [Block] = []
    func close() {
      let text = Self.renderer.render(open, plotPath: Self.inlinePicture, picturePath: \.address)
      if !text.isEmpty { outputs.append(output(["text/markdown": text, "text/plain": text])) }
      open = []
    }
    for block in blocks {
      switch block {
      case .table(let table):
        close()
        let markdown = Self.renderer.render([block]) { _ in "" }
        outputs.append(
          output(["text/html": HTMLTable(table).output, "text/markdown": markdown, "text/plain": markdown])
        )
      case .plot(let plot):
        close()
        outputs.append(
          output([
            "image/svg+xml": SVGRenderer().render(plot),
            // Jupyter shows no SVG of a notebook that it was not told to trust, but pictures in Markdown.
            "text/markdown": Self.renderer.render([block], plotPath: Self.inlinePicture),
            "text/plain": plot.description,
          ])
        )
      case .heading, .prose, .picture, .code, .note, .details: open.append(block)
      }
    }
    close()
    return outputs
  }

  private func output(_ forms: [String: String]) -> NotebookFile.Output {
    NotebookFile.Output(data: forms.mapValues(NotebookFile.lines))
  }
}
