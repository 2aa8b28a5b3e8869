import Files
import Glibc

/// Hears from the system that something in a folder was saved, renamed, made or removed.
///
/// Folders are listened to, not files: an editor that writes a new file and renames it into place leaves the old one, and
/// who listens to it, behind. What is heard is a hint that it is worth looking, not what has changed.
final class FolderEvents {
  /// Readable where something was heard.
  let descriptor: Int32
  private var folders: [String: Int32] = [:]

  /// - Throws: `FileError` where the system gives no more of these.
  init() throws(FileError) {
    descriptor = inotify_init1(Int32(IN_CLOEXEC | IN_NONBLOCK))
    guard descriptor >= 0 else {
      throw FileError(
        "cannot listen to",
        "the file system",
        reason: String(cString: strerror(errno))
          + "; 'sysctl fs.inotify' says how many listeners a user may have"
      )
    }
  }

  deinit { close(descriptor) }

  private static let mask =
    UInt32(IN_CLOSE_WRITE) | UInt32(IN_MOVED_TO) | UInt32(IN_MOVED_FROM) | UInt32(IN_CREATE)
    | UInt32(IN_DELETE) | UInt32(IN_ATTRIB) | UInt32(IN_DELETE_SELF) | UInt32(IN_MOVE_SELF)

  /// Listens to `wanted` and nothing else from now on; a folder that cannot be listened to is passed over.
  func listen(to wanted: Set<String>) {
    for (folder, watch) in folders where !wanted.contains(folder) {
      inotify_rm_watch(descriptor, watch)
      folders[folder] = nil
    }
    // Again for those that are known: a folder that was replaced under its name is another one.
    for folder in wanted.sorted() {
      let watch = inotify_add_watch(descriptor, folder, Self.mask)
      folders[folder] = watch < 0 ? nil : watch
    }
  }

  /// Forgets what was heard.
  func drain() {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    while read(descriptor, &bytes, bytes.count) > 0 {}
  }
}
