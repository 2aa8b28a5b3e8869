/// Where everything in a plot stands.
struct PlotLayout {
  static let width = 720.0
  static let height = 400.0
  /// The room kept clear along the panel's edges.
  static let margin = 20.0
  static let titleSize = 15.0
  static let tickSize = 12.0

  let plot: Plot
  let data: PlotData
  let title: [String]
  private(set) var legend: Legend?
  private(set) var endLabels: EndLabels?
  private(set) var categoryLabels: CategoryLabels?
  private(set) var colorBar: ColorBar?
  private(set) var frame: PlotFrame

  /// The y of the first line's foot.
  static let titleBaseline = 31.0
  /// Where the legend begins.
  var headerBottom: Double { Self.titleBaseline + 20 * Double(max(title.count, 1) - 1) + 9 }

  init(_ plot: Plot) {
    self.plot = plot
    data = PlotData(plot)
    title = TextMetrics.wrapped(
      MarkdownText.singleLine(plot.title),
      to: Self.width - 2 * Self.margin,
      size: Self.titleSize * 1.08,
      lines: 2
    ).filter { !$0.isEmpty }
    frame = PlotFrame(
      left: 70,
      right: Self.width - Self.margin,
      top: 60,
      bottom: Self.height - 60,
      x: AxisDomain.horizontal(plot, data),
      y: AxisDomain.vertical(plot, data, tickCount: 5)
    )
    frame.barCount = data.barCount
    frame.seriesCount = data.series.filter { $0.mark != .reference && $0.mark != .cells }.count
    // Margins depend on labels and labels on margins: the second pass settles both.
    for _ in 0..<2 {
      placeAxes()
      placeMargins()
    }
    placeAxes()
  }

  private mutating func placeAxes() {
    let ySteps = max(2, Int(frame.height / 45))
    frame.y = AxisDomain.vertical(plot, data, tickCount: ySteps)
    (frame.y.start, frame.y.end) = (frame.bottom, frame.top)
    let values = data.series.flatMap(\.drawn)
    frame.yTicks =
      plot.y.isLogarithmic
      ? .logarithmic(frame.y, count: ySteps)
      : .linear(frame.y, count: ySteps, isInteger: AxisDomain.areCounts(values.map(\.y)))
    let padding = plot.x.categories.isEmpty && !data.hasCells ? PlotFrame.innerPadding : 0
    (frame.x.start, frame.x.end) = (frame.left + padding, frame.right - padding)
    if plot.x.categories.isEmpty {
      frame.xTicks = horizontalTicks(values.map(\.x))
    } else {
      categoryLabels = CategoryLabels(plot.x.categories, along: frame.x)
    }
    frame.barPitch = barPitch()
    // An axis over nothing has nothing to say.
    if values.isEmpty { (frame.xTicks, frame.yTicks) = (AxisTicks(ticks: []), AxisTicks(ticks: [])) }
  }

  private mutating func placeMargins() {
    let named = data.series.filter { $0.mark != .reference && $0.mark != .cells }
    colorBar = ColorBar(data)
    endLabels = EndLabels(data, along: frame.x)
    legend =
      named.count > 1 && endLabels == nil
      ? Legend(named, left: Self.margin, width: Self.width - 2 * Self.margin) : nil
    let labelWidth =
      frame.yTicks.ticks.compactMap(\.label)
      .map { TextMetrics.width($0, size: Self.tickSize) }.max() ?? 0
    frame.left = Self.margin + (yTitle.isEmpty ? 0 : 18) + labelWidth + 8
    frame.right = Self.width - Self.margin - (endLabels.map(\.width) ?? 0) - (colorBar.map(\.width) ?? 0)
    frame.top = headerBottom + (legend?.height ?? 0) + (data.barCount > 0 ? 18 : 14)
    let labelHeight = plot.x.categories.isEmpty ? 22 : categoryLabels?.height ?? 22
    let hasFoot = !xTitle.isEmpty || data.leftOut > 0
    frame.bottom = Self.height - 14 - (hasFoot ? 20 : 0) - labelHeight
  }

  /// As many ticks as have room for their labels side by side.
  private func horizontalTicks(_ values: [Double]) -> AxisTicks {
    let distinct = values.sorted().reduce(into: [Double]()) { if $0.last != $1 { $0.append($1) } }
    if plot.x.isLogarithmic && (2...8).contains(distinct.count) {
      let ticks = AxisTicks.atValues(distinct)
      if fits(ticks) { return ticks }
    }
    let isInteger = values.allSatisfy { $0 == $0.rounded() }
    for count in stride(from: max(2, Int(frame.width / 60)), to: 1, by: -1) {
      let ticks =
        plot.x.isLogarithmic
        ? AxisTicks.logarithmic(frame.x, count: count)
        : AxisTicks.linear(frame.x, count: count, isInteger: isInteger)
      if fits(ticks) { return ticks }
    }
    return .linear(frame.x, count: 1, isInteger: isInteger)
  }

  private func fits(_ ticks: AxisTicks) -> Bool {
    var end = -Double.infinity
    for tick in ticks.ticks {
      guard let label = tick.label else { continue }
      let half = TextMetrics.width(label, size: Self.tickSize) / 2
      let middle = frame.x.position(tick.value)
      if middle - half < end { return false }
      end = middle + half + 10
    }
    return true
  }

  private func barPitch() -> Double {
    let places = data.series.filter { $0.mark == .bars }.flatMap(\.drawn).map { frame.x.position($0.x) }
      .sorted()
    guard plot.x.categories.isEmpty else { return frame.width / Double(plot.x.categories.count) }
    let gap = zip(places, places.dropFirst()).map { $1 - $0 }.filter { $0 > 0.01 }.min()
    return gap ?? frame.width
  }

  /// The horizontal axis's name with the factor of its labels.
  var xTitle: String { Self.axisTitle(plot.x, frame.xTicks) }
  /// The vertical axis's name with the factor of its labels.
  var yTitle: String { Self.axisTitle(plot.y, frame.yTicks) }

  private static func axisTitle(_ axis: Plot.Axis, _ ticks: AxisTicks) -> String {
    let label = MarkdownText.singleLine(axis.label)
    guard ticks.factorExponent != 0 else { return label }
    let factor = "×" + AxisTicks.powerOfTen(ticks.factorExponent)
    return label.isEmpty ? factor : "\(label) (\(factor))"
  }
}
