import Files
import Glibc

/// What is to go from a cache.
package struct PruneRule: Sendable {
  /// Whatever was not used for so many seconds goes; nil for nothing.
  package var unusedSeconds: Int?
  /// Then the longest unused goes until no more than so many bytes are left; nil for any number.
  package var maxBytes: Int?

  /// Makes a rule; without either nothing goes.
  package init(unusedSeconds: Int? = nil, maxBytes: Int? = nil) {
    self.unusedSeconds = unusedSeconds
    self.maxBytes = maxBytes
  }

  /// Everything goes.
  package static let everything = PruneRule(maxBytes: 0)
}

/// What came of a pruning.
package struct PruneOutcome: Equatable, Sendable {
  /// What went.
  package var removed: [CacheItem]
  /// What would have gone, but a run is at it.
  package var inUse: [CacheItem]

  /// Makes an outcome; by default nothing went.
  package init(removed: [CacheItem] = [], inUse: [CacheItem] = []) {
    self.removed = removed
    self.inUse = inUse
  }
}

extension StepCache {
  /// Removes what `rule` says, but never what a run computes or has use for.
  ///
  /// - Parameter now: the time, in seconds since 1970.
  /// - Throws: `FileError` where something cannot be removed; what went before stays gone.
  package func prune(_ rule: PruneRule, now: Int = time(nil)) throws -> PruneOutcome {
    var outcome = PruneOutcome()
    let items = try items()
    var left = items.reduce(0) { $0 + $1.size }
    for item in items {
      let isOld = rule.unusedSeconds.map { now - item.lastUse >= $0 } ?? false
      let isTooMuch = rule.maxBytes.map { left > $0 || ($0 == 0 && item.size == 0) } ?? false
      guard isOld || isTooMuch else { continue }
      if try remove(item) {
        left -= item.size
        outcome.removed.append(item)
      } else {
        outcome.inUse.append(item)
      }
    }
    sweepLeftovers()
    return outcome
  }

  /// Removes an item under its locks; false where a run holds one of them.
  private func remove(_ item: CacheItem) throws -> Bool {
    guard let computing = try FileLock(ifFree: computingLock(item.key)),
      let using = try FileLock(ifFree: usingLock(item.key))
    else { return false }
    defer { withExtendedLifetime((computing, using)) {} }
    switch item.kind {
    case .result: try remove(item.key)
    case .checkpoint: try Folders.remove(item.path)
    }
    return true
  }
}
