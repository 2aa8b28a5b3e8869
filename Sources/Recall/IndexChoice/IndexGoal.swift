/// What an index that is chosen must hold.
package struct IndexGoal: Sendable, Hashable {
  /// The share of the exact list that its lists hold on average, above 0 and below 1: the lower end of the interval must.
  package var recall = 0.99
  /// How long the lists are, 1 or more.
  package var k = 100
  /// The milliseconds that one request may take; nil for any.
  package var milliseconds: Double?
  /// How large it may be, in bytes; nil for any.
  package var bytes: Int?

  /// The defaults.
  package init() {}

  /// Whether a size is within the budget.
  func allows(bytes: Int) -> Bool { self.bytes.map { bytes <= $0 } ?? true }
  /// Whether a time is within the budget.
  func allows(milliseconds: Double) -> Bool { self.milliseconds.map { milliseconds <= $0 } ?? true }
}
