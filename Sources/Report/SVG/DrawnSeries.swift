/// A series with what cannot be drawn taken out.
struct DrawnSeries {
  var name: String
  var mark: Plot.Mark
  var style: SeriesStyle
  /// Its place among the series drawn as bars.
  var barIndex = 0
  /// The points; nil stands where one or more were left out, so that a line breaks there.
  var points: [DataPoint?] = []

  /// The points that can be drawn.
  var drawn: [DataPoint] { points.compactMap { $0 } }

  /// The level of a reference line that spans the plot, or nil where its values differ.
  var level: Double? {
    guard mark == .reference, let first = drawn.first else { return nil }
    return drawn.allSatisfy { $0.y == first.y } ? first.y : nil
  }

  /// The place of an upright reference line that spans the plot, or nil where it is none.
  var uprightLevel: Double? {
    guard mark == .reference, level == nil, let first = drawn.first else { return nil }
    return drawn.allSatisfy { $0.x == first.x } ? first.x : nil
  }
}
