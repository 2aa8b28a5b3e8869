/// A place marked along an axis.
struct Tick: Equatable {
  var value: Double
  /// The label, nil for a line without one.
  var label: String?
  /// Whether it is one of the fine lines between decades.
  var isMinor = false
}
