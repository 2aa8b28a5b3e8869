/// Finds room for the labels of reference lines: the place where they cover least.
struct LabelPlacer {
  static let size = 11.5

  /// Points that a label should not cover.
  private var obstacles: [Point]

  init(_ data: PlotData, in frame: PlotFrame) {
    obstacles = data.series.flatMap { $0.mark.drawing.outline($0, in: frame) }
  }

  /// The left end of the baseline of a label beside a line through some points, or nil for no line.
  mutating func place(_ text: String, along line: [Point], in frame: PlotFrame) -> Point? {
    let width = TextMetrics.width(text, size: Self.size)
    var best: (point: Point, covered: Int)?
    for candidate in candidates(line, width, in: frame) {
      let x = min(max(candidate.x, frame.left + 4), frame.right - width - 4)
      let point = Point(x: x, y: candidate.y)
      let isOutside = point.y - 9 < frame.top - 6 || point.y > frame.bottom - 2
      let covered = (isOutside ? 1000 : 0) + obstacles.filter { covers($0, point, width) }.count
      if covered < best?.covered ?? Int.max { best = (point, covered) }
    }
    guard let best else { return nil }
    for step in stride(from: 0, through: width, by: 6) {
      obstacles.append(Point(x: best.point.x + step, y: best.point.y - 4))
    }
    return best.point
  }

  /// Places beside the line, the ones to prefer first: above its right end, then its left, then along it.
  private func candidates(_ line: [Point], _ width: Double, in frame: PlotFrame) -> [Point] {
    guard let first = line.first, let last = line.last else { return [] }
    if abs(first.x - last.x) < 1 {
      let rows = [frame.top + 12, frame.bottom - 8, (frame.top + frame.bottom) / 2]
      return rows.flatMap { [Point(x: last.x + 6, y: $0), Point(x: last.x - width - 6, y: $0)] }
    }
    let isLevel = abs(first.y - last.y) < 1
    let drops = isLevel ? [-6.0, 15.0] : [-6.0, 15.0, -24, 33, -42, 51]
    let anchors = [(last, width + 4), (first, -4.0)]
    let inner =
      line.count == 2
      ? [0.5, 0.25, 0.75].map { part in
        Point(x: first.x + part * (last.x - first.x), y: first.y + part * (last.y - first.y))
      } : [line[line.count / 2]]
    return drops.flatMap { drop in
      (anchors + inner.map { ($0, width / 2) }).map { Point(x: $0.0.x - $0.1, y: $0.0.y + drop) }
    }
  }

  private func covers(_ obstacle: Point, _ label: Point, _ width: Double) -> Bool {
    (label.x - 4...label.x + width + 4).contains(obstacle.x)
      && (label.y - 13...label.y + 5).contains(obstacle.y)
  }
}
