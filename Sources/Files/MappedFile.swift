import Glibc

/// A regular file's bytes, mapped into memory to be read; unmapped when the object goes.
package final class MappedFile {
  /// The path it was opened by.
  package let path: String
  private let bytes: UnsafeRawBufferPointer

  /// The size in bytes.
  package var count: Int { bytes.count }

  /// Calls `body` with all bytes of the file; they are there as long as the call lasts.
  package func withBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(bytes)
  }

  /// Maps the file at `path`.
  /// - Throws: ``FileError`` where it is missing, unreadable, a folder, or no regular file.
  package init(_ path: String) throws(FileError) {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("cannot read", path) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw FileError("cannot read", path) }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      let isFolder = facts.st_mode & S_IFMT == S_IFDIR
      throw FileError("cannot read", path, reason: isFolder ? "it is a folder" : "it is no regular file")
    }
    let size = Int(facts.st_size)
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw FileError("cannot map", path)
    }
    madvise(start, size, MADV_SEQUENTIAL)
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }

  /// The file's content as an array.
  /// - Throws: ``FileError`` as ``init(_:)`` does.
  package static func read(_ path: String) throws(FileError) -> [UInt8] {
    try MappedFile(path).withBytes { Array($0) }
  }

  /// The file's content as text, what is no UTF-8 replaced.
  /// - Throws: ``FileError`` as ``init(_:)`` does.
  package static func readText(_ path: String) throws(FileError) -> String {
    try MappedFile(path).withBytes { String(decoding: $0, as: UTF8.self) }
  }
}
