/// How scores are spread: the share of each group that falls into each of equally wide bins.
package struct ScoreHistogram: Sendable, Equatable {
  /// The middle of each bin, ascending.
  package let middles: [Double]
  /// `shares[group][bin]`; a group without scores has zeros.
  package let shares: [[Double]]

  /// Counts `groups` of scores in `bins` bins from the least to the greatest of all; scores that are not finite do not
  /// count. Nil where there are no two different scores.
  package init?(_ groups: [[Float]], bins: Int = 36) {
    let finite = groups.map { $0.filter(\.isFinite).map(Double.init) }
    guard let low = finite.joined().min(), let high = finite.joined().max(), low < high else { return nil }
    let width = (high - low) / Double(bins)
    middles = (0..<bins).map { low + (Double($0) + 0.5) * width }
    shares = finite.map { scores in
      var counts = [Int](repeating: 0, count: bins)
      for score in scores { counts[min(bins - 1, Int((score - low) / width))] += 1 }
      return counts.map { scores.isEmpty ? 0 : Double($0) / Double(scores.count) }
    }
  }
}
