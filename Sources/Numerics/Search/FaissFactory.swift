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
    if let problem = problemOfKinds(factory) { throw .factory(factory, problem: problem) }
  }

  /// Why parts that are known each cannot be had together: FAISS 1.7 makes such indexes, and searches or reads them wrongly.
  private static func problemOfKinds(_ factory: String) -> String? {
    let parts = factory.split(separator: ",")
    let codes = parts.flatMap { $0.split(separator: "_") }.first { $0.hasPrefix("PQ") }
    guard let codes else { return nil }
    if parts.contains(where: { $0.hasPrefix("HNSW") }) {
      return "graphs over product codes compare by Euclidean distance only; take HNSW…_SQ8, or IVF…,\(codes)"
    }
    if codes.contains("fs"), parts.contains(where: { $0.hasPrefix("IVF") }) {
      return "codes in blocks ('\(codes)') cannot be kept in cells; take IVF…,\(codes.prefix { $0 != "f" })"
    }
    return nil
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
