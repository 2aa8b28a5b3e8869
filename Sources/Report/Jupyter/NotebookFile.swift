/// A notebook as its file has it, in format 4.5.
///
/// Source: https://nbformat.readthedocs.io/en/latest/format_description.html
struct NotebookFile: Encodable {
  var cells: [Cell]
  let metadata = Metadata()
  let nbformat = 4
  let nbformat_minor = 5

  struct Cell: Encodable {
    var id: String
    var kind: Kind
    /// Lines, each with its end.
    var source: [String]

    enum Kind {
      case markdown
      case code(count: Int, outputs: [Output])
    }

    private enum Key: String, CodingKey {
      case id, source, metadata, outputs
      case kind = "cell_type"
      case count = "execution_count"
    }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: Key.self)
      try fields.encode(id, forKey: .id)
      try fields.encode(source, forKey: .source)
      switch kind {
      case .markdown:
        try fields.encode("markdown", forKey: .kind)
        try fields.encode([String: String](), forKey: .metadata)
      case .code(let count, let outputs):
        try fields.encode("code", forKey: .kind)
        try fields.encode(["language": "yaml"], forKey: .metadata)
        try fields.encode(count, forKey: .count)
        try fields.encode(outputs, forKey: .outputs)
      }
    }
  }

  /// Something shown, in one or more forms by their media types; who shows it takes the richest it can.
  struct Output: Encodable {
    var data: [String: [String]]
    let metadata = [String: String]()
    let output_type = "display_data"
  }

  /// No kernel runs recipes: the cells are shown as they came out.
  struct Metadata: Encodable {
    let kernelspec = ["display_name": "Towerbook", "language": "yaml", "name": "towerbook"]
    let language_info = [
      "name": "yaml", "file_extension": ".yaml", "mimetype": "text/x-yaml", "codemirror_mode": "yaml",
      "pygments_lexer": "yaml",
    ]
  }

  /// A text as notebooks keep it: lines, each but the last with its end.
  static func lines(_ text: String) -> [String] {
    var lines = MarkdownText.normalised(text).split(separator: "\n", omittingEmptySubsequences: false)
      .map { "\($0)\n" }
    if let last = lines.popLast(), last != "\n" { lines.append(String(last.dropLast())) }
    return lines
  }
}
