import CXXHash
import Glibc

/// An append-only file of records, each with its length and checksums, for what must survive the end of the process.
///
/// The file begins with a line that says what it is, ``firstLine``. A record is a header of 16 bytes and its content: the
/// content's length (32 bits), a checksum of that length and of the place (the low 32 bits of XXH3 with the place as its seed),
/// and the content's checksum (XXH3, 64 bits), all little-endian. What was appended is on the disk when ``append(_:)`` is
/// done. A write that a kill cut off leaves a record that ends behind the end of the file: it is cut off when the file is
/// opened. Any other record that is not whole is damage, and an error.
package final class RecordLog {
  /// The file.
  package let path: String
  /// Where the last whole record ends.
  package private(set) var byteCount: Int
  /// How many bytes of a record that was not whole were cut off at opening.
  package private(set) var cutBytes = 0

  private let descriptor: Int32
  private let firstLine: [UInt8]
  /// Why nothing more is appended; nil while all is well.
  private var failure: FileError?

  private static let headerBytes = 16
  /// No content is longer.
  private static let mostBytes = 1 << 28
  private static let readBytes = 1 << 20

  /// Opens the log at `path`, or makes it, for this process alone, and reads it all.
  /// - Parameters:
  ///   - firstLine: what the file begins with, without the line's end.
  ///   - body: gets the content of each record and where it begins, in the order in which they were appended.
  /// - Throws: ``FileError`` where the file is in use by another process, of another kind or damaged; what `body` throws.
  package init(_ path: String, firstLine: String, _ body: (UnsafeRawBufferPointer, Int) throws -> Void) throws
  {
    self.path = path
    self.firstLine = Array((firstLine + "\n").utf8)
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw FileError("cannot open", path) }
    byteCount = self.firstLine.count
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      throw errno == EWOULDBLOCK
        ? FileError("cannot open", path, reason: "another process uses it") : FileError("cannot open", path)
    }
    try begin()
    byteCount = try read(upTo: nil, body)
    try cut()
  }

  deinit { close(descriptor) }

  /// Reads all records again.
  package func read(_ body: (UnsafeRawBufferPointer, Int) throws -> Void) throws {
    _ = try read(upTo: byteCount, body)
  }

  /// Appends records, in one write, and waits until they are on the disk.
  /// - Throws: ``FileError``; then none of them counts. Where the file could not be brought back to what it was before, or the
  ///   disk failed, nothing more is appended until it is opened again.
  package func append(_ records: [[UInt8]]) throws(FileError) {
    if let failure { throw failure }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records.reduce(0) { $0 + Self.headerBytes + $1.count })
    for record in records {
      precondition(record.count <= Self.mostBytes, "a record has at most 256 MiB")
      bytes += Self.header(record, at: byteCount + bytes.count)
      bytes += record
    }
    if let error = write(bytes, at: byteCount) {
      if ftruncate(descriptor, off_t(byteCount)) != 0 { failure = error }
      throw error
    }
    guard fdatasync(descriptor) == 0 else {
      // What the system could not write it may have forgotten: what is in the file now nobody knows.
      let error = FileError("cannot write", path)
      failure = error
      throw error
    }
    byteCount += bytes.count
  }

  // --- writing

  private func write(_ bytes: [UInt8], at offset: Int) -> FileError? {
    var done = 0
    while done < bytes.count {
      let written = bytes.withUnsafeBytes { all in
        let rest = UnsafeRawBufferPointer(rebasing: all[done...])
        return pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
      }
      if written < 0 && errno == EINTR { continue }
      if written <= 0 { return FileError("cannot write", path, code: written < 0 ? errno : EIO) }
      done += written
    }
    return nil
  }

  private static func header(_ content: [UInt8], at offset: Int) -> [UInt8] {
    let length = UInt32(content.count)
    let lengthCheck = check(length, at: offset)
    let contentCheck = content.withUnsafeBytes { XXH3_64bits($0.baseAddress, $0.count) }
    return withUnsafeBytes(of: length.littleEndian, Array.init)
      + withUnsafeBytes(of: lengthCheck.littleEndian, Array.init)
      + withUnsafeBytes(of: contentCheck.littleEndian, Array.init)
  }

  private static func check(_ length: UInt32, at offset: Int) -> UInt32 {
    withUnsafeBytes(of: length.littleEndian) {
      UInt32(truncatingIfNeeded: XXH3_64bits_withSeed($0.baseAddress, $0.count, UInt64(offset)))
    }
  }

  /// Writes the first line into a file that has none, or not all of it.
  private func begin() throws(FileError) {
    var line = [UInt8](repeating: 0, count: firstLine.count)
    let got = line.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
    guard got >= 0 else { throw FileError("cannot read", path) }
    if got == firstLine.count && line == firstLine { return }
    guard got < firstLine.count, line[..<got] == firstLine[..<got] else {
      let wanted = String(decoding: firstLine.dropLast(), as: UTF8.self)
      throw FileError("cannot use", path, reason: "it does not begin with '\(wanted)'")
    }
    if let error = write(firstLine, at: 0) { throw error }
    guard fsync(descriptor) == 0 else { throw FileError("cannot write", path) }
    let folder = open(FilePaths.parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw FileError("cannot open", FilePaths.parent(of: path)) }
    defer { close(folder) }
    // File systems that cannot do this for a folder answer EINVAL.
    if fsync(folder) != 0 && errno != EINVAL { throw FileError("cannot write", path) }
  }

  /// Cuts off what is behind the last whole record.
  private func cut() throws(FileError) {
    guard let size = FilePaths.size(of: path) else { throw FileError("cannot read", path) }
    cutBytes = size - byteCount
    guard cutBytes > 0 else { return }
    guard ftruncate(descriptor, off_t(byteCount)) == 0, fsync(descriptor) == 0 else {
      throw FileError("cannot write", path)
    }
  }

  // --- reading

  /// Reads records up to byte `end`, or to the end of the file; gives where the last whole one ends.
  private func read(upTo end: Int?, _ body: (UnsafeRawBufferPointer, Int) throws -> Void) throws -> Int {
    guard let size = end ?? FilePaths.size(of: path) else { throw FileError("cannot read", path) }
    var window: [UInt8] = []
    var (start, offset) = (firstLine.count, firstLine.count)
    /// Makes `count` bytes from `offset` on lie in the window.
    func load(_ count: Int) throws(FileError) {
      guard offset - start + count > window.count else { return }
      window.removeFirst(offset - start)
      start = offset
      let held = window.count
      let wanted = min(max(count, Self.readBytes), size - offset)
      window += [UInt8](repeating: 0, count: wanted - held)
      var done = held
      while done < wanted {
        let got = window.withUnsafeMutableBytes { bytes in
          let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[done...])
          return pread(descriptor, rest.baseAddress, rest.count, off_t(start + done))
        }
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { throw FileError("cannot read", path, code: got < 0 ? errno : EIO) }
        done += got
      }
    }
    while size - offset >= Self.headerBytes {
      try load(Self.headerBytes)
      let (length, isLength, check) = header(window, offset - start, at: offset)
      guard isLength else {
        if end == nil, try isBlank(from: offset, to: size) { break }
        throw damage(offset)
      }
      guard size - offset - Self.headerBytes >= length else { break }
      try load(Self.headerBytes + length)
      try window.withUnsafeBytes { bytes in
        let first = offset - start + Self.headerBytes
        let content = UnsafeRawBufferPointer(rebasing: bytes[first..<first + length])
        guard XXH3_64bits(content.baseAddress, length) == check else { throw damage(offset) }
        try body(content, offset)
      }
      offset += Self.headerBytes + length
    }
    return offset
  }

  private func header(_ window: [UInt8], _ place: Int, at offset: Int) -> (
    length: Int, isLength: Bool, check: UInt64
  ) {
    window.withUnsafeBytes { bytes in
      let length = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt32.self))
      let lengthCheck = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 4, as: UInt32.self))
      let check = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
      let isLength = lengthCheck == Self.check(length, at: offset) && length <= Self.mostBytes
      return (Int(length), isLength, check)
    }
  }

  /// Whether nothing but zeros is there: what a machine that lost its power leaves of a write.
  private func isBlank(from offset: Int, to size: Int) throws(FileError) -> Bool {
    var block = [UInt8](repeating: 0, count: Self.readBytes)
    var place = offset
    while place < size {
      let got = block.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress, min($0.count, size - place), off_t(place))
      }
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else { throw FileError("cannot read", path, code: got < 0 ? errno : EIO) }
      guard block[..<got].allSatisfy({ $0 == 0 }) else { return false }
      place += got
    }
    return true
  }

  private func damage(_ offset: Int) -> FileError {
    FileError(
      "cannot use",
      path,
      reason:
        "it is damaged: the record at byte \(offset) is not what was written; take it from a backup, or give up that "
        + "record and what came after it with 'truncate -s \(offset)'"
    )
  }
}
