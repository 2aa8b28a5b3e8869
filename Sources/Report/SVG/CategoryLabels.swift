/// The names along an axis of categories: side by side where they fit, else wrapped, else slanted.
struct CategoryLabels {
  /// One name where it stands.
  struct Label {
    /// The lines, one where it is slanted.
    var lines: [String]
    /// Its category's place.
    var x: Double
    /// The name in full.
    var name: String
  }

  static let size = 12.0
  static let lineHeight = 14.0
  /// The sine and cosine of the slant, 35°.
  private static let slant = (sine: 0.574, cosine: 0.819)
  private static let longestSlanted = 160.0

  private(set) var labels: [Label]
  /// Whether the names rise to the right.
  private(set) var isSlanted = false
  /// The room they take below the axis.
  private(set) var height: Double

  init(_ names: [String], along scale: AxisScale) {
    let band = abs(scale.end - scale.start) / Double(max(names.count, 1))
    let names = names.map(MarkdownText.singleLine)
    let places = names.indices.map { scale.position(Double($0)) }
    let wrapped = names.map { TextMetrics.wrapped($0, to: band - 8, size: Self.size, lines: 3) }
    if !zip(names, wrapped).contains(where: { Self.isCut($0, $1) }) {
      labels = names.indices.map { Label(lines: wrapped[$0], x: places[$0], name: names[$0]) }
      height = 6 + Self.lineHeight * Double(wrapped.reduce(1) { max($0, $1.count) })
      return
    }
    isSlanted = true
    // Slanted lines need their height in distance; of names closer than that only some are shown.
    let stride = max(1, Int((Self.lineHeight / Self.slant.sine * 0.8 / max(band, 0.01)).rounded(.up)))
    labels = names.indices.filter { $0 % stride == 0 }.map { place in
      let room = min(Self.longestSlanted, (places[place] - 12) / Self.slant.cosine)
      let text = TextMetrics.truncated(names[place], to: room, size: Self.size)
      return Label(lines: [text], x: places[place], name: names[place])
    }
    let longest = labels.map { TextMetrics.width($0.lines[0], size: Self.size) }.max() ?? 0
    height = 14 + longest * Self.slant.sine
  }

  private static func isCut(_ name: String, _ lines: [String]) -> Bool {
    lines.contains { $0.hasSuffix("…") } && !name.hasSuffix("…")
  }

  /// Draws the names below an axis.
  func draw(below y: Double, on canvas: inout SVGCanvas) {
    canvas.group("g", ["text-anchor": isSlanted ? "end" : "middle"]) { canvas in
      for label in labels {
        for (line, text) in label.lines.enumerated() {
          guard isSlanted else {
            let baseline = y + 17 + Self.lineHeight * Double(line)
            canvas.element("text", ["x": number(label.x), "y": number(baseline)], text: text)
            continue
          }
          let place = "translate(\(number(label.x + 4)) \(number(y + 14))) rotate(-35)"
          if text == label.name {
            canvas.element("text", ["transform": place], text: text)
          } else {
            canvas.group("g", ["transform": place]) { canvas in
              canvas.element("title", [:], text: label.name)
              canvas.element("text", [:], text: text)
            }
          }
        }
      }
    }
  }
}
