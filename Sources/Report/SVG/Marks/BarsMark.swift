/// Bars from zero, those of several series side by side, told apart by colour and hatching.
enum BarsMark: MarkDrawing {
  private static let labelSize = 10.5
  private static let widestBar = 56.0
  private static let thinnestBar = 0.5
  private static let mostLabels = 40

  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let bars = Thinning.bars(series.drawn, in: frame)
    guard !bars.isEmpty else { return }
    let width = barWidth(in: frame)
    let path = bars.map { bar -> String in
      let left = left(of: bar, series, in: frame)
      let top = frame.y.position(bar.y)
      return
        "M\(number(left)) \(number(frame.baseline))V\(number(top))h\(number(width))V\(number(frame.baseline))z"
    }
    canvas.element("path", ["d": path.joined(), "fill": fill(series, in: frame, canvas)])
    let shift = left(of: bars[0], series, in: frame) + width / 2 - frame.x.position(bars[0].x)
    ErrorBars.draw(bars, shift: shift, color: Ink.text.light, in: frame, on: &canvas)
  }

  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  {
    canvas.element(
      "rect",
      [
        "x": number(place.x - 13), "y": number(place.y - 6), "width": "26", "height": "12",
        "fill": fill(series, in: frame, canvas),
      ]
    )
  }

  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] {
    let width = barWidth(in: frame)
    return Thinning.bars(series.drawn, in: frame).flatMap { bar -> [Point] in
      let left = left(of: bar, series, in: frame)
      let edges = [frame.baseline, frame.y.position(bar.y)].sorted()
      return stride(from: left, through: left + width, by: 6).flatMap { x in
        stride(from: edges[0], through: edges[1], by: 6).map { Point(x: x, y: $0) }
      }
    }
  }

  /// The patterns of the hatched series.
  static func drawPatterns(_ series: [DrawnSeries], in frame: PlotFrame, on canvas: inout SVGCanvas) {
    guard frame.barCount > 1 else { return }
    for one in series where one.mark == .bars {
      guard let tile = one.style.hatch.tile else { continue }
      canvas.group(
        "pattern",
        ["id": patternID(one, canvas), "width": "6", "height": "6", "patternUnits": "userSpaceOnUse"]
      ) { canvas in
        canvas.element("rect", ["width": "6", "height": "6", "fill": one.style.color])
        canvas.element(
          "path",
          [
            "d": tile, "fill": "none", "stroke": Ink.paper.light, "stroke-opacity": "0.55",
            "stroke-linecap": "round",
            "stroke-width": one.style.hatch == .dots ? "1.6" : "1",
          ]
        )
      }
    }
  }

  private static func fill(_ series: DrawnSeries, in frame: PlotFrame, _ canvas: SVGCanvas) -> String {
    frame.barCount > 1 && series.style.hatch.tile != nil
      ? "url(#\(patternID(series, canvas)))" : series.style.color
  }

  private static func patternID(_ series: DrawnSeries, _ canvas: SVGCanvas) -> String {
    canvas.id("hatch-\(series.barIndex)")
  }

  /// A bar's width: a group takes four fifths of the distance between groups, and no bar is a wall.
  private static func barWidth(in frame: PlotFrame) -> Double {
    max(thinnestBar, min(widestBar, frame.barPitch * 0.8 / Double(max(frame.barCount, 1))))
  }

  private static func left(of bar: DataPoint, _ series: DrawnSeries, in frame: PlotFrame) -> Double {
    let width = barWidth(in: frame)
    return frame.x.position(bar.x) + (Double(series.barIndex) - Double(frame.barCount) / 2) * width
  }

  /// The values above all the plot's bars, series by series: about three significant digits, without the zero
  /// before the point where bars are narrow; none where there is no room or error bars stand there.
  static func labels(_ series: [DrawnSeries], in frame: PlotFrame) -> [[String]] {
    let bars = series.map { $0.mark == .bars ? $0.drawn : [] }
    let all = bars.flatMap { $0 }
    let largest = all.map(\.y.magnitude).max() ?? 0
    guard all.count <= mostLabels, !all.contains(where: { $0.high != nil }), (1e-2..<1e7).contains(largest)
    else { return [] }
    let isWhole = AxisDomain.areCounts(all.map(\.y))
    let digits = isWhole || largest >= 100 ? 0 : largest >= 10 ? 1 : largest >= 1 ? 2 : 3
    let long = bars.map { one in
      one.map { bar in
        // Values that differ by decades have no number of decimals in common.
        frame.y.isLogarithmic
          ? AxisTicks.plainLabel(bar.y)
          : AxisTicks.withMinusSign(NumberFormat.grouped(bar.y, digits: digits))
      }
    }
    let short = long.map { $0.map { $0.hasPrefix("0.") ? String($0.dropFirst()) : $0 } }
    let width = barWidth(in: frame)
    let fitting = [long, short].first { labels in
      labels.allSatisfy { $0.allSatisfy { TextMetrics.width($0, size: labelSize) <= width } }
    }
    return fitting ?? []
  }

  /// Draws the values above a series' bars, with a white rim where a reference line crosses them.
  static func draw(
    labels: [String],
    of series: DrawnSeries,
    in frame: PlotFrame,
    on canvas: inout SVGCanvas
  ) {
    let width = barWidth(in: frame)
    canvas.group(
      "g",
      [
        "text-anchor": "middle", "font-size": number(labelSize), "fill": Ink.label.light,
        "stroke": Ink.paper.light,
        "stroke-width": "2", "paint-order": "stroke",
      ]
    ) { canvas in
      for (bar, label) in zip(series.drawn, labels) {
        let x = left(of: bar, series, in: frame) + width / 2
        let y = frame.y.position(bar.y) + (bar.y < 0 ? 12 : -4)
        canvas.element("text", ["x": number(x), "y": number(y)], text: label)
      }
    }
  }
}
