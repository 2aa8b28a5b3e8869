/// How one kind of mark is drawn; each kind has a file of its own.
protocol MarkDrawing {
  /// Draws a series.
  static func draw(_ series: DrawnSeries, in frame: PlotFrame, on canvas: inout SVGCanvas)
  /// Draws the series' key in a legend about a place.
  static func drawKey(_ series: DrawnSeries, at place: Point, in frame: PlotFrame, on canvas: inout SVGCanvas)
  /// Points, close together, where the series covers the plot, for labels to keep clear of.
  static func outline(_ series: DrawnSeries, in frame: PlotFrame) -> [Point]
}

extension Plot.Mark {
  /// What draws the mark.
  var drawing: any MarkDrawing.Type {
    switch self {
    case .line: LineMark.self
    case .points: PointsMark.self
    case .bars: BarsMark.self
    case .reference: ReferenceMark.self
    case .strands: StrandsMark.self
    case .cells: CellsMark.self
    }
  }

  /// Whether it fills an area, which is drawn below everything else.
  var isArea: Bool { self == .bars || self == .cells }
}
