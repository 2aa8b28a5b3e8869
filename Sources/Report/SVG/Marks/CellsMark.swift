/// A grid of coloured cells, each reaching halfway to its neighbours.
enum CellsMark: MarkDrawing {
  /// From one edge to the other.
  private typealias Span = (from: Double, to: Double)

  /// Neighbouring cells of one row and colour, drawn as one.
  private struct Strip {
    var level: Int
    var left: Double
    var right: Double
    var row: Span

    func goesOn(in next: Strip) -> Bool { level == next.level && right == next.left && row == next.row }

    var path: String {
      "M\(number(left)) \(number(row.from))H\(number(right))V\(number(row.to))H\(number(left))z"
    }
  }

  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas) {
    let cells = series.drawn.filter { $0.shade != nil }
    guard let colors = ColorScale(cells) else { return }
    let columns = edges(cells.map { frame.x.position($0.x) })
    let rows = edges(cells.map { frame.y.position($0.y) })
    var strips: [Strip] = []
    for cell in cells {
      guard let shade = cell.shade, let column = columns[frame.x.position(cell.x)],
        let row = rows[frame.y.position(cell.y)]
      else { continue }
      let strip = Strip(level: colors.level(shade), left: column.from, right: column.to, row: row)
      if strips.last?.goesOn(in: strip) == true {
        strips[strips.count - 1].right = strip.right
      } else {
        strips.append(strip)
      }
    }
    let paths = ColorScale.palette.indices.map { level in
      strips.filter { $0.level == level }.map(\.path).joined()
    }
    canvas.group("g", ["shape-rendering": "crispEdges"]) { canvas in
      for (path, color) in zip(paths, ColorScale.palette) where !path.isEmpty {
        canvas.element("path", ["d": path, "fill": color])
      }
    }
  }

  /// Nothing: the colour scale beside the plot is the key.
  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  {}

  /// Nothing: labels may stand on cells.
  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point] { [] }

  /// From where to where each place's cell reaches; the outermost end at their own place.
  private static func edges(_ places: [Double]) -> [Double: Span] {
    let distinct = places.sorted().reduce(into: [Double]()) { if $0.last != $1 { $0.append($1) } }
    var edges: [Double: Span] = [:]
    for index in distinct.indices {
      let place = distinct[index]
      let before = index > 0 ? (distinct[index - 1] + place) / 2 : place
      let after = index + 1 < distinct.count ? (distinct[index + 1] + place) / 2 : place
      edges[place] = (before, after)
    }
    return edges
  }
}
