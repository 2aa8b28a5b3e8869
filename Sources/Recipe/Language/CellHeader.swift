/// A cell's key: `index`, or `index as hnsw`.
public struct CellHeader: Sendable, Equatable {
  /// The step's name.
  public var step: String
  /// How settings and metrics address the cell; the step's name unless `as` gives another.
  public var id: String
  /// Where the key stands.
  public var place: Place

  /// The header of a cell.
  public init(step: String, id: String, place: Place) {
    self.step = step
    self.id = id
    self.place = place
  }

  /// The key as written.
  public var key: String { step == id ? step : "\(step) as \(id)" }

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
