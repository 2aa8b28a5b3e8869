/// A kind of index that is tried, by its factory string, and how it is searched.
package struct IndexForm: Sendable, Hashable {
  /// What decides how much of it a search looks at.
  enum Knob: Sendable, Hashable {
    /// Nothing: it looks at all.
    case none
    /// How many of so many cells.
    case nprobe(cells: Int)
    /// How many candidates a walk keeps.
    case efSearch
  }

  /// FAISS's factory string.
  package let factory: String

  /// Takes a factory string.
  package init(_ factory: String) { self.factory = factory }

  /// Whether it is exact search over the vectors.
  package var isExact: Bool { factory == "Flat" }

  var knob: Knob {
    if let cells = Self.number(after: "IVF", in: factory) { return .nprobe(cells: cells) }
    return factory.hasPrefix("HNSW") || factory.contains(",HNSW") ? .efSearch : .none
  }

  /// How many times as many items it is worth to ask for, to be compared by their vectors.
  var reranks: [Int] { SearchIndex.isLossy(factory) ? [1, 2, 4, 8] : [1] }

  /// The bytes that it takes at least, as far as its name tells: codes and what they stand for, cells, links and ids.
  func leastBytes(items: Int, dimension: Int) -> Int {
    guard !isExact else { return 4 * items * dimension }
    // What turns vectors may leave fewer dimensions of them.
    guard !factory.contains("PCA"), !factory.contains("OPQ") else { return 8 * items }
    var (code, fixed) = (0, 0)
    for part in factory.split(whereSeparator: { $0 == "," || $0 == "_" }) {
      if part == "Flat" { code = 4 * dimension }
      if let bits = Self.number(after: "SQ", in: part) { code = bits * dimension / 8 }
      if let codes = Self.number(after: "PQ", in: part) {
        let bits = part.split(separator: "x").dropFirst().first.flatMap { Int($0) } ?? 8
        code = codes * bits / 8
        fixed += 4 * dimension << min(bits, 16)
      }
      if let cells = Self.number(after: "IVF", in: part) { fixed += 4 * dimension * cells }
    }
    if code == 0, knob == .efSearch { code = 4 * dimension }
    // A vector has twice as many links on the lowest level, of 4 bytes each, and its level and place besides.
    let links = knob == .efSearch ? 8 * (Self.number(after: "HNSW", in: factory) ?? 0) + 12 : 0
    return items * (code + links + 8) + fixed
  }

  /// What is tried for so many items where nobody says: what needs least first.
  ///
  /// - Cells: the power of two that is nearest to twice the root of the items, half of what FAISS's guide takes for indexes of
  ///   this size, since training costs as much as there are cells; from 1,000 items on, for fewer there is nothing to gain.
  /// - PQ: codes of four dimensions each, from 10,000 items on, of which FAISS learns 256 codes well.
  /// - HNSW: 32 links; the vectors at 8 bits only where they do not fit whole, as the graph is slow to build.
  ///
  /// Source: "Guidelines to choose an index", FAISS wiki.
  package static func usual(items: Int, dimension: Int, _ goal: IndexGoal) -> [IndexForm] {
    var names = ["Flat", "SQ8"]
    if items >= 1_000 {
      let cells = 1 << Int((2 * Double(items).squareRoot()).exponentOfNearestPower)
      names += ["IVF\(cells),Flat", "IVF\(cells),SQ8"]
      if items >= 10_000, dimension % 4 == 0 { names.append("IVF\(cells),PQ\(dimension / 4)") }
      let whole = IndexForm("HNSW32")
      let fits = goal.allows(bytes: whole.leastBytes(items: items, dimension: dimension))
      names.append(fits ? whole.factory : "HNSW32_SQ8")
    }
    return names.map(IndexForm.init)
  }

  /// 4096 of `IVF4096_HNSW32` for "IVF".
  private static func number(after prefix: String, in text: some StringProtocol) -> Int? {
    for part in text.split(separator: ",") {
      for piece in part.split(separator: "_") where piece.hasPrefix(prefix) {
        return Int(piece.dropFirst(prefix.count).prefix { $0.isASCII && $0.isNumber })
      }
    }
    return nil
  }
}

extension Double {
  /// The exponent of the power of two that is nearest by ratio.
  fileprivate var exponentOfNearestPower: Int {
    let below = Int(exponent)
    return significand * significand < 2 ? below : below + 1
  }
}
