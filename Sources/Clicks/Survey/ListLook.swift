/// What the texts of a column that is read as lists look like, where they are hardly cut as they should be.
package enum ListLook: Sendable, Equatable {
  /// Most are lists as programs print them, such as `['a', 'b']`.
  case brackets
  /// Most have several values with this byte between them.
  case parts(UInt8)

  /// Looks at the first texts of a column.
  /// - Parameter separator: what they are cut at; nil where each is one value.
  package init?(_ texts: [String], separator: UInt8?) {
    let texts = texts.filter { !$0.isEmpty }
    func most(_ isSo: (String) -> Bool) -> Bool { 2 * texts.count(where: isSo) > texts.count }
    if most({ $0.first == "[" && $0.last == "]" }) {
      self = .brackets
      return
    }
    if let separator, 10 * texts.count(where: { $0.utf8.contains(separator) }) >= texts.count { return nil }
    for byte in "|;,".utf8 where byte != separator && most({ $0.utf8.contains(byte) }) {
      // Ids hardly come again among few rows.
      let areIDs = texts.allSatisfy { $0.utf8.allSatisfy { $0 == byte || $0 &- 0x30 < 10 } }
      guard areIDs || TextParts(Array(Set(texts)))?.separator == byte else { continue }
      self = .parts(byte)
      return
    }
    return nil
  }
}
