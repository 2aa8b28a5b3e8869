/// Mean and spread of the finite ones of some values.
struct Summary: Equatable {
  /// How many there are.
  let count: Int
  /// Their mean, not a number where there are none.
  let mean: Double
  /// Their standard deviation with `count - 1` below the line, or nil for fewer than two.
  let deviation: Double?

  init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    count = finite.count
    mean = finite.isEmpty ? .nan : finite.reduce(0, +) / Double(finite.count)
    let mean = mean
    let squares = finite.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = finite.count > 1 ? (squares / Double(finite.count - 1)).squareRoot() : nil
  }

  /// The standard deviation within several groups, weighted by their degrees of freedom, or nil where no group
  /// has two values.
  static func pooledDeviation(_ groups: [[Double]]) -> Double? {
    var squares = 0.0
    var freedom = 0
    for summary in groups.map(Summary.init) {
      guard let deviation = summary.deviation else { continue }
      squares += deviation * deviation * Double(summary.count - 1)
      freedom += summary.count - 1
    }
    return freedom > 0 ? (squares / Double(freedom)).squareRoot() : nil
  }

  /// The middle one of some values, the mean of the two middle ones of an even number, or nil for none.
  static func median(_ values: [Double]) -> Double? {
    let sorted = values.filter(\.isFinite).sorted()
    guard !sorted.isEmpty else { return nil }
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
