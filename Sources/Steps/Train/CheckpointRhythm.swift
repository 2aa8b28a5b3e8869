/// When a training keeps what it has so far: after so many epochs, or as often as keeping takes little of its time.
struct CheckpointRhythm {
  /// How many epochs lie between two checkpoints; nil for as many as make keeping cheap.
  let epochs: Int?
  private var keptAt: ContinuousClock.Instant
  private var cost = Duration.zero

  /// What takes less is trained again in no time.
  private static let least = Duration.seconds(1)
  /// Keeping takes at most a share of 1 in so many of the time.
  private static let share = 20

  /// Makes a rhythm that begins at `now`.
  init(epochs: Int?, now: ContinuousClock.Instant = .now) {
    self.epochs = epochs
    keptAt = now
  }

  /// Whether to keep what there is after `epoch`, counted from 1.
  func isDue(after epoch: Int, now: ContinuousClock.Instant = .now) -> Bool {
    if let epochs { return epoch % epochs == 0 }
    return keptAt.duration(to: now) >= max(Self.least, cost * Self.share)
  }

  /// Notes that what there was is kept, and how long that took.
  mutating func note(from start: ContinuousClock.Instant, to end: ContinuousClock.Instant = .now) {
    keptAt = end
    cost = start.duration(to: end)
  }
}
