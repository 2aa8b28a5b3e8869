/// Many thin lines as one series, without markers: faint where there are many, so that bundles show.
enum StrandsMark: MarkDrawing {
  private static let faintest = 0.1
  private static let strongest = 0.9
  /// Up to about this many lines stand out one by one.
  private static let distinct = 14.0

  /// How a path is stroked.
  private struct Pen {
    var width: Double
    var opacity: Double
  }

  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let runs = LineMark.runs(of: series)
    let opacity = min(strongest, max(faintest, distinct / Double(max(runs.count, 1))))
    let path = runs.filter { $0.count > 1 }.map { run in
      LineMark.pathText(Thinning.line(run.map(frame.place), columns: frame.left...frame.right))
    }
    if !path.isEmpty {
      stroke(
        path.joined(),
        series.style,
        Pen(width: runs.count == 1 ? 2 : 1.4, opacity: opacity),
        on: &canvas
      )
    }
    // A line of one point is a dot: the round ends of a line without length.
    let dots = runs.filter { $0.count == 1 }.map { LineMark.pathText($0.map(frame.place)) + "h0" }
    if !dots.isEmpty {
      stroke(dots.joined(), series.style, Pen(width: 5, opacity: max(0.5, opacity)), on: &canvas)
    }
  }

  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  {
    let path = "M\(number(place.x - 13)) \(number(place.y))h26"
    stroke(path, series.style, Pen(width: 2, opacity: 0.8), on: &canvas)
  }

  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] {
    LineMark.outline(series, in: frame)
  }

  private static func stroke(_ path: String, _ style: SeriesStyle, _ pen: Pen, on canvas: inout SVGCanvas) {
    canvas.element(
      "path",
      [
        "d": path, "fill": "none", "stroke": style.color, "stroke-width": number(pen.width),
        "stroke-opacity": NumberFormat.fixed(pen.opacity, digits: 2), "stroke-linejoin": "round",
        "stroke-linecap": "round",
      ]
    )
  }
}
