/// Leaves out points that nobody could see, so that large data makes small files.
enum Thinning {
  private static let mostPoints = 1500
  private static let columnWidth = 1.5
  private static let cell = 2.5

  /// A line's points: of a long one, in each column of the picture the first, lowest, highest and last point,
  /// which draw the same picture.
  ///
  /// Source: Jugel et al., "M4: A Visualization-Oriented Time Series Data Aggregation" (2014).
  static func line(_ points: [Point], columns: ClosedRange<Double>) -> [Point] {
    guard points.count > mostPoints else { return points }
    func column(_ point: Point) -> Int { Int(((point.x - columns.lowerBound) / columnWidth).rounded(.down)) }
    var kept: [Point] = []
    var start = 0
    for place in 1...points.count
    where place == points.count || column(points[place]) != column(points[start]) {
      kept += extremes(points[start..<place])
      start = place
    }
    return kept
  }

  private static func extremes(_ run: ArraySlice<Point>) -> [Point] {
    guard run.count > 4 else { return Array(run) }
    let last = run.endIndex - 1
    var lowest = run.startIndex
    var highest = run.startIndex
    for place in run.indices {
      if run[place].y < run[lowest].y { lowest = place }
      if run[place].y > run[highest].y { highest = place }
    }
    var places: [Int] = []
    for place in [run.startIndex, min(lowest, highest), max(lowest, highest), last]
    where places.last != place { places.append(place) }
    return places.map { run[$0] }
  }

  /// The bars of a series: of many, the tallest in each column of the picture.
  static func bars(_ bars: [DataPoint], in frame: PlotFrame) -> [DataPoint] {
    guard bars.count > mostPoints else { return bars }
    func column(_ bar: DataPoint) -> Int { Int(frame.x.position(bar.x) / columnWidth) }
    var tallest: [DataPoint] = []
    for bar in bars.sorted(by: { $0.x < $1.x }) {
      if let last = tallest.last, column(last) == column(bar) {
        if bar.y.magnitude > last.y.magnitude { tallest[tallest.count - 1] = bar }
      } else {
        tallest.append(bar)
      }
    }
    return tallest
  }

  /// The points of a scatter: of many, the first in each cell of the picture, with cells as small as keep the
  /// file small.
  static func points(_ points: [DataPoint], in frame: PlotFrame) -> [DataPoint] {
    var kept = points
    var cell = Self.cell
    while kept.count > mostPoints {
      var taken: Set<[Int]> = []
      kept = kept.filter { point in
        let place = frame.place(point)
        return taken.insert([Int(place.x / cell), Int(place.y / cell)]).inserted
      }
      cell *= 1.25
    }
    return kept
  }
}
