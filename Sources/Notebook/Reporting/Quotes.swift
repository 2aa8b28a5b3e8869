/// `{{ eval.hit_rate@20 }}` in prose: names of results and settings, replaced by their values.
package enum Quotes {
  /// The names quoted in `text`, in order.
  package static func names(in text: String) -> [String] {
    pieces(of: text).compactMap { if case .quote(let name, _) = $0 { name } else { nil } }
  }

  /// `text` with every quote replaced by what `value` gives; a quote it does not know stays.
  ///
  /// After a bar stands how a number is shown: `{{ eval.hit_rate@20 | percent }}`, or a number of
  /// digits after the point: `{{ eval.ndcg@20 | 4 }}`.
  package static func replaced(in text: String, value: (_ name: String, _ format: String?) -> String?)
    -> String
  {
    pieces(of: text).map { piece in
      switch piece {
      case .text(let text): text
      case .quote(let name, let format):
        value(name, format) ?? "{{ \(name)\(format.map { " | \($0)" } ?? "") }}"
      }
    }.joined()
  }

  private enum Piece {
    case text(String)
    case quote(String, format: String?)
  }

  private static func pieces(of text: String) -> [Piece] {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{"), let close = rest[open.upperBound...].firstRange(of: "}}") {
      pieces.append(.text(String(rest[..<open.lowerBound])))
      let parts = rest[open.upperBound..<close.lowerBound].split(separator: "|", maxSplits: 1)
      let words = parts.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      pieces.append(.quote(words.first ?? "", format: words.count > 1 ? words[1] : nil))
      rest = rest[close.upperBound...]
    }
    return pieces + [.text(String(rest))]
  }
}
