import Glibc

/// A file that appears under its name when it is complete, and not before.
///
/// It is written beside its place and renamed into it. When anything fails, what was written is removed
/// and an older file of that name stays as it was.
package final class AtomicFile {
  /// The path that the file gets in the end.
  package let path: String
  private var temporaryPath: String
  private var descriptor: Int32

  /// How much is handed to the system at once. Of much more it may take large pages for what it keeps of the file, and in a virtual
  /// machine these may be some that the host has to find first: ten times as slow.
  private static let pieceBytes = 1 << 20

  private init(_ path: String) throws(FileError) {
    self.path = path
    repeat {
      temporaryPath = Self.temporaryName(beside: path)
      // Not mkstemp: that leaves a file that only its owner can read.
      descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor < 0 { throw FileError("cannot write", path) }
      if Ownership.hold(descriptor, temporaryPath) { return }
      close(descriptor)
    } while true
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Writes a file at `path`: `body` writes its content in order.
  ///
  /// - Parameter synchronized: waits until the content is on the disk, so that it survives a crash of the
  ///   machine; false by default.
  /// - Throws: ``FileError`` when the system refuses (no space, no permission, no such directory, the path
  ///   is a directory); what `body` throws.
  package static func write<Result>(
    to path: String,
    synchronized: Bool = false,
    _ body: (AtomicFile) throws -> Result
  ) throws -> Result {
    let file = try AtomicFile(path)
    do {
      let result = try body(file)
      try file.finish(synchronized: synchronized)
      return result
    } catch {
      unlink(file.temporaryPath)
      throw error
    }
  }

  /// Writes `text` to `path` as UTF-8.
  /// - Throws: ``FileError``.
  package static func write(_ text: String, to path: String) throws {
    try write(to: path) { try $0.append(text) }
  }

  /// Replaces the file at `path` by one that other code writes: `body` is given the path to write to.
  ///
  /// - Throws: ``FileError`` where that file cannot be made or put in its place; what `body` throws.
  package static func replace<Result>(
    _ path: String,
    synchronized: Bool = false,
    _ body: (_ temporaryPath: String) throws -> Result
  ) throws -> Result {
    try write(to: path, synchronized: synchronized) { try body($0.temporaryPath) }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``FileError`` when they cannot all be written.
  package func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while let start = UnsafeRawBufferPointer(rebasing: rest).baseAddress, !rest.isEmpty {
      let written = Glibc.write(descriptor, start, min(rest.count, Self.pieceBytes))
      if written < 0 && errno == EINTR { continue }
      if written < 0 { throw FileError("cannot write", path) }
      rest = rest.dropFirst(written)
    }
  }

  /// Writes `text` as UTF-8 over the bytes that were appended from `offset` on.
  ///
  /// - Throws: ``FileError`` when they cannot all be written.
  package func overwrite(at offset: Int, with text: String) throws(FileError) {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes {
        pwrite(descriptor, $0.baseAddress, $0.count, offset + text.utf8.count - rest.count)
      }
      if written < 0 && errno == EINTR { continue }
      if written < 0 { throw FileError("cannot write", path) }
      rest = rest.dropFirst(written)
    }
  }

  /// Appends the elements of an array as they lie in memory.
  ///
  /// - Throws: ``FileError`` when they cannot all be written.
  package func append<Element: BitwiseCopyable>(_ elements: [Element]) throws(FileError) {
    // Typed throws do not pass through the closure that lends the memory.
    let outcome = elements.withUnsafeBytes { bytes in
      Swift.Result { () throws(FileError) in try append(bytes) }
    }
    try outcome.get()
  }

  /// Appends a text as UTF-8.
  ///
  /// - Throws: ``FileError`` when it cannot all be written.
  package func append(_ text: String) throws(FileError) {
    try append(Array(text.utf8))
  }

  private func finish(synchronized: Bool) throws(FileError) {
    if synchronized && fsync(descriptor) != 0 { throw FileError("cannot write", path) }
    // Some file systems tell only when a descriptor is closed that there was no space. The file itself stays open, and locked,
    // until it has its name: who clears up behind others would take it for abandoned.
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    if copy < 0 || close(copy) != 0 { throw FileError("cannot write", path) }
    if rename(temporaryPath, path) != 0 { throw FileError("cannot write", path) }
    close(descriptor)
    descriptor = -1
    if synchronized { try synchronizeDirectory() }
  }

  /// Without this the rename itself may be lost with the machine.
  private func synchronizeDirectory() throws(FileError) {
    let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
    let opened = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if opened < 0 { throw FileError("cannot write", path) }
    defer { close(opened) }
    // File systems that cannot do this for a directory answer EINVAL.
    if fsync(opened) != 0 && errno != EINVAL { throw FileError("cannot write", path) }
  }

  private static func temporaryName(beside path: String) -> String {
    let cut = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
    let mark = String(UInt64.random(in: .min ... .max), radix: 36)
    // A long name is cut, so that the mark does not make it too long for the file system.
    return "\(path[..<cut]).\(path[cut...].prefix(48)).\(getpid())-\(mark).tmp"
  }

  /// Whether a file of this name is one that was being written.
  static func isTemporaryName(_ name: String) -> Bool {
    name.wholeMatch(of: /\..*\.[0-9]+-[0-9a-z]+\.tmp/) != nil
  }
}
