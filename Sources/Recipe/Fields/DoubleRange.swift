/// Which numbers a setting takes; not-a-number and infinities are never among them.
package enum DoubleRange: Sendable, Equatable {
  /// Any finite number.
  case any
  /// `lower <= x <= upper`.
  case closed(Double, Double)
  /// `lower <= x < upper`.
  case halfOpen(Double, Double)
  /// `lower < x <= upper`.
  case aboveUpTo(Double, Double)
  /// `lower < x < upper`.
  case open(Double, Double)
  /// `x > lower`.
  case above(Double)
  /// `x >= lower`.
  case atLeast(Double)
  /// `x <= upper`.
  case atMost(Double)

  /// One end of the range, and whether it belongs to it.
  struct Bound { var value: Double; var isIncluded: Bool }

  /// Whether `value` is finite and within the range.
  package func contains(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    if let lower, lower.isIncluded ? value < lower.value : value <= lower.value { return false }
    if let upper, upper.isIncluded ? value > upper.value : value >= upper.value { return false }
    return true
  }

  var lower: Bound? {
    switch self {
    case .any, .atMost: nil
    case .closed(let a, _), .halfOpen(let a, _), .atLeast(let a): Bound(value: a, isIncluded: true)
    case .aboveUpTo(let a, _), .open(let a, _), .above(let a): Bound(value: a, isIncluded: false)
    }
  }

  var upper: Bound? {
    switch self {
    case .any, .above, .atLeast: nil
    case .closed(_, let b), .aboveUpTo(_, let b), .atMost(let b): Bound(value: b, isIncluded: true)
    case .halfOpen(_, let b), .open(_, let b): Bound(value: b, isIncluded: false)
    }
  }

  /// The range in words, as in "a number …"; nil for any.
  var words: String? {
    switch self {
    case .any: nil
    case .closed(let a, let b): "from \(Self.short(a)) to \(Self.short(b))"
    case .halfOpen(let a, let b): "of at least \(Self.short(a)) and below \(Self.short(b))"
    case .aboveUpTo(let a, let b): "above \(Self.short(a)) and at most \(Self.short(b))"
    case .open(let a, let b): "above \(Self.short(a)) and below \(Self.short(b))"
    case .above(let a): "above \(Self.short(a))"
    case .atLeast(let a): "of at least \(Self.short(a))"
    case .atMost(let b): "of at most \(Self.short(b))"
    }
  }

  /// `1` rather than `1.0`.
  static func short(_ value: Double) -> String {
    let text = "\(value)"
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
