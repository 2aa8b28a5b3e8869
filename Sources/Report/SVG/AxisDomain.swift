import Glibc

/// Chooses the range of an axis from what is drawn along it.
enum AxisDomain {
  /// The horizontal axis: categories side by side, else the data's range with room for half a bar at the ends.
  static func horizontal(_ plot: Plot, _ data: PlotData) -> AxisScale {
    let categories = plot.x.categories.count
    if categories > 0 {
      return AxisScale(low: -0.5, high: Double(categories) - 0.5, isLogarithmic: false)
    }
    // A level spans the plot whatever its x; it sets the range only where nothing else does.
    let spanning = data.series.filter { $0.level == nil }.flatMap(\.drawn).map(\.x)
    let values = spanning.isEmpty ? data.series.flatMap(\.drawn).map(\.x) : spanning
    var scale = AxisScale.spanning(values, isLogarithmic: plot.x.isLogarithmic)
    let bars = data.series.filter { $0.mark == .bars }.flatMap(\.drawn).map(\.x).sorted()
    guard !bars.isEmpty else { return scale }
    if plot.x.isLogarithmic {
      let ratio = zip(bars, bars.dropFirst()).map { $1 / $0 }.filter { $0 > 1 }.min() ?? 1
      let margin = min(1e5, ratio.squareRoot())
      (scale.low, scale.high) = (scale.low / margin, scale.high * margin)
    } else {
      let gap = zip(bars, bars.dropFirst()).map { $1 - $0 }.filter { $0 > 0 }.min() ?? 0
      (scale.low, scale.high) = (scale.low - gap / 2, scale.high + gap / 2)
    }
    return scale
  }

  /// The vertical axis: bars stand on zero, lines start from it where it is near; its ends are ticks.
  static func vertical(_ plot: Plot, _ data: PlotData, tickCount: Int) -> AxisScale {
    // An upright line spans the plot whatever its y; it sets the range only where nothing else does.
    let spanning = data.series.filter { $0.uprightLevel == nil }.flatMap(\.drawn)
    let points = spanning.isEmpty ? data.series.flatMap(\.drawn) : spanning
    let values = points.flatMap { [$0.y, $0.low ?? $0.y, $0.high ?? $0.y] }
    var scale = AxisScale.spanning(values, isLogarithmic: plot.y.isLogarithmic)
    // Cells fill the plot to its edges.
    if data.hasCells { return scale }
    guard !plot.y.isLogarithmic else {
      // Capped, so that the axis of the widest data cannot overflow.
      let margin = pow(10, min(5, scale.decades * (data.barCount > 0 ? 0.15 : 0.04)))
      (scale.low, scale.high) = (scale.low / margin, scale.high * margin)
      return scale
    }
    let isAbove = values.allSatisfy { $0 >= 0 }
    if data.barCount > 0 || (isAbove && scale.low <= 0.25 * scale.high) { scale.low = min(scale.low, 0) }
    if isAbove { scale.low = max(scale.low, 0) }
    if data.barCount > 0 {
      scale.high = max(scale.high, 0)
      if scale.low == scale.high { scale.high = 1 }
    }
    let isInteger = areCounts(values)
    let step = DecimalStep.nice(range: scale.high - scale.low, count: tickCount, isInteger: isInteger)
    scale.low = step.value(step.floorCount(scale.low))
    scale.high = step.value(step.ceilingCount(scale.high))
    return scale
  }

  /// Whether the values are whole numbers, of which fractions make no sense.
  static func areCounts(_ values: [Double]) -> Bool {
    values.allSatisfy { $0 == $0.rounded() } && values.contains { $0.magnitude >= 3 }
  }
}
