/// Whether a trial goes on.
public enum PruneVerdict: Sendable, Equatable {
  /// It goes on.
  case goOn
  /// It is stopped; the reason in plain words, with the numbers compared.
  case prune(reason: String)

  /// Whether the trial is stopped.
  public var isPrune: Bool { self != .goOn }
}
