import Glibc

/// Which file or folder it is, whatever it is called.
package struct FileIdentity: Sendable, Hashable {
  private let device: UInt
  private let number: UInt

  /// What stands at `path`, links followed; nil where nothing does.
  package init?(_ path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    self.init(facts)
  }

  fileprivate init(_ facts: stat) {
    device = UInt(facts.st_dev)
    number = UInt(facts.st_ino)
  }
}

/// What tells that a file was not written to between two looks at it: which file it is, its size, and when it was changed.
package struct FileStamp: Sendable, Hashable {
  private let identity: FileIdentity
  private let size: Int
  private let seconds: Int
  private let nanoseconds: Int

  /// The file at `path` as it is; nil where there is none.
  package init?(_ path: String) {
    var facts = stat()
    guard stat(path, &facts) == 0 else { return nil }
    identity = FileIdentity(facts)
    size = Int(facts.st_size)
    seconds = facts.st_mtim.tv_sec
    nanoseconds = facts.st_mtim.tv_nsec
  }
}
