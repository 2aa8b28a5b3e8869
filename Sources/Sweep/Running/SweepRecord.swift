/// The notes that a study keeps in its ledger.
enum SweepRecord {
  /// Under which key the wall-clock seconds stand that sweeps have spent on trials of a purpose.
  static func wallKey(_ purpose: TrialPurpose) -> String { "\(purpose.rawValue)_seconds" }
}
