/// The notes that a study keeps in its ledger.
enum SweepRecord {
  /// Wall-clock seconds that sweeps have spent on it.
  static let wallKey = "wall_seconds"
}
