/// A cell's key: `index`, or `index as hnsw`.
package struct CellHeader: Sendable, Equatable {
  /// The step's name.
  package var step: String
  /// How settings and metrics address the cell; the step's name unless `as` gives another.
  package var id: String
  /// Where the key stands.
  package var place: Place

  /// The header of a cell.
  package init(step: String, id: String, place: Place) {
    self.step = step
    self.id = id
    self.place = place
  }

  /// The key as written.
  package var key: String { step == id ? step : "\(step) as \(id)" }

  /// What an id looks like, as a regular expression.
  static let idPattern = "[A-Za-z_][A-Za-z0-9_-]*"

  static func isID(_ text: some StringProtocol) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte) || byte == UInt8(ascii: "_")
  }
}
