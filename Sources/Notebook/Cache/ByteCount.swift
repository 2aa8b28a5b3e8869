/// A number of bytes as users write it: `1500`, `20MB`, `1.5 GB`, in decimal units as sizes are shown.
package struct ByteCount: Equatable, Sendable {
  /// The bytes, 0 or more.
  package var bytes: Int

  private static let units: [(name: String, bytes: Double)] = [
    ("kb", 1e3), ("mb", 1e6), ("gb", 1e9), ("tb", 1e12), ("b", 1), ("", 1),
  ]

  /// Reads a size; nil where it is none, or beyond 64 bits. Letter case does not count.
  package init?(_ text: String) {
    let lower = text.lowercased()
    guard let unit = Self.units.first(where: { lower.hasSuffix($0.name) }) else { return nil }
    let number = lower.dropLast(unit.name.count).split(separator: " ", omittingEmptySubsequences: true)
    guard number.count == 1, number[0].utf8.allSatisfy({ ".0123456789".utf8.contains($0) }),
      let value = Double(number[0]), let bytes = Int(exactly: (value * unit.bytes).rounded())
    else { return nil }
    self.bytes = bytes
  }
}
