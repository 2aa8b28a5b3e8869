import Files

/// Results of costly work inside of steps, kept in the cache beside the results of steps: a step that runs again
/// because a setting changed on which that work does not depend takes them from there.
package struct WorkStore {
  /// What is kept, and what it cost.
  package struct Kept {
    /// The result.
    package var bundle: Bundle
    /// The seconds the work took when it was done.
    package var seconds: Double
  }

  private let cache: StepCache
  private let progress: ProgressReporter
  /// Whether what was kept before must not be used.
  private let isForced: Bool

  init(cache: StepCache, progress: ProgressReporter, isForced: Bool) {
    self.cache = cache
    self.progress = progress
    self.isForced = isForced
  }

  /// What is kept under `name`, whose first word says what it is and which holds everything it depends on; nil where there is nothing, or
  /// nothing whole. What is found damaged is a warning.
  package func kept(_ name: String) throws -> Kept? {
    guard !isForced else { return nil }
    let key = key(name)
    // Without an entry nobody is waited for.
    guard cache.has(key) else { return nil }
    let lock = try lock(key)
    defer { withExtendedLifetime(lock) {} }
    return read(key)
  }

  /// What is kept under `name` where that `suffices`; else the result of `work`, which is kept in its place.
  ///
  /// Of several runs at the same work one does it, and the others wait.
  /// - Throws: what `work` throws; `FileError` where the result cannot be kept; ``Interrupted``.
  package func result(
    _ name: String,
    suffices: (Bundle) throws -> Bool,
    work: () throws -> Bundle
  ) throws -> Kept {
    let key = key(name)
    let lock = try lock(key)
    defer { withExtendedLifetime(lock) {} }
    if !isForced, let kept = read(key), try suffices(kept.bundle) { return kept }
    let clock = ContinuousClock()
    let start = clock.now
    let bundle = try work()
    let kept = Kept(bundle: bundle, seconds: (clock.now - start) / .seconds(1))
    try keep(kept, key, name)
    return kept
  }

  private func key(_ name: String) -> Digest { Digest("towerbook work 1\n\(name)") }

  private func lock(_ key: Digest) throws -> FileLock {
    try FileLock(cache.computingLock(key)) {
      progress.line("waiting for another run that is at the same work")
    }
  }

  private func read(_ key: Digest) -> Kept? {
    guard let entry = cache.entry(key), let bundle = cache.artifact(key) else { return nil }
    return Kept(bundle: bundle, seconds: entry.seconds)
  }

  private func keep(_ kept: Kept, _ key: Digest, _ name: String) throws {
    try cache.remove(key)
    try cache.keep(kept.bundle, as: key, of: name, seconds: kept.seconds)
  }
}
