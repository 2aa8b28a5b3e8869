extension TwoTowerModel {
  /// What the roots of weights of recent clicks begin at: a fourth of what makes odds go with counts.
  static let firstTrendRoot: Float = 0.5

  /// What log(1 + n) of each window of ``TwoTowerShape/trendHours`` adds to an item's score, n its clicks in that window before
  /// the request, `[windows]`; each is at least 0, so that an item without such clicks only loses by them. Empty where the
  /// model takes none.
  ///
  /// Logits have the squares of learned numbers, or what is set, and scores are logits times the temperature. Of an ensemble it is what joined
  /// scores are of the models': the mean with cosines, else the sum.
  package var trendWeights: [Float] {
    guard let first = members.first else {
      let scale = Float(temperature)
      guard let trendRoots else { return shape.trendWeights.map { scale * Float($0) } }
      return trendRoots.value.elements.map { scale * $0 * $0 }
    }
    let share = shape.similarity == .cosine ? 1 / Float(members.count) : 1
    return members.dropFirst().reduce(first.trendWeights) { sums, member in
      zip(sums, member.trendWeights).map(+)
    }.map { $0 * share }
  }

  /// The roots of the weights, where the model takes recent clicks.
  static func trendRoots(_ shape: TwoTowerShape, _ draw: InitialDraw) -> Parameter? {
    guard shape.learnsTrend else { return nil }
    let roots = Parameter(
      "trend_roots",
      .dense,
      rows: 1,
      columns: shape.trendHours.count,
      initializer: .zeros,
      draw
    )
    if draw.given == nil { roots.value.elements.update(repeating: firstTrendRoot) }
    return roots
  }

  /// What the batch's counts add to logits; nil for nothing.
  func trendBias(_ batch: TwoTowerBatch) -> TrendBias? {
    guard let rows = batch.trend, let trendRoots else { return nil }
    let roots = trendRoots.value.elements
    precondition(rows.windows == roots.count, "counts are of the windows that the model has")
    trendFactors.reserve(roots.count)
    for window in roots.indices { trendFactors[window] = roots[window] * roots[window] }
    return TrendBias(rows: rows, weights: UnsafePointer(trendFactors.start))
  }

  /// Takes the derivatives of the loss by the weights, `[windows]`, which are the squares of what is learned; nil for zeros.
  func setTrendGradient(_ losses: [ContrastiveLoss]) {
    guard let trendRoots, case .dense(let gradient) = trendRoots.gradient else { return }
    gradient.begin(shards: 1)
    let part = gradient.part(0)
    for window in trendRoots.value.elements.indices {
      let sum = losses.reduce(0.0) { $0 + $1.trendGradient(window) }
      part[0, window] = Float(2 * Double(trendRoots.value[0, window]) * sum)
    }
  }
}
