/// How a trial ended.
package struct TrialOutcome: Sendable, Equatable, Codable {
  /// `complete`, `pruned` or `failed`.
  package var state: TrialState
  /// The values of the study's goals, in their order; nil where the run gave none.
  package var values: [Double]?
  /// All metrics of the run, by full name.
  package var metrics: [String: Double] = [:]
  /// Seconds of each cell that ran, by id; finite, from 0.
  package var cellSeconds: [String: Double] = [:]
  /// The key of each cell's result, by id.
  package var cellKeys: [String: String] = [:]
  /// The digests of the files that it read, by their paths; nil where it read none, or ended before.
  package var inputs: [String: String]?
  /// Why it failed or was pruned.
  package var reason: String?
  /// Seconds of its process that `addSeconds` has not counted yet; finite, from 0.
  package var seconds: Double = 0

  /// Makes an outcome.
  package init(_ state: TrialState, values: [Double]? = nil, reason: String? = nil, seconds: Double = 0) {
    self.state = state
    self.values = values
    self.reason = reason
    self.seconds = seconds
  }

  /// Refuses an outcome that the ledger could not hold.
  func check(goals: Int, purpose: TrialPurpose) throws {
    guard state != .waiting, state != .running else {
      throw LedgerError("a trial ends complete, pruned or failed, not \(state.rawValue)")
    }
    if let values, values.count != goals {
      throw LedgerError("a trial has one value for each of the study's \(goals) goals, not \(values.count)")
    }
    if state == .complete, purpose == .search, values == nil {
      throw LedgerError("a complete trial has one value for each of the study's \(goals) goals, not none")
    }
    try Self.check(seconds: seconds)
    for (_, seconds) in cellSeconds.sorted(by: { $0.key < $1.key }) { try Self.check(seconds: seconds) }
  }

  /// Refuses a length of time that is none.
  static func check(seconds: Double) throws {
    guard seconds.isFinite, seconds >= 0 else {
      throw LedgerError("seconds are finite and not below 0, not \(seconds)")
    }
  }
}
