/// How far a trial is.
package enum TrialState: String, Sendable, Codable, CaseIterable {
  /// Its settings are chosen; nobody is at it.
  case waiting
  /// A worker is at it.
  case running
  /// It ended and gave its metrics.
  case complete
  /// It was stopped because others were better at the same point.
  case pruned
  /// It crashed, hung, ran out of memory or gave no number; its reason is recorded.
  case failed
}
