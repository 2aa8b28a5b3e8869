/// The colours of a grid of cells with their values, upright at the right of the plot.
struct ColorBar {
  private static let gap = 16.0
  private static let thickness = 14.0
  private static let titleWidth = 22.0
  private static let size = 12.0

  private let name: String
  private let axis: AxisScale
  private let ticks: AxisTicks

  /// The bar for the plot's cells, or nil where there are none.
  init?(_ data: PlotData) {
    guard let series = data.series.first(where: { $0.mark == .cells }),
      let scale = ColorScale(series.drawn)
    else { return nil }
    axis = scale.axis
    ticks = AxisTicks.linear(axis, count: 6, isInteger: false)
    let title = MarkdownText.singleLine(series.name)
    let exponent = ticks.factorExponent
    name = exponent == 0 ? title : "\(title) (×\(AxisTicks.powerOfTen(exponent)))"
  }

  /// The room it needs to the right of the plot.
  var width: Double {
    let labels = ticks.ticks.compactMap(\.label).map { TextMetrics.width($0, size: Self.size) }
    return Self.gap + Self.thickness + 6 + (labels.max() ?? 0) + Self.titleWidth
  }

  /// Draws the bar as high as the plot.
  func draw(in frame: PlotFrame, on canvas: inout SVGCanvas) {
    var axis = axis
    (axis.start, axis.end) = (frame.bottom, frame.top)
    let left = frame.right + Self.gap
    let step = frame.height / Double(ColorScale.palette.count)
    for (level, color) in ColorScale.palette.enumerated() {
      let top = frame.bottom - Double(level + 1) * step
      canvas.element(
        "rect",
        [
          "x": number(left), "y": number(top), "width": number(Self.thickness), "height": number(step),
          "fill": color,
        ]
      )
    }
    for tick in ticks.ticks {
      guard let label = tick.label else { continue }
      let place = Point(x: left + Self.thickness + 6, y: axis.position(tick.value) + 4)
      canvas.element("text", ["x": number(place.x), "y": number(place.y)], text: label)
    }
    let text = TextMetrics.truncated(name, to: max(frame.height, 200), size: 13)
    guard !text.isEmpty else { return }
    let place = Point(x: frame.right + width - 2, y: (frame.top + frame.bottom) / 2)
    canvas.element(
      "text",
      [
        "transform": "translate(\(number(place.x)) \(number(place.y))) rotate(-90)", "text-anchor": "middle",
        "font-size": "13", "fill": Ink.title.light,
      ],
      text: text
    )
  }
}
