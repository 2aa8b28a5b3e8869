/// What must hold of a metric, as `hit_rate@20: ">= 0.5"`; a bare number is what it must equal.
package struct Expectation: Sendable, Equatable {
  /// How a metric compares to the bound.
  package enum Comparison: String, Sendable, CaseIterable {
    /// At least.
    case atLeast = ">="
    /// At most.
    case atMost = "<="
    /// Equal.
    case equal = "=="
    /// Not equal.
    case notEqual = "!="
    /// Greater.
    case above = ">"
    /// Less.
    case below = "<"

    /// Whether `value` stands to `bound` so; never for not-a-number.
    package func holds(_ value: Double, _ bound: Double) -> Bool {
      switch self {
      case .atLeast: value >= bound
      case .atMost: value <= bound
      case .equal: value == bound
      case .notEqual: value != bound && !value.isNaN
      case .above: value > bound
      case .below: value < bound
      }
    }
  }

  /// The metric, as `hit_rate@20` of this cell or `eval.hit_rate@20` of another.
  package var metric: String
  /// How it compares.
  package var comparison: Comparison
  /// What it is compared to.
  package var bound: Double
  /// The condition as written: `>= 0.5`.
  package var text: String
  /// Where the condition is written.
  package var place: Place
  /// Where the metric is written.
  package var metricPlace: Place

  /// Whether `value` meets the condition; not-a-number never does.
  package func isMet(by value: Double) -> Bool { comparison.holds(value, bound) }

  /// What a condition looks like, as a regular expression.
  static let pattern =
    "^[ \\t]*(>=|<=|==|!=|>|<)[ \\t]*[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?[ \\t]*$"

  /// Reads `>= 0.5`; nil where it is no condition.
  init?(metric: String, condition: String, place: Place) {
    let trimmed = Self.trimmed(condition[...])
    guard let comparison = Comparison.allCases.first(where: { trimmed.hasPrefix($0.rawValue) }) else {
      return nil
    }
    let number = Self.trimmed(trimmed.dropFirst(comparison.rawValue.count))
    let isDecimal = number.utf8.allSatisfy { "+-.0123456789eE".utf8.contains($0) }
    guard isDecimal, let bound = Double.init(CoreSchema.scalar(plain: String(number)).value) else {
      return nil
    }
    self.metric = metric
    self.comparison = comparison
    self.bound = bound
    self.text = "\(comparison.rawValue) \(number)"
    self.place = place
    metricPlace = place
  }

  private static func trimmed(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}

extension Double {
  fileprivate init?(_ scalar: Scalar) {
    switch scalar {
    case .int(let value): self.init(value)
    case .real(let value): self = value
    default: return nil
    }
  }
}
