/// Keeps in a study's ledger for how long sweeps were at trials of a purpose, what lies between two of them left out.
///
/// It is written down on the way, so that a sweep that is killed has been counted but for its last moments.
final class SweepClock {
  private let ledger: Ledger
  private let key: String
  /// What earlier sweeps took, in seconds.
  private let before: Double
  private let started: ContinuousClock.Instant
  private var noted: ContinuousClock.Instant
  private static let intervalSeconds = 2.0

  /// Begins to count.
  /// - Throws: `LedgerError`.
  init(_ ledger: Ledger, _ purpose: TrialPurpose, started: ContinuousClock.Instant = .now) throws {
    self.ledger = ledger
    self.started = started
    noted = started
    key = SweepRecord.wallKey(purpose)
    before = try ledger.note(key).flatMap(Double.init) ?? 0
  }

  /// Writes down what was taken so far, where that was not done just now.
  func tick() {
    if ContinuousClock.now - noted >= .seconds(Self.intervalSeconds) { note() }
  }

  /// Writes down what was taken so far, earlier sweeps included; where that cannot be written the next time has it.
  func note() {
    noted = .now
    try? ledger.setNote(key, "\(before + (noted - started) / .seconds(1))")
  }
}
