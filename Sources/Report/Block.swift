/// One piece of a report. Blocks are data: they know nothing of files, recipes or models, and a
/// renderer turns them into text.
package indirect enum Block: Sendable, Codable, Equatable {
  /// A heading; `level` 1 is the report's title.
  case heading(level: Int, text: String)
  /// Markdown, passed through as it is.
  case prose(String)
  /// A table of values.
  case table(Table)
  /// A plot, drawn as SVG beside the report.
  case plot(Plot)
  /// A picture that was drawn elsewhere.
  case picture(Picture)
  /// Text in a code fence; `language` may be empty.
  case code(language: String, text: String)
  /// A remark set apart from the text.
  case note(kind: NoteKind, text: String)
  /// Blocks behind one line, which is plain text, to be unfolded.
  case details(summary: String, blocks: [Block])
}

extension Block {
  /// The plots in it.
  package var plots: [Plot] {
    switch self {
    case .plot(let plot): [plot]
    case .details(_, let blocks): blocks.flatMap(\.plots)
    case .heading, .prose, .table, .picture, .code, .note: []
    }
  }
}

/// How much a note matters to who reads it.
package enum NoteKind: String, Sendable, Codable, CaseIterable {
  case note, tip, important, warning, caution
}
