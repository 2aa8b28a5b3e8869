/// Names and keys in rows between the title and the plot.
struct Legend {
  /// One series and where its key begins.
  private struct Entry {
    var series: DrawnSeries
    var text: String
    var x: Double
    var row: Int
  }

  static let size = 12.0
  static let rowHeight = 20.0
  private static let keyWidth = 26.0
  private static let longest = 220.0
  private static let mostRows = 5

  private var entries: [Entry] = []
  /// How many names have no room, and where that is said.
  private var missing = (count: 0, x: 0.0)
  private(set) var rows = 0

  /// The height of all rows.
  var height: Double { Double(rows) * Self.rowHeight }

  /// Lays out the series' names in rows of a width.
  init(_ series: [DrawnSeries], left: Double, width: Double) {
    var x = left
    for (place, one) in series.enumerated() {
      let text = TextMetrics.truncated(MarkdownText.singleLine(one.name), to: Self.longest, size: Self.size)
      // The last row keeps room for the number of names that are missing.
      let room = width - (rows == Self.mostRows - 1 ? 80 : 0)
      let needed = Self.keyWidth + 6 + TextMetrics.width(text, size: Self.size)
      if x > left && x + needed > left + room {
        if rows == Self.mostRows - 1 {
          missing = (series.count - place, x)
          break
        }
        x = left
        rows += 1
      }
      entries.append(Entry(series: one, text: text, x: x, row: rows))
      x += needed + 18
    }
    if !entries.isEmpty { rows += 1 }
  }

  /// Draws the rows below a place.
  func draw(below top: Double, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    for entry in entries {
      let middle = top + Self.rowHeight * (Double(entry.row) + 0.5)
      let key = Point(x: entry.x + Self.keyWidth / 2, y: middle)
      entry.series.mark.drawing.drawKey(entry.series, at: key, in: frame, on: &canvas)
      canvas.element(
        "text",
        ["x": number(entry.x + Self.keyWidth + 6), "y": number(middle + 4)],
        text: entry.text
      )
    }
    guard missing.count > 0 else { return }
    let y = top + Self.rowHeight * (Double(rows) - 0.5) + 4
    canvas.element("text", ["x": number(missing.x), "y": number(y)], text: "+ \(missing.count) more")
  }
}
