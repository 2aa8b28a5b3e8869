/// Where a parameter's values come from.
///
/// Samplers know values in their internal form, a `Double`: the number itself for numeric parameters, the position
/// in the list of choices for categorical ones.
package enum Distribution: Sendable, Equatable, Codable {
  /// One of `count` choices, by their position; `probabilities` (of length `count`, sum 1) or nil for equal ones.
  case categorical(count: Int, probabilities: [Double]?)
  /// A real number in `min...max`; uniform in the logarithm where `isLog`; a multiple of `step` above `min` where
  /// that is given (`min + i·step`, or rounded to multiples in log space).
  case real(min: Double, max: Double, isLog: Bool, step: Double?)
  /// A whole number in `min...max`, both ends included; uniform in the logarithm where `isLog`.
  case integer(min: Int, max: Int, isLog: Bool, step: Int)
  /// A normal variable without bounds.
  case normal(mean: Double, deviation: Double)
}
