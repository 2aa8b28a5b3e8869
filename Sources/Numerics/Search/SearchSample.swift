import CKernels

/// A regular sample of the items, from which a first threshold for each query is guessed.
///
/// A scan that starts with no threshold takes thousands of candidates a query before the threshold has
/// risen. If about `k / step` of the best `k` items are in the sample, then the score of its place
/// `rank`, somewhat further down, is very likely below that of the best `k`-th item and passes only a few
/// times `k` candidates. A query for which it proves too high is searched again without it.
struct SearchSample {
  /// Every `step`-th position is in the sample; a prime, since ids are often laid out in even periods.
  static let step = 61

  /// The sampled vectors, `[items / step, dimension]`, by position.
  let vectors: Matrix
  /// The place in the sample whose score is the guess.
  let rank: Int

  /// Draws the sample, or nil where a scan of all items costs too little to need it.
  init?(of search: ExactSearch, k: Int) {
    let expected = Double(k) / Double(Self.step)
    // Four standard deviations of the Poisson number of best items in the sample.
    rank = Int((expected + 4 * expected.squareRoot() + 1).rounded(.up))
    guard Self.count(of: search) >= 16 * rank else { return nil }
    vectors = search.kept?.sample ?? Self.vectors(of: search)
  }

  private static func count(of search: ExactSearch) -> Int { (search.items.rows + step - 1) / step }

  /// The sampled vectors.
  static func vectors(of search: ExactSearch) -> Matrix {
    let vectors = Matrix(rows: count(of: search), columns: search.items.columns)
    for index in 0..<vectors.rows {
      let position = index * step
      let row = search.order.map { Int($0[position]) } ?? position
      _ = vectors.row(index).update(fromContentsOf: search.items.row(row))
    }
    return vectors
  }
}
