import Memory

/// Items that are drawn for a request, each alike, from those that it could have been given.
package struct NegativeItems: Sendable {
  /// Where they are drawn from.
  package enum Pool: String, CaseIterable, Sendable, Hashable {
    /// Items that were clicked in the history.
    case clicked
    /// All items of the index.
    case all
  }

  private let pool: [Int64]
  private let count: Int
  private let seed: Int

  /// So many draws are made for each wished item before what could be found is taken.
  private static let patience = 50

  /// Draws `count` items a request from `pool`.
  package init(_ count: Int, from pool: [Int64], seed: Int) {
    (self.count, self.pool, self.seed) = (count, pool, seed)
  }

  /// The items of the request number `request`, distinct, in the order of the draw; fewer where hardly any are left.
  /// - Parameter isOpen: whether an item may be drawn.
  func drawn(_ request: Int, where isOpen: (Int64) -> Bool) -> [Int64] {
    guard !pool.isEmpty else { return [] }
    var generator = SplitMix(seed: seed, stream: request)
    var found: [Int64] = []
    for _ in 0..<min(count, pool.count) * Self.patience where found.count < count {
      let item = pool[generator.below(pool.count)]
      if !found.contains(item), isOpen(item) { found.append(item) }
    }
    return found
  }
}
