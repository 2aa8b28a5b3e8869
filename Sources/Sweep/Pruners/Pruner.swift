/// A rule that stops trials that are behind others.
package protocol Pruner: Sendable {
  /// What to do with `trial` after its last value on the way.
  ///
  /// To be asked after each value, in order: a rule may look only when a trial gets to a certain epoch. `history`
  /// holds the trials so far, in all states; whether it holds `trial` does not matter.
  func verdict(on trial: Trial, among history: [Trial], goal: Goal) -> PruneVerdict
}
