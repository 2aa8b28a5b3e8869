/// Guesses values between places by the places near by.
///
/// Source: Shepard, "A two-dimensional interpolation function for irregularly-spaced data" (1968), weights
/// 1/distance³, both axes scaled to the places' range. Departure: distances are lengthened a little, less where
/// points are many, so that noise of single points does not make spots.
struct DistanceMap {
  private let points: [MapPoint]
  private let x: ClosedRange<Double>
  private let y: ClosedRange<Double>
  /// What is added to squared distances.
  private let softening: Double

  /// Makes a map of places with finite values.
  init(_ points: [MapPoint]) {
    self.points = points
    x = (points.map(\.x).min() ?? 0)...(points.map(\.x).max() ?? 0)
    let reach = min(0.1, 0.8 / Double(max(points.count, 1)).squareRoot())
    softening = reach * reach
    y = (points.map(\.y).min() ?? 0)...(points.map(\.y).max() ?? 0)
  }

  /// The value at a place, not a number where there are no points.
  func value(atX placeX: Double, y placeY: Double) -> Double {
    let width = max(x.upperBound - x.lowerBound, .leastNormalMagnitude)
    let height = max(y.upperBound - y.lowerBound, .leastNormalMagnitude)
    var sum = 0.0
    var weights = 0.0
    for point in points {
      let across = (point.x - placeX) / width
      let up = (point.y - placeY) / height
      let squared = across * across + up * up + softening
      let weight = 1 / (squared * squared.squareRoot())
      sum += weight * point.value
      weights += weight
    }
    return sum / weights
  }

  /// Values on a grid over the places' range, ends included, row by row.
  func grid(columns: Int, rows: Int) -> [MapPoint] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in
        let placeX = Self.place(column, of: columns, in: x)
        let placeY = Self.place(row, of: rows, in: y)
        return MapPoint(x: placeX, y: placeY, value: value(atX: placeX, y: placeY))
      }
    }
  }

  private static func place(_ index: Int, of count: Int, in range: ClosedRange<Double>) -> Double {
    let share = Double(index) / Double(max(count - 1, 1))
    return range.lowerBound + share * (range.upperBound - range.lowerBound)
  }
}
