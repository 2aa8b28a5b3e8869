/// A thin dashed line to compare with: across the whole plot where all its values are one, else through its points.
enum ReferenceMark: MarkDrawing {
  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let line = line(series, in: frame)
    guard line.count > 1 else { return }
    canvas.element(
      "path",
      [
        "d": LineMark.pathText(line), "fill": "none", "stroke": series.style.color, "stroke-width": "1.2",
        "stroke-dasharray": series.style.dash,
      ]
    )
  }

  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  {
    canvas.element(
      "path",
      [
        "d": "M\(number(place.x - 13)) \(number(place.y))h26", "stroke": series.style.color,
        "stroke-width": "1.2", "stroke-dasharray": series.style.dash,
      ]
    )
  }

  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] {
    LineMark.sampled(line(series, in: frame))
  }

  /// The line's points in the picture.
  static func line(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] {
    if let level = series.level {
      let y = frame.y.position(level)
      return [Point(x: frame.left, y: y), Point(x: frame.right, y: y)]
    }
    if let level = series.uprightLevel {
      let x = frame.x.position(level)
      return [Point(x: x, y: frame.bottom), Point(x: x, y: frame.top)]
    }
    return Thinning.line(series.drawn.map(frame.place), columns: frame.left...frame.right)
  }
}
