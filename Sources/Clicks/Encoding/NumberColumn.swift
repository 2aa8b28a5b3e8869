import Tables

/// A numeric column of items as places among buckets whose edges are quantiles of what was seen in training.
package struct NumberColumn: Sendable, Equatable {
  /// The column's name.
  package var name: String
  /// The values that buckets stand for, ascending and distinct, 1 or more.
  package var edges: [Double]

  /// Puts a column together.
  package init(name: String, edges: [Double]) {
    self.name = name
    self.edges = edges
  }

  /// Learns at most `buckets` edges from the finite ones of `values`: their quantiles 0, 1 / (buckets - 1), … 1,
  /// each once. Quantiles lie between two values by distance, as `numpy.quantile` has them.
  ///
  /// Source: quantile-based bins of Y. Gorishniy et al., "On Embeddings for Numerical Features in Tabular Deep
  /// Learning", NeurIPS 2022, section 3.2.1.
  /// - Throws: `DataError` where there is no finite value.
  package init(_ name: String, learnedFrom values: [Double], buckets: Int) throws {
    let sorted = values.filter(\.isFinite).sorted()
    guard let first = sorted.first else {
      throw DataError("no item of the training clicks has a number in '\(name)'")
    }
    self.init(name: name, edges: [first])
    for bucket in 1..<max(buckets, 2) {
      let place = Double((sorted.count - 1) * bucket) / Double(max(buckets, 2) - 1)
      let low = Int(place)
      let high = min(low + 1, sorted.count - 1)
      let edge = sorted[low] + (sorted[high] - sorted[low]) * (place - Double(low))
      if edge > edges[edges.count - 1] { edges.append(edge) }
    }
  }

  /// Where a value lies: `b` for the edge numbered `b` from 1, between two edges by distance, and at the first or the
  /// last one beyond them; 0 for no number.
  package func place(_ value: Double) -> Float {
    guard !value.isNaN else { return 0 }
    guard value > edges[0] else { return 1 }
    var (low, high) = (0, edges.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle } else { high = middle }
    }
    guard high < edges.count else { return Float(edges.count) }
    return Float(Double(low + 1) + (value - edges[low]) / (edges[high] - edges[low]))
  }
}
