/// How vectors are brought to length one: `x / sqrt(|x|^2 + epsilon)`, or not at all.
///
/// With the epsilon inside the root a vector of zeros stays one, and short vectors have a gradient of full size.
struct UnitLength: Sendable, Equatable {
  /// Added to the square of the length; below 0 vectors are left as they are.
  let epsilon: Float

  /// Vectors are left as they are.
  static let none = UnitLength(epsilon: -1)

  /// Whether vectors are changed at all.
  var isActive: Bool { epsilon >= 0 }
}
