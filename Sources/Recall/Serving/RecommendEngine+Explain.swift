import Numerics

/// What each click of a history does to the items of a list.
extension RecommendEngine {
  /// Histories that are asked for at once to explain a list.
  private static let explainedAtOnce = 512

  /// Asks again without each click that the model reads, all else as it was; an older click then comes into sight.
  mutating func explain(_ items: inout [Recommendation.Item], _ row: Int, _ block: RequestBlock)
    throws
  {
    // What is further back is not read, whichever click is left out.
    let length = saved.model.shape.maxSeqLen
    let history = Array(block.histories[row].suffix(length + 1))
    let clicked = block.clicked[row].suffix(length + 1)
    let clicks = Array(max(0, history.count - length)..<history.count)
    let vectors = items.map { vector(of: $0.key) }
    func scores(_ histories: [[Int32]]) throws -> [[Float]] {
      let queries = try saved.model.steadyQueryVectors(
        block.inputs(histories: histories, of: [Int](repeating: row, count: histories.count))
      )
      return vectors.map { vector in
        (0..<queries.rows).map { query in vector.map { InterestSearch.score(queries.row(query), $0) } ?? 0 }
      }
    }
    let with = try scores([history])
    for place in items.indices { items[place].effects = [] }
    for start in stride(from: 0, to: clicks.count, by: Self.explainedAtOnce) {
      let some = clicks[start..<min(start + Self.explainedAtOnce, clicks.count)]
      let without = try scores(some.map { Array(history[..<$0] + history[($0 + 1)...]) })
      for place in items.indices {
        items[place].effects? += zip(some, without[place]).map { click, score in
          Recommendation.Effect(
            clicked: clicked[clicked.startIndex + click],
            change: with[place][0] - score
          )
        }
      }
    }
  }
}
