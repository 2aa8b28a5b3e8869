import Report

/// The combinations of a space, counted and looked up without listing them all.
struct GridWalk {
  /// The values of a parameter, made one by one.
  struct Values {
    let count: Int
    let value: @Sendable (Int) -> Double
  }

  private let space: SearchSpace
  private let values: [Values]
  /// Whether a parameter's value decides which others count.
  private let decides: [Bool]

  /// Prepares the walk; parameters without a grid count as having no values.
  init(_ space: SearchSpace) {
    self.space = space
    values = space.parameters.map { Self.values(of: $0.distribution) ?? Values(count: 0) { _ in 0 } }
    decides = space.parameters.map { parameter in
      space.parameters.contains { $0.when.contains { $0.parameter == parameter.name } }
    }
  }

  /// The values of `distribution` in ascending order, or nil where it has no grid.
  static func values(of distribution: Distribution) -> Values? {
    if case .categorical(let count, _) = distribution { return Values(count: count) { Double($0) } }
    guard let axis = NumericAxis(distribution), let count = axis.count else { return nil }
    return Values(count: count) { axis.value(number: $0) }
  }

  /// The number of combinations, at most `Int.max`.
  var count: Int { count(from: 0, beside: [:]) }

  /// The combination number `index`, or nil beyond the last.
  func assignment(_ index: Int) -> Assignment? {
    var rest = index
    var chosen = Assignment()
    guard rest >= 0, rest < count else { return nil }
    for (place, parameter) in space.parameters.enumerated() {
      guard space.isActive(parameter, beside: chosen) else { continue }
      let pick = pick(place, beside: chosen, rest: &rest)
      chosen[parameter.name] = values[place].value(pick)
    }
    return chosen
  }

  /// Which value of parameter `place` combination `rest` has; leaves its number among those with that value.
  private func pick(_ place: Int, beside chosen: Assignment, rest: inout Int) -> Int {
    guard decides[place] else {
      let each = count(from: place + 1, beside: chosen)
      defer { rest %= each }
      return rest / each
    }
    for pick in 0..<values[place].count {
      let below = count(with: pick, of: place, beside: chosen)
      if rest < below { return pick }
      rest -= below
    }
    return values[place].count - 1
  }

  private func count(with pick: Int, of place: Int, beside chosen: Assignment) -> Int {
    var chosen = chosen
    chosen[space.parameters[place].name] = values[place].value(pick)
    return count(from: place + 1, beside: chosen)
  }

  /// The combinations of the parameters from `place` on; only values that decide over others are walked.
  private func count(from place: Int, beside chosen: Assignment) -> Int {
    guard place < space.parameters.count else { return 1 }
    guard space.isActive(space.parameters[place], beside: chosen) else {
      return count(from: place + 1, beside: chosen)
    }
    guard decides[place] else {
      let (product, overflow) = values[place].count.multipliedReportingOverflow(
        by: count(from: place + 1, beside: chosen)
      )
      return overflow ? .max : product
    }
    return (0..<values[place].count).reduce(0) { sum, pick in
      let (sum, overflow) = sum.addingReportingOverflow(count(with: pick, of: place, beside: chosen))
      return overflow ? .max : sum
    }
  }
}
