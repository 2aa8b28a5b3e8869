import Glibc

/// A folder that is filled out of sight and renamed into its place when it is whole.
///
/// Who fills it holds a lock on it, which the system lets go of when the process ends, however it ends, and on whatever
/// machine that mounts the folder: what is not locked has been abandoned.
package final class StagingFolder {
  /// Where it is being filled.
  package let path: String
  private let descriptor: Int32

  /// Makes an empty folder in `parent`, which is made where it is missing.
  /// - Throws: ``FileError`` where none can be made.
  package init(in parent: String) throws(FileError) {
    try Folders.make(parent)
    while true {
      var template = Array(FilePaths.join(parent, Self.prefix + "XXXXXX").utf8CString)
      guard mkdtemp(&template) != nil else { throw FileError("cannot make a folder in", parent) }
      let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
      // Between the two, another process may have taken it for abandoned.
      guard descriptor >= 0, Ownership.hold(descriptor, path) else {
        if descriptor >= 0 { close(descriptor) }
        continue
      }
      self.path = path
      self.descriptor = descriptor
      break
    }
    guard chmod(path, 0o755) == 0 else { throw FileError("cannot set permissions of", path) }
  }

  /// What is still where it was filled goes: whoever filled it came to no end.
  deinit {
    if Ownership.isNamed(descriptor, path) { try? Folders.remove(path) }
    close(descriptor)
  }

  static let prefix = ".filling-"

  /// Whether `name` is that of a folder that is being filled, or was.
  package static func isOne(_ name: String) -> Bool { name.hasPrefix(prefix) }

  /// Whether a living process fills the folder at `path`.
  package static func isBeingFilled(_ path: String) -> Bool {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    // Shared, so that who only looks is in nobody's way for longer than this.
    return flock(descriptor, LOCK_SH | LOCK_NB) != 0
  }
}

/// What processes that ended before their time left in a folder.
package enum Leftovers {
  /// What begins so is on its way out: the rest of it goes, whoever began.
  private static let removedPrefix = ".removed-"

  /// A name for what is on its way out, which nothing else has.
  package static var freshRemovedName: String {
    removedPrefix + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  /// Removes the folders and files in `folder` that no living process fills or writes; what cannot be removed stays.
  package static func remove(in folder: String) {
    for name in (try? FilePaths.list(folder)) ?? [] {
      let path = FilePaths.join(folder, name)
      if name.hasPrefix(removedPrefix) {
        try? Folders.remove(path)
      } else if name.hasPrefix(StagingFolder.prefix) || AtomicFile.isTemporaryName(name) {
        removeAbandoned(path)
      }
    }
  }

  private static func removeAbandoned(_ path: String) {
    let descriptor = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    if Ownership.takeOver(descriptor, path) { try? Folders.remove(path) }
  }
}

/// Whose a file or folder is that is not in its place yet.
enum Ownership {
  /// Makes what this process has just made at `path`, and holds open as `descriptor`, its own; false where another took it
  /// for abandoned meanwhile. Where the file system knows no locks nobody takes anything for abandoned.
  static func hold(_ descriptor: Int32, _ path: String) -> Bool {
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 { return errno != EWOULDBLOCK }
    return isNamed(descriptor, path)
  }

  /// Takes over what stands at `path` and is open as `descriptor`; false where it is somebody's, or may be.
  static func takeOver(_ descriptor: Int32, _ path: String) -> Bool {
    flock(descriptor, LOCK_EX | LOCK_NB) == 0 && isNamed(descriptor, path)
  }

  static func isNamed(_ descriptor: Int32, _ path: String) -> Bool {
    var (opened, named) = (stat(), stat())
    return fstat(descriptor, &opened) == 0 && lstat(path, &named) == 0
      && (opened.st_dev, opened.st_ino) == (named.st_dev, named.st_ino)
  }
}
