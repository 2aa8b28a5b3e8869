extension PlotLayout {
  /// The title, and the legend below it.
  func drawTitle(on canvas: inout SVGCanvas) {
    for (line, text) in title.enumerated() {
      canvas.element(
        "text",
        [
          "x": number(Self.margin), "y": number(Self.titleBaseline + 20 * Double(line)),
          "font-size": number(Self.titleSize), "font-weight": "600", "fill": Ink.title.light,
        ],
        text: text
      )
    }
    legend?.draw(below: headerBottom, in: frame, on: &canvas)
  }

  /// The light lines behind the data.
  func drawGrid(on canvas: inout SVGCanvas) {
    let minor = grid { $0.isMinor }
    let major = grid { !$0.isMinor }
    canvas.element("path", ["d": minor, "stroke": Ink.fineGrid.light], unlessEmpty: minor)
    canvas.element("path", ["d": major, "stroke": Ink.grid.light], unlessEmpty: major)
  }

  private func grid(_ isIncluded: (Tick) -> Bool) -> String {
    let columns = frame.xTicks.ticks.filter(isIncluded).map { tick in
      "M\(number(frame.x.position(tick.value))) \(number(frame.top))V\(number(frame.bottom))"
    }
    let rows = frame.yTicks.ticks.filter(isIncluded).map { tick in
      "M\(number(frame.left)) \(number(frame.y.position(tick.value)))H\(number(frame.right))"
    }
    return (columns + rows).joined()
  }

  /// The series, areas below the axes' lines and all else above, and the names at the ends of lines.
  func drawData(on canvas: inout SVGCanvas) {
    drawSeries(on: &canvas) { $0.isArea }
    drawAxisLines(on: &canvas)
    for mark in [Plot.Mark.strands, .reference, .line, .points] { drawSeries(on: &canvas) { $0 == mark } }
    endLabels?.draw(in: frame, on: &canvas)
    if data.series.allSatisfy({ $0.drawn.isEmpty }) {
      let middle = Point(x: (frame.left + frame.right) / 2, y: (frame.top + frame.bottom) / 2)
      canvas.element(
        "text",
        [
          "x": number(middle.x), "y": number(middle.y), "text-anchor": "middle", "font-size": "14",
          "fill": Ink.faint.light,
        ],
        text: "no data"
      )
    }
  }

  private func drawSeries(on canvas: inout SVGCanvas, where isIncluded: (Plot.Mark) -> Bool) {
    for series in data.series where isIncluded(series.mark) {
      series.mark.drawing.draw(series, in: frame, on: &canvas)
    }
  }

  private func drawAxisLines(on canvas: inout SVGCanvas) {
    canvas.group("g", ["stroke": Ink.axis.light]) { canvas in
      canvas.line(from: Point(x: frame.left, y: frame.bottom), to: Point(x: frame.right, y: frame.bottom))
      if !frame.y.isLogarithmic && frame.y.low < 0 && frame.y.high > 0 {
        canvas.line(
          from: Point(x: frame.left, y: frame.baseline),
          to: Point(x: frame.right, y: frame.baseline)
        )
      }
    }
  }

  /// The axes' labels and names.
  func drawAxes(on canvas: inout SVGCanvas) {
    drawTickLabels(on: &canvas)
    categoryLabels?.draw(below: frame.bottom, on: &canvas)
    colorBar?.draw(in: frame, on: &canvas)
    drawAxisTitles(on: &canvas)
  }

  private func drawTickLabels(on canvas: inout SVGCanvas) {
    canvas.group("g", ["text-anchor": "end"]) { canvas in
      for tick in frame.yTicks.ticks {
        guard let label = tick.label else { continue }
        let y = frame.y.position(tick.value) + 4
        canvas.element("text", ["x": number(frame.left - 8), "y": number(y)], text: label)
      }
    }
    canvas.group("g", ["text-anchor": "middle"]) { canvas in
      for tick in frame.xTicks.ticks {
        guard let label = tick.label else { continue }
        let x = frame.x.position(tick.value)
        canvas.element("text", ["x": number(x), "y": number(frame.bottom + 18)], text: label)
      }
    }
  }

  private func drawAxisTitles(on canvas: inout SVGCanvas) {
    let foot = Self.height - 14
    let note =
      data.leftOut == 0
      ? "" : "\(NumberFormat.grouped(data.leftOut)) \(data.leftOut == 1 ? "value" : "values") left out"
    canvas.group("g", ["text-anchor": "middle", "font-size": "13", "fill": Ink.title.light]) { canvas in
      let room = frame.width - 2 * TextMetrics.width(note, size: 11)
      let x = (frame.left + frame.right) / 2
      let xText = TextMetrics.truncated(xTitle, to: room, size: 13)
      if !xText.isEmpty { canvas.element("text", ["x": number(x), "y": number(foot)], text: xText) }
      let yText = TextMetrics.truncated(yTitle, to: max(frame.height, 200), size: 13)
      let y = (frame.top + frame.bottom) / 2
      let place = "translate(\(number(Self.margin + 6)) \(number(y))) rotate(-90)"
      if !yText.isEmpty { canvas.element("text", ["transform": place], text: yText) }
    }
    guard !note.isEmpty else { return }
    canvas.element(
      "text",
      [
        "x": number(Self.width - Self.margin), "y": number(foot), "text-anchor": "end", "font-size": "11",
        "fill": Ink.faint.light,
      ],
      text: note
    )
  }

  /// The values above bars.
  func drawValueLabels(on canvas: inout SVGCanvas) {
    for (series, labels) in zip(data.series, BarsMark.labels(data.series, in: frame)) {
      BarsMark.draw(labels: labels, of: series, in: frame, on: &canvas)
    }
  }

  /// The names of reference lines, where they cover least, with a white rim to stand out.
  func drawReferenceLabels(on canvas: inout SVGCanvas) {
    var placer = LabelPlacer(data, in: frame)
    canvas.group(
      "g",
      [
        "font-size": number(LabelPlacer.size), "fill": SeriesStyle.reference.textColor,
        "stroke": Ink.paper.light,
        "stroke-width": "3", "stroke-linejoin": "round", "paint-order": "stroke",
      ]
    ) { canvas in
      for series in data.series where series.mark == .reference && !series.drawn.isEmpty {
        let name = MarkdownText.singleLine(series.name)
        let text = TextMetrics.truncated(name, to: frame.width - 20, size: LabelPlacer.size)
        let line = ReferenceMark.line(series, in: frame)
        guard !text.isEmpty, let place = placer.place(text, along: line, in: frame) else { continue }
        canvas.element("text", ["x": number(place.x), "y": number(place.y)], text: text)
      }
    }
  }
}

extension SVGCanvas {
  /// An element, left out where its path is empty.
  fileprivate mutating func element(_ name: String, _ attributes: Attributes, unlessEmpty path: String) {
    if !path.isEmpty { element(name, attributes) }
  }
}
