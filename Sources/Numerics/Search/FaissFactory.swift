/// Checks factory strings before FAISS sees them: some wrong ones end the process there.
enum FaissFactory {
  /// What may stand between commas, and what its numbers may be.
  private static let parts: [(prefix: String, numbers: ClosedRange<Int>)] = [
    ("Flat", 0...0), ("IVF", 1...4_194_304), ("HNSW", 2...512), ("OPQ", 1...4096),
    ("PQ", 1...4096), ("PCA", 1...4096), ("SQ", 4...16),
  ]

  /// Throws where `factory` is not made of known parts with sensible numbers.
  static func check(_ factory: String) throws(FaissFailure) {
    for part in factory.split(separator: ",", omittingEmptySubsequences: false) {
      for piece in part.split(separator: "_", omittingEmptySubsequences: false) {
        try check(piece, of: factory, isFirst: piece.startIndex == part.startIndex)
      }
    }
  }

  private static func check(
    _ piece: Substring,
    of factory: String,
    isFirst: Bool
  ) throws(FaissFailure) {
    let known = parts.first { piece.hasPrefix($0.prefix) }
    // What follows an underscore may be a bare number, as in OPQ16_64.
    guard known != nil || (!isFirst && !piece.isEmpty && piece.allSatisfy(\.isNumber)) else {
      throw .factory(
        factory,
        problem: "'\(piece)' is not one of Flat, IVF…, HNSW…, PQ…, SQ…, OPQ…, PCA…"
      )
    }
    let range = known?.numbers ?? 1...4096
    for digits in piece.split(whereSeparator: { !($0.isASCII && $0.isNumber) }) {
      guard let number = Int(digits), range.contains(number) else {
        throw .factory(
          factory,
          problem: "expected a number from \(range.lowerBound) to \(range.upperBound) "
            + "in '\(piece)', it is \(digits)"
        )
      }
    }
    if let codeBits = piece.split(separator: "x").dropFirst().first, piece.hasPrefix("PQ"),
      let bits = Int(codeBits.prefix { $0.isNumber }), bits > 16
    {
      throw .factory(factory, problem: "expected codes of 1 to 16 bits in '\(piece)', they have \(bits)")
    }
  }
}
