/// Makes files of a report.
package protocol ReportRenderer: Sendable {
  /// The files of `document`, by their names beside each other; the last is the one to open.
  func files(of document: ReportDocument) throws -> [(name: String, text: String)]
}

/// What a report can be written as; the raw value is the ending of its file.
package enum ReportFormat: String, CaseIterable, Sendable {
  case md, html, ipynb

  /// The name of the file to open.
  package var file: String { "report.\(rawValue)" }

  /// The name of the page that holds its model too.
  package static let liveFile = "report.live.html"

  /// What it is, in a few words.
  package var summary: String {
    switch self {
    case .md: "Markdown, its plots as SVG beside it"
    case .html: "one page with everything in it, for a browser"
    case .ipynb: "an executed Jupyter notebook"
    }
  }

  /// What writes it.
  package var renderer: any ReportRenderer {
    switch self {
    case .md: MarkdownReport()
    case .html: HTMLReport()
    case .ipynb: NotebookReport()
    }
  }
}
