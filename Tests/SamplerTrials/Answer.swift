import Sweep

/// A line of output.
struct Answer: Encodable {
  /// The next trial, or null where nothing is left to try.
  var assignment: Assignment?
  /// The parameters, most important first.
  var names: [String]?
  /// Their shares.
  var shares: [Double]?
}
