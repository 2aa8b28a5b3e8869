import Report

/// `{{ eval.hit_rate@20 }}` in prose: names of results and settings, replaced by their values.
package enum Quotes {
  /// The names quoted in `text`, in order, with how they are to be shown.
  package static func all(in text: String) -> [(name: String, format: String?)] {
    pieces(of: text).compactMap { if case .quote(let name, let format) = $0 { (name, format) } else { nil } }
  }

  /// Whether a number can be shown so: `percent`, or with a number of digits.
  package static func isFormat(_ text: String) -> Bool {
    text == "percent" || Int(text).map { (0...15).contains($0) } ?? false
  }

  /// `text` as blocks: prose with every quote replaced by what `value` gives, and in place of `{{ table CELL.NAME }}` and
  /// `{{ plot CELL.NAME }}` what `block` gives; a quote that neither knows stays.
  ///
  /// After a bar stands how a number is shown: `{{ eval.hit_rate@20 | percent }}`, or a number of
  /// digits after the point: `{{ eval.ndcg@20 | 4 }}`.
  package static func blocks(
    of text: String,
    value: (_ name: String, _ format: String?) -> String?,
    block: (Exhibit) -> Block?
  ) -> [Block] {
    var blocks: [Block] = []
    var open = ""
    func close() {
      if !open.allSatisfy(\.isWhitespace) { blocks.append(.prose(open)) }
      open = ""
    }
    for piece in pieces(of: text) {
      switch piece {
      case .text(let text): open += text
      case .quote(let name, let format):
        if let exhibit = Exhibit(quote: name), let shown = block(exhibit) {
          close()
          blocks.append(shown)
        } else {
          open += value(name, format) ?? "{{ \(name)\(format.map { " | \($0)" } ?? "") }}"
        }
      }
    }
    close()
    return blocks
  }

  /// A table or a plot of a cell, as prose quotes it.
  package struct Exhibit: Equatable {
    /// What is quoted.
    package enum Kind: String, CaseIterable { case table, plot }
    /// What is quoted.
    package var kind: Kind
    /// The cell's id.
    package var cell: String
    /// The name of the table or plot in the cell.
    package var name: String

    /// Reads `table eval.slices`; nil for anything else.
    package init?(quote: String) {
      let words = quote.split(separator: " ")
      guard words.count == 2, let kind = Kind(rawValue: String(words[0])),
        let point = words[1].firstIndex(of: ".")
      else { return nil }
      self.kind = kind
      cell = String(words[1][..<point])
      name = String(words[1][words[1].index(after: point)...])
    }
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
