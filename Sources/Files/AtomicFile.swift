import Glibc

/// A file written beside its place and renamed into it, so that nobody ever sees half of it.
///
/// Bytes gather in a buffer of 1 MiB. Without a call of ``commit()`` nothing is left behind.
public final class AtomicFile {
  private let path: String
  private let temporaryPath: String
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let bufferSize = 1 << 20

  /// Opens a temporary file in the folder of `path`.
  /// - Throws: ``FileError`` where the folder is missing or cannot be written.
  public init(_ path: String) throws(FileError) {
    self.path = path
    let folder = FilePaths.parent(of: path)
    var template = Array(FilePaths.join(folder, ".\(FilePaths.name(of: path)).XXXXXX").utf8CString)
    let opened = mkstemp(&template)
    guard opened >= 0 else { throw FileError("cannot write", path) }
    descriptor = opened
    _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
    temporaryPath = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    buffer.reserveCapacity(Self.bufferSize)
  }

  deinit { discard() }

  /// Appends bytes.
  /// - Throws: ``FileError``, for instance on a full disk.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    if buffer.count + bytes.count > Self.bufferSize { try flush() }
    if bytes.count >= Self.bufferSize {
      try writeAll(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Appends bytes.
  public func write(_ bytes: [UInt8]) throws(FileError) {
    try Self.lending(bytes) { (raw) throws(FileError) in try self.write(raw) }
  }

  /// Appends text as UTF-8.
  public func write(_ text: String) throws(FileError) { try write(Array(text.utf8)) }

  /// Writes what is left and renames the file into its place, with the permissions `mode`.
  /// - Throws: ``FileError``; the file that stood there before is untouched then.
  public func commit(mode: mode_t = 0o644) throws(FileError) {
    try flush()
    guard fchmod(descriptor, mode) == 0 else { throw FileError("cannot set permissions of", path) }
    let closed = close(descriptor)
    descriptor = -1
    guard closed == 0, rename(temporaryPath, path) == 0 else {
      let reason = FileError("cannot write", path)
      unlink(temporaryPath)
      throw reason
    }
  }

  /// Writes `text` to `path` in one go.
  public static func write(_ text: String, to path: String) throws(FileError) {
    let file = try AtomicFile(path)
    try file.write(text)
    try file.commit()
  }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    descriptor = -1
    unlink(temporaryPath)
  }

  private func flush() throws(FileError) {
    guard !buffer.isEmpty else { return }
    try Self.lending(buffer) { (raw) throws(FileError) in try self.writeAll(raw) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let written = Glibc.write(descriptor, start, min(rest.count, 1 << 30))
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { throw FileError("cannot write", path) }
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  private static func lending(
    _ bytes: [UInt8],
    to body: (UnsafeRawBufferPointer) throws(FileError) -> Void
  ) throws(FileError) {
    var failure: FileError?
    bytes.withUnsafeBytes { raw in
      do throws(FileError) { try body(raw) } catch { failure = error }
    }
    if let failure { throw failure }
  }
}
