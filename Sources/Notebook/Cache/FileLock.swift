import Files
import Glibc

/// A lock between processes on a file; the system lets go of it when the process ends, however it ends.
package final class FileLock {
  /// Who may have the lock at once.
  package enum Sharing: Sendable {
    /// One holder.
    case exclusive
    /// Any number of holders that share it.
    case shared

    fileprivate var operation: Int32 { (self == .shared ? LOCK_SH : LOCK_EX) | LOCK_NB }
  }

  private let descriptor: Int32

  /// Takes the lock at `path`, waiting as long as another process has it.
  /// - Parameter whenBusy: called once before waiting.
  /// - Throws: `FileError` where the file cannot be made; ``Interrupted`` where the wait is cut short.
  package init(_ path: String, _ sharing: Sharing = .exclusive, whenBusy: () -> Void) throws {
    descriptor = try Self.opened(path)
    guard flock(descriptor, sharing.operation) != 0 else { return }
    whenBusy()
    while flock(descriptor, sharing.operation) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        let reason = FileError("cannot lock", path)
        throw reason
      }
      try Cancellation.check()
      usleep(50_000)
    }
  }

  /// Takes the lock at `path` for itself, or gives nil where another holds it.
  /// - Throws: `FileError` where the file cannot be made.
  package init?(ifFree path: String) throws {
    descriptor = try Self.opened(path)
    if flock(descriptor, Sharing.exclusive.operation) != 0 { return nil }
  }

  private static func opened(_ path: String) throws -> Int32 {
    try Folders.make(FilePaths.parent(of: path))
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0o644)
    guard opened >= 0 else {
      let code = errno
      let refused = FileError("cannot open the lock", path, code: code)
      guard [EISDIR, ELOOP, ENXIO].contains(code) else { throw refused }
      // Nobody holds a lock on what is no file, and nothing of ours is in it.
      throw FileError(
        "cannot open the lock",
        path,
        reason: "\(refused.reason); something else stands where a lock file belongs: remove it and run again"
      )
    }
    return opened
  }

  deinit { close(descriptor) }
}
