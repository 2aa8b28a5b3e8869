import Files
import Synchronization

/// What steps make of single files of many that they read, kept in the cache beside the results of steps: where one file
/// is added to a thousand, the others are not read again.
///
/// It may be asked from several threads at once, and by several runs.
package final class FilePartStore {
  private let cache: StepCache
  /// Whether what was kept before must not be used.
  private let isForced: Bool

  /// What is kept lies in `folder`.
  /// - Parameter warn: told of what is found damaged, by one thread at a time.
  package init(folder: String, isForced: Bool, warn: @escaping (String) -> Void) {
    let turn = Turn()
    cache = StepCache(folder: folder) { text in turn.lock.withLock { _ in warn(text) } }
    self.isForced = isForced
  }

  /// What `unpack` makes of what is kept under `name`, whose first word says what it is and which holds everything it
  /// depends on; nil where there is nothing. What is damaged, or what `unpack` refuses, is removed with a warning, and nil.
  package func load<Value>(_ name: String, _ unpack: (Bundle) throws -> Value) -> Value? {
    isForced ? nil : cache.unpacked(key(name), unpack)
  }

  /// Keeps `bundle` under `name`.
  /// - Throws: `FileError` where it cannot be written.
  package func store(_ name: String, _ bundle: Bundle, seconds: Double) throws {
    if isForced { try cache.remove(key(name)) }
    try cache.keep(bundle, as: key(name), of: name, seconds: seconds)
  }

  private func key(_ name: String) -> Digest { Digest("towerbook part 1\n\(name)") }
}

/// One thread at a time.
private final class Turn: Sendable {
  let lock = Mutex(())
}
