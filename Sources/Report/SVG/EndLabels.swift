/// The names of lines beside their right ends, in place of a legend where there is room.
struct EndLabels {
  static let size = 12.0
  private static let gap = 15.0
  private static let leader = 14.0
  private static let longest = 150.0
  private static let most = 6

  private let series: [(series: DrawnSeries, text: String)]

  /// The room they need to the right of the plot.
  var width: Double {
    Self.leader + (series.map { TextMetrics.width($0.text, size: Self.size) }.max() ?? 0)
  }

  /// The labels, or nil where a legend serves better: for marks other than lines, for many or long names, and
  /// for lines that end before the plot does.
  init?(_ data: PlotData, along x: AxisScale) {
    let lines = data.series.filter { $0.mark != .reference && !$0.drawn.isEmpty }
    guard (2...Self.most).contains(lines.count), lines.allSatisfy({ $0.mark == .line }) else { return nil }
    let length = abs(x.end - x.start)
    for line in lines {
      guard let last = line.drawn.last, TextMetrics.width(line.name, size: Self.size) <= Self.longest,
        abs(x.end - x.position(last.x)) <= 0.03 * length
      else { return nil }
    }
    series = lines.map { ($0, MarkdownText.singleLine($0.name)) }
  }

  /// Draws the labels, moved apart where lines end close together, each joined to its line.
  func draw(in frame: PlotFrame, on canvas: inout SVGCanvas) {
    var labels: [(text: String, style: SeriesStyle, end: Point, y: Double)] = []
    for (series, text) in series {
      guard let last = series.drawn.last else { continue }
      let end = frame.place(last)
      labels.append((text, series.style, end, end.y))
    }
    labels.sort { $0.end.y < $1.end.y }
    for place in labels.indices.dropFirst() {
      labels[place].y = max(labels[place].y, labels[place - 1].y + Self.gap)
    }
    var limit = frame.bottom
    for place in labels.indices.reversed() {
      labels[place].y = min(labels[place].y, limit)
      limit = labels[place].y - Self.gap
    }
    let x = frame.right + Self.leader - PlotFrame.innerPadding + 4
    for label in labels {
      if abs(label.y - label.end.y) > 2 {
        canvas.group("g", ["stroke": label.style.color, "stroke-opacity": "0.6"]) { canvas in
          canvas.line(
            from: Point(x: label.end.x + 6, y: label.end.y),
            to: Point(x: x - 3, y: label.y)
          )
        }
      }
      canvas.element(
        "text",
        ["x": number(x), "y": number(label.y + 4), "fill": label.style.textColor],
        text: label.text
      )
    }
  }
}
