/// A plot's series, cleaned: what is drawn is finite, of a size that survives arithmetic, and above zero where
/// an axis is logarithmic.
struct PlotData {
  private(set) var series: [DrawnSeries] = []
  /// How many values could not be drawn.
  private(set) var leftOut = 0
  /// How many series are drawn as bars.
  private(set) var barCount = 0

  /// Whether a grid of cells is drawn.
  var hasCells: Bool { series.contains { $0.mark == .cells && !$0.drawn.isEmpty } }

  init(_ plot: Plot) {
    var styleIndex = 0
    for source in plot.series {
      var series = DrawnSeries(name: source.name, mark: source.mark, style: .reference)
      if source.mark != .reference && source.mark != .cells {
        series.style = SeriesStyle(index: styleIndex)
        styleIndex += 1
      }
      if source.mark == .bars {
        series.barIndex = barCount
        barCount += 1
      }
      for place in 0..<min(source.x.count, source.y.count) {
        if source.x[place].isNaN && source.y[place].isNaN {
          Self.breakLine(&series)
          continue
        }
        append(Self.point(source, place, in: plot), to: &series)
      }
      self.series.append(series)
    }
  }

  private mutating func append(_ point: DataPoint?, to series: inout DrawnSeries) {
    guard let point else {
      leftOut += 1
      Self.breakLine(&series)
      return
    }
    series.points.append(point)
  }

  private static func breakLine(_ series: inout DrawnSeries) {
    if series.points.last != .some(nil) { series.points.append(nil) }
  }

  private static func point(_ series: Plot.Series, _ place: Int, in plot: Plot) -> DataPoint? {
    guard let x = usable(series.x[place], plot.x), let y = usable(series.y[place], plot.y) else { return nil }
    // A category that does not exist has no place on the axis.
    if !plot.x.categories.isEmpty && !(-0.5..<Double(plot.x.categories.count) - 0.5).contains(x) {
      return nil
    }
    var point = DataPoint(x: x, y: y)
    if series.mark == .cells {
      guard let shades = series.shade, place < shades.count, shades[place].magnitude < 1e300 else {
        return nil
      }
      point.shade = shades[place]
    }
    if let low = series.low, let high = series.high, place < min(low.count, high.count) {
      // An interval that reaches below a logarithmic axis is cut at its foot.
      let floor = plot.y.isLogarithmic && low[place] <= 0 ? 0 : usable(low[place], plot.y)
      if let floor, let top = usable(high[place], plot.y) { (point.low, point.high) = (floor, top) }
    }
    return point
  }

  /// The value, or nil where it cannot be drawn. Beyond 1e300 differences overflow; below 1e-280 they vanish.
  private static func usable(_ value: Double, _ axis: Plot.Axis) -> Double? {
    guard value.magnitude < 1e300 else { return nil }
    let value = value.magnitude < 1e-280 ? 0 : value
    return axis.isLogarithmic && value <= 0 ? nil : value
  }
}
