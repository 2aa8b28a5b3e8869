import Glibc
import Tables

/// The file that candidates are written to, byte by byte, in order.
final class CandidateOutput {
  /// The file as messages call it.
  let name: String
  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private var isClosed = false

  /// Writes to an open file descriptor, which stays the caller's to close.
  init(descriptor: Int32, name: String) {
    self.descriptor = descriptor
    self.name = name
    ownsDescriptor = false
  }

  /// Makes or overwrites the file at `path`.
  /// - Throws: `DataError` where it cannot be made.
  init(path: String) throws {
    name = path
    ownsDescriptor = true
    descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw DataError("cannot be written: \(systemMessage(errno))", file: path) }
  }

  deinit { if ownsDescriptor, !isClosed { Glibc.close(descriptor) } }

  /// Appends bytes, behind `rows` rows that were written before.
  /// - Throws: `DataError` where they cannot all be written.
  func write(_ bytes: UnsafeRawBufferPointer, afterRows rows: Int) throws {
    var written = 0
    while written < bytes.count, let start = bytes.baseAddress {
      let count = Glibc.write(descriptor, start + written, bytes.count - written)
      if count < 0 {
        if errno == EINTR { continue }
        throw DataError("cannot be written after \(rows) rows: \(systemMessage(errno))", file: name)
      }
      written += count
    }
  }

  /// Finishes the file: a failure on the way to the disk is reported.
  /// - Throws: `DataError` where the system reports that something was not written.
  func close() throws {
    guard !isClosed, ownsDescriptor else { return }
    isClosed = true
    guard Glibc.close(descriptor) == 0 else {
      throw DataError("cannot be written: \(systemMessage(errno))", file: name)
    }
  }
}
