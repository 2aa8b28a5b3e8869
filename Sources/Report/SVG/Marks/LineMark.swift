/// Lines through points, with a band where there are intervals; they break where a value is missing.
enum LineMark: MarkDrawing {
  /// Up to here every point has its marker.
  private static let mostMarkers = 30
  /// Markers of a longer line, to tell it from others.
  private static let sparseMarkers = 8
  /// From here on the line is thin.
  private static let manyPoints = 1000

  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let runs = runs(of: series)
    drawBands(runs, series.style, in: frame, on: &canvas)
    let path = runs.filter { $0.count > 1 }.map { run in
      pathText(Thinning.line(run.map(frame.place), columns: frame.left...frame.right))
    }
    if !path.isEmpty {
      // Thousands of points are mostly noise, which a thick line would fill in.
      let width = series.points.count > manyPoints ? 1.2 : 2
      stroke(path.joined(), series.style, width: width, on: &canvas)
    }
    let marked = markedPoints(series, runs, in: frame)
    guard !marked.isEmpty else { return }
    let shapes = marked.map { series.style.marker.path(at: frame.place($0), radius: 3.5) }.joined()
    drawMarkers(shapes, series.style, on: &canvas)
  }

  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  {
    stroke("M\(number(place.x - 13)) \(number(place.y))h26", series.style, on: &canvas)
    drawMarkers(series.style.marker.path(at: place, radius: 3.5), series.style, on: &canvas)
  }

  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] {
    runs(of: series).flatMap { run in
      sampled(Thinning.line(run.map(frame.place), columns: frame.left...frame.right))
    }
  }

  /// The stretches of points without a gap.
  static func runs(of series: DrawnSeries) -> [[DataPoint]] {
    series.points.split(separator: nil).map { $0.compactMap { $0 } }
  }

  /// A path through points, in as few bytes as it takes.
  static func pathText(_ points: [Point]) -> String {
    guard let first = points.first else { return "" }
    let rest = points.dropFirst().map { "\(number($0.x)) \(number($0.y))" }
    return "M\(number(first.x)) \(number(first.y))" + (rest.isEmpty ? "" : "L" + rest.joined(separator: " "))
  }

  /// Points along a line, at most four units apart.
  static func sampled(_ line: [Point]) -> [Point] {
    var points = Array(line.prefix(1))
    for (from, to) in zip(line, line.dropFirst()) {
      let steps = Int(max(abs(to.x - from.x), abs(to.y - from.y)) / 4) + 1
      for step in 1...steps {
        let part = Double(step) / Double(steps)
        points.append(Point(x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y)))
      }
    }
    return points
  }

  private static func stroke(
    _ path: String,
    _ style: SeriesStyle,
    width: Double = 2,
    on canvas: inout SVGCanvas
  ) {
    let attributes: SVGCanvas.Attributes = [
      "d": path, "fill": "none", "stroke": style.color, "stroke-width": number(width),
      "stroke-linejoin": "round",
      "stroke-dasharray": style.dash.isEmpty ? "none" : style.dash,
    ]
    canvas.element("path", attributes)
  }

  private static func drawMarkers(_ path: String, _ style: SeriesStyle, on canvas: inout SVGCanvas) {
    canvas.element("path", ["d": path, "fill": style.color, "stroke": Ink.paper.light, "stroke-width": "1"])
  }

  /// All points of a short line; of a long one those that stand alone and, among several lines, a few.
  private static func markedPoints(
    _ series: DrawnSeries,
    _ runs: [[DataPoint]],
    in frame: PlotFrame
  ) -> [DataPoint] {
    let drawn = series.drawn
    guard drawn.count > mostMarkers else { return drawn }
    let alone = runs.filter { $0.count == 1 }.flatMap { $0 }
    let few = Thinning.points(alone, in: frame)
    guard frame.seriesCount > 1 else { return few }
    let stride = drawn.count / sparseMarkers
    return few + (0..<sparseMarkers).map { drawn[min(drawn.count - 1, stride / 2 + $0 * stride)] }
  }

  private static func drawBands(
    _ runs: [[DataPoint]],
    _ style: SeriesStyle,
    in frame: PlotFrame,
    on canvas: inout SVGCanvas
  ) {
    let columns = frame.left...frame.right
    for run in runs {
      let band = run.filter { $0.low != nil && $0.high != nil }
      guard band.count > 1 else {
        ErrorBars.draw(band, shift: 0, color: style.color, in: frame, on: &canvas)
        continue
      }
      func edge(_ value: (DataPoint) -> Double?) -> [Point] {
        let places = band.map { Point(x: frame.x.position($0.x), y: frame.y.position(value($0) ?? $0.y)) }
        return Thinning.line(places, columns: columns)
      }
      let outline = edge(\.high) + edge(\.low).reversed()
      canvas.element("path", ["d": pathText(outline) + "z", "fill": style.color, "fill-opacity": "0.16"])
    }
  }
}
