import Files
import Glibc

/// A lock between processes on a file; the system lets go of it when the process ends, however it ends.
public final class FileLock {
  private let descriptor: Int32

  /// Takes the lock at `path`, waiting as long as another process has it.
  /// - Parameter whenBusy: called once before waiting.
  /// - Throws: `FileError` where the file cannot be made; ``Interrupted`` where the wait is cut short.
  public init(_ path: String, whenBusy: () -> Void) throws {
    try Folders.make(FilePaths.parent(of: path))
    let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard opened >= 0 else { throw FileError("cannot open", path) }
    descriptor = opened
    guard flock(opened, LOCK_EX | LOCK_NB) != 0 else { return }
    whenBusy()
    while flock(opened, LOCK_EX | LOCK_NB) != 0 {
      guard errno == EWOULDBLOCK || errno == EINTR else {
        let reason = FileError("cannot lock", path)
        throw reason
      }
      try Cancellation.check()
      usleep(50_000)
    }
  }

  deinit { close(descriptor) }
}
