/// A set of moments at which something holds of an item: the request times at which it is a candidate.
///
/// Moments are whole ticks of the log's unit.
package enum MomentSet: Sendable, Equatable {
  /// At no moment.
  case never
  /// At every moment.
  case always
  /// Within these ranges, ends included: ascending, apart from each other, neither none nor all moments.
  case within([ClosedRange<Int64>])

  /// From `first` on.
  package static func from(_ first: Int64) -> MomentSet {
    first == .min ? .always : .within([first...Int64.max])
  }

  /// Up to `last`, with it.
  package static func upTo(_ last: Int64) -> MomentSet {
    last == .max ? .always : .within([Int64.min...last])
  }

  /// Before `end`, without it.
  package static func before(_ end: Int64) -> MomentSet { end == .min ? .never : .upTo(end - 1) }

  /// Whether `moment` is in it; where there is no moment, whether all are.
  package func contains(_ moment: Int64?) -> Bool {
    switch self {
    case .never: false
    case .always: true
    case .within(let ranges): moment.map { moment in ranges.contains { $0.contains(moment) } } ?? false
    }
  }

  /// The moments in it, as ranges.
  package var ranges: [ClosedRange<Int64>] {
    switch self {
    case .never: []
    case .always: [Int64.min...Int64.max]
    case .within(let ranges): ranges
    }
  }

  /// The moments in `ranges`, which ascend and lie apart.
  package init(_ ranges: [ClosedRange<Int64>]) {
    switch ranges.first {
    case nil: self = .never
    case (Int64.min...Int64.max)?: self = .always
    default: self = .within(ranges)
    }
  }

  /// The moments that are not in it.
  package var complement: MomentSet {
    switch self {
    case .never: return .always
    case .always: return .never
    case .within(let ranges):
      var others: [ClosedRange<Int64>] = []
      var next: Int64? = .min
      for range in ranges {
        if let first = next, first < range.lowerBound { others.append(first...range.lowerBound - 1) }
        next = range.upperBound == .max ? nil : range.upperBound + 1
      }
      if let first = next { others.append(first...Int64.max) }
      return MomentSet(others)
    }
  }

  /// The moments in both.
  package func intersection(_ other: MomentSet) -> MomentSet {
    switch (self, other) {
    case (.never, _), (_, .never): return .never
    case (.always, let set), (let set, .always): return set
    case (.within(let own), .within(let others)):
      var both: [ClosedRange<Int64>] = []
      var (i, j) = (0, 0)
      while i < own.count, j < others.count {
        let first = max(own[i].lowerBound, others[j].lowerBound)
        let last = min(own[i].upperBound, others[j].upperBound)
        if first <= last { both.append(first...last) }
        if own[i].upperBound < others[j].upperBound { i += 1 } else { j += 1 }
      }
      return MomentSet(both)
    }
  }

  /// The moments in either.
  package func union(_ other: MomentSet) -> MomentSet {
    complement.intersection(other.complement).complement
  }
}
