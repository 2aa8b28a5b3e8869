/// The area the data is drawn in, with its axes.
struct PlotFrame {
  /// The room kept clear inside the left and right edges, so that markers do not touch them.
  static let innerPadding = 10.0

  var left: Double
  var right: Double
  var top: Double
  var bottom: Double
  var x: AxisScale
  var y: AxisScale
  var xTicks = AxisTicks(ticks: [])
  var yTicks = AxisTicks(ticks: [])
  /// How many series are drawn as bars.
  var barCount = 0
  /// The least distance between two places with bars.
  var barPitch = 0.0
  /// How many series there are besides reference lines.
  var seriesCount = 0

  var width: Double { right - left }
  var height: Double { bottom - top }

  /// Where a point stands in the picture.
  func place(_ point: DataPoint) -> Point {
    Point(x: x.position(point.x), y: y.position(point.y))
  }

  /// Where bars stand: at zero, or at the foot of an axis without it.
  var baseline: Double { y.isLogarithmic ? y.start : y.position(0) }
}
