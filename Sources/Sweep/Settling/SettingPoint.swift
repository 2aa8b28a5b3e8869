import Report

/// Where settings lie in a box in which near ones do alike.
struct SettingPoint {
  private let space: SearchSpace

  init(_ space: SearchSpace) { self.space = space }

  /// The coordinates of a setting: a number's place on the line it is drawn from, from 0 to 1; a choice has a coordinate
  /// for each, so that any two are 1 apart. What does not count stands in the middle.
  func coordinates(_ assignment: Assignment) -> [Double] {
    space.parameters.flatMap { parameter -> [Double] in
      let value = assignment[parameter.name]
      if case .categorical(let count, _) = parameter.distribution {
        return (0..<count).map { value == Double($0) ? 0.5.squareRoot() : 0 }
      }
      guard let axis = NumericAxis(parameter.distribution), let value, axis.high > axis.low else {
        return [0.5]
      }
      return [min(max((axis.position(of: value) - axis.low) / (axis.high - axis.low), 0), 1)]
    }
  }
}
