extension TwoTowerModel {
  /// The interests of the first `count` queries of the last batch that counted.
  func queryInterests(_ count: Int) -> [Int] {
    (0..<count).map { row in queryWorkspace?.interests.map { Int($0.chosen[row]) } ?? 0 }
  }

  /// Takes of each query's vectors the one with the largest inner product with its own candidate's, the first of equals,
  /// for the loss and all that follows; nothing where queries have one.
  func chooseInterests(_ batch: TwoTowerBatch, _ queries: TowerWorkspace, _ candidates: TowerWorkspace) {
    guard let interests = queries.interests else { return }
    let (count, width) = (queryTower.interests, queryTower.vectorWidth)
    compute.threads.forEachRange(of: batch.queries.count, size: Self.shardRows) { rows in
      for row in rows {
        let vectors = interests.vectors.start + row * count * width
        let target = candidates.vectors.start + Int(batch.labels[row]) * width
        var (best, most) = (0, FloatRows.dot(vectors, target, width))
        for interest in 1..<count {
          let score = FloatRows.dot(vectors + interest * width, target, width)
          if score > most { (best, most) = (interest, score) }
        }
        interests.chosen[row] = Int32(best)
        queries.inverseLengths[row] = interests.inverseLengths[row * count + best]
        (queries.vectors.start + row * width).update(from: vectors + best * width, count: width)
      }
    }
  }
}
