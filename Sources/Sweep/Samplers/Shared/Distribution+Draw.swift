extension Distribution {
  /// The value that a uniform draw `unit`, strictly between 0 and 1, stands for.
  func value(at unit: Double) -> Double {
    if let axis = NumericAxis(self) { return axis.value(at: axis.low + unit * (axis.high - axis.low)) }
    return Double(RandomStream.position(at: unit, in: shares ?? []))
  }

  /// The probability of each choice, or nil where it is not categorical.
  var shares: [Double]? {
    guard case .categorical(let count, let probabilities) = self else { return nil }
    if let probabilities, probabilities.count == count { return probabilities }
    return [Double](repeating: 1 / Double(max(count, 1)), count: count)
  }

  /// Whether there is nothing to choose.
  var isSingle: Bool {
    if case .categorical(let count, _) = self { return count <= 1 }
    return NumericAxis(self)?.isSingle ?? true
  }

  /// Whether `value` can be one of its values; grids are not checked.
  ///
  /// A study that is resumed with a narrower space has trials outside of it.
  func admits(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    switch self {
    case .categorical(let count, _): return value >= 0 && value < Double(count)
    case .normal: return true
    case .real(let least, let most, _, _): return value >= least && value <= most
    case .integer(let least, let most, _, _): return value >= Double(least) && value <= Double(most)
    }
  }
}
