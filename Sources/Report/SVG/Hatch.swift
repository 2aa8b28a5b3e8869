/// The pattern over a bar: thin white lines, or none.
enum Hatch: CaseIterable {
  case none, rising, falling, dots, level

  /// The path within a tile of 6 by 6, or nil for plain bars.
  var tile: String? {
    switch self {
    case .none: nil
    case .rising: "M-1 1l2-2M0 6l6-6M5 7l2-2"
    case .falling: "M-1 5l2 2M0 0l6 6M5-1l2 2"
    case .dots: "M1.5 1.5h.01M4.5 4.5h.01"
    case .level: "M0 3h6"
    }
  }
}
