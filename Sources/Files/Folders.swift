import Glibc

/// Folders made, filled and removed.
package enum Folders {
  /// Makes a folder and those above it that are missing.
  /// - Throws: ``FileError``, for instance where a file stands in the way.
  package static func make(_ path: String) throws(FileError) {
    if path.isEmpty || FilePaths.isFolder(path) { return }
    let parent = FilePaths.parent(of: path)
    if parent != path { try make(parent) }
    guard mkdir(path, 0o755) != 0 else { return }
    let code = errno
    if FilePaths.isFolder(path) { return }
    guard code == EEXIST else { throw FileError("cannot make folder", path, code: code) }
    throw FileError("cannot make folder", path, reason: "a file of that name is in the way")
  }

  /// Removes a file or a whole folder; what is not there is no error. Links are removed, not followed.
  package static func remove(_ path: String) throws(FileError) {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return }
    guard facts.st_mode & S_IFMT == S_IFDIR else {
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError("cannot remove", path) }
      return
    }
    do { for name in try FilePaths.list(path) { try remove(FilePaths.join(path, name)) } } catch {
      if !FilePaths.exists(path) { return }  // another process was at the same
      throw error
    }
    guard rmdir(path) == 0 || errno == ENOENT else { throw FileError("cannot remove", path) }
  }

  /// Moves a file within its file system, in place of the file that has the other name.
  /// - Throws: ``FileError``, for instance where a folder has that name.
  package static func move(_ source: String, to target: String) throws(FileError) {
    guard rename(source, target) == 0 else { throw FileError("cannot write", target) }
  }

  /// The bytes of a file, or of all files in a folder and below; links are counted themselves, not followed.
  package static func size(of path: String) -> Int {
    var facts = stat()
    guard lstat(path, &facts) == 0 else { return 0 }
    guard facts.st_mode & S_IFMT == S_IFDIR else { return Int(facts.st_size) }
    return ((try? FilePaths.list(path)) ?? []).reduce(0) { $0 + size(of: FilePaths.join(path, $1)) }
  }

  /// Puts the file at `source` under `target` too: as a second name where the file system allows,
  /// as a copy elsewhere. What stood at `target` is replaced in one step.
  package static func link(_ source: String, to target: String) throws {
    let beside = target + ".link-\(getpid())"
    unlink(beside)
    if Glibc.link(source, beside) != 0 { return try copy(source, to: target) }
    guard rename(beside, target) == 0 else {
      let reason = FileError("cannot write", target)
      unlink(beside)
      throw reason
    }
    unlink(beside)  // rename does nothing where both are names of one file already
  }

  /// Writes the content of `source` to `target` too, in one step.
  package static func copy(_ source: String, to target: String) throws {
    let contents = try MappedFile(source)
    try AtomicFile.write(to: target) { copy in try contents.withBytes { try copy.append($0) } }
  }
}
