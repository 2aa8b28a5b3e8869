/// Error bars, for the marks that show intervals so.
enum ErrorBars {
  /// Draws a bar with caps over the interval of each point that has one, at a shift to the right.
  static func draw(
    _ points: [DataPoint],
    shift: Double,
    color: String,
    in frame: PlotFrame,
    on canvas: inout SVGCanvas
  ) {
    var path = ""
    for point in points {
      guard let low = point.low, let high = point.high else { continue }
      let x = frame.x.position(point.x) + shift
      let (bottom, top) = (frame.y.position(low), frame.y.position(high))
      path += "M\(number(x - 3)) \(number(top))h6m-3 0V\(number(bottom))m-3 0h6"
    }
    guard !path.isEmpty else { return }
    canvas.element("path", ["d": path, "fill": "none", "stroke": color, "stroke-width": "1.2"])
  }
}
