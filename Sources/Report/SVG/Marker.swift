/// The shape drawn at a data point.
enum Marker: CaseIterable {
  case circle, square, triangle, diamond, downTriangle, cross

  /// The path of the shape about a point, for a marker of about twice `radius` in height.
  func path(at point: Point, radius r: Double) -> String {
    func start(_ dx: Double, _ dy: Double) -> String { "M\(number(point.x + dx)) \(number(point.y + dy))" }
    switch self {
    case .circle:
      return start(-r, 0) + "a\(number(r)) \(number(r)) 0 1 0 \(number(2 * r)) 0"
        + "a\(number(r)) \(number(r)) 0 1 0 \(number(-2 * r)) 0z"
    case .square:
      let h = r * 0.9
      return start(-h, -h) + "h\(number(2 * h))v\(number(2 * h))h\(number(-2 * h))z"
    case .triangle:
      return start(0, -1.2 * r) + "l\(number(1.1 * r)) \(number(2 * r))h\(number(-2.2 * r))z"
    case .diamond:
      let h = r * 1.25
      return start(0, -h)
        + "l\(number(h)) \(number(h))l\(number(-h)) \(number(h))l\(number(-h)) \(number(-h))z"
    case .downTriangle:
      return start(0, 1.2 * r) + "l\(number(-1.1 * r)) \(number(-2 * r))h\(number(2.2 * r))z"
    case .cross:
      let (a, b) = (number(0.7 * r), number(-0.7 * r))
      return start(-1.1 * r, -0.4 * r)
        + "l\(a) 0l0 \(b)h\(number(0.8 * r))l0 \(a)h\(a)v\(number(0.8 * r))h\(b)"
        + "v\(a)h\(number(-0.8 * r))v\(b)h\(b)z"
    }
  }
}
