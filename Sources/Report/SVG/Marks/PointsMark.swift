/// Markers at points: outlined where there are few, small and translucent where there are many.
enum PointsMark: MarkDrawing {
  private static let few = 60
  private static let many = 400

  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let drawn = series.drawn
    guard !drawn.isEmpty else { return }
    let points = Thinning.points(drawn, in: frame)
    if points.count <= few {
      ErrorBars.draw(points, shift: 0, color: series.style.color, in: frame, on: &canvas)
    }
    guard points.count <= many else {
      drawDots(points, series.style, in: frame, on: &canvas)
      return
    }
    let radius = points.count <= few ? 4.0 : 3
    let path = points.map { series.style.marker.path(at: frame.place($0), radius: radius) }.joined()
    if points.count <= few {
      canvas.element(
        "path",
        ["d": path, "fill": series.style.color, "stroke": Ink.paper.light, "stroke-width": "1"]
      )
    } else {
      canvas.element("path", ["d": path, "fill": series.style.color, "fill-opacity": "0.75"])
    }
  }

  /// Dots as the round ends of lines without length: a quarter of the bytes of a shape each.
  private static func drawDots(
    _ points: [DataPoint],
    _ style: SeriesStyle,
    in frame: PlotFrame,
    on canvas: inout SVGCanvas
  ) {
    let path = points.map { point -> String in
      let place = frame.place(point)
      return "M\(number(place.x)) \(number(place.y))h0"
    }
    canvas.element(
      "path",
      [
        "d": path.joined(), "stroke": style.color, "stroke-opacity": "0.75", "stroke-width": "4",
        "stroke-linecap": "round",
      ]
    )
  }

  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  {
    let path = series.style.marker.path(at: place, radius: 4)
    canvas.element("path", ["d": path, "fill": series.style.color])
  }

  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] {
    Thinning.points(series.drawn, in: frame).map(frame.place)
  }
}
