import Glibc

/// Symbolic links.
package enum Links {
  /// Whether a link stands at `path`, wherever it leads.
  package static func isLink(_ path: String) -> Bool {
    var facts = stat()
    return lstat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFLNK
  }

  /// What the link at `path` says, as it is written in it; nil where there is none.
  package static func target(of path: String) -> String? {
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlink(path, &text, text.count)
    return count < 0 ? nil : String(decoding: text[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Makes a link at `path` that says `target`, in place of one that is there, in one step.
  /// - Throws: ``FileError``.
  package static func make(_ path: String, to target: String) throws(FileError) {
    let beside = FilePaths.join(FilePaths.parent(of: path), ".\(FilePaths.name(of: path)).\(getpid())-link")
    unlink(beside)
    guard symlink(target, beside) == 0, rename(beside, path) == 0 else {
      let reason = FileError("cannot write", path)
      unlink(beside)
      throw reason
    }
  }
}
