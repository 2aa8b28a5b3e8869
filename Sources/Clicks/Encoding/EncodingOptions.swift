/// Which of a user's clicks are the context of a target among them.
package enum HistoryKind: String, CaseIterable, Sendable {
  /// Those before it, the newest ones where there are too many.
  case before
  /// All others, drawn at random where there are too many: for sets, which have no order.
  case others
}

/// How next-item samples are cut from histories.
package struct EncodingOptions: Sendable, Hashable {
  /// Which clicks a sample sees.
  package var history = HistoryKind.before
  /// How many clicks before the target a sample sees at most, 1 or more; how many others.
  package var maxSeqLen = 30
  /// How many clicks before the target a sample must have. With 0, first clicks are targets too, with no
  /// history (the notebook has 1 at least).
  package var minHistory = 1
  /// How many samples a user gives at most, 1 or more: more are thinned out by a draw from the most recent
  /// `3 * maxSamplesPerUser` positions.
  package var maxSamplesPerUser = 20
  /// Whether a sample goes whose target is among the clicks it sees.
  package var dropsRepeatedTargets = false
  /// Whether a sample goes whose target has no code.
  package var dropsUnknownTargets = false
  /// The seed of these draws, one NumPy generator for all users in ascending order.
  package var seed = 42

  /// The notebook's settings.
  package init() {}
}
