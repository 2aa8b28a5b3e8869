/// Whether a trial goes on.
package enum PruneVerdict: Sendable, Equatable {
  /// It goes on.
  case goOn
  /// It is stopped; the reason in plain words, with the numbers compared.
  case prune(reason: String)

  /// Whether the trial is stopped.
  package var isPrune: Bool { self != .goOn }
}
