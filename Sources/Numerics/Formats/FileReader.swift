import Files
import Glibc

/// A regular file opened for reading, whose size is known and trusted over what its content says.
final class FileReader {
  let path: String
  let size: Int
  private let descriptor: Int32

  /// Opens the file at `path`.
  init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 { throw FileError("cannot read", path) }
    var status = stat()
    let found = fstat(descriptor, &status)
    size = Int(status.st_size)
    if found != 0 || status.st_mode & S_IFMT != S_IFREG {
      let code = found != 0 ? errno : status.st_mode & S_IFMT == S_IFDIR ? EISDIR : EINVAL
      throw FileError("cannot read", path, code: code)
    }
  }

  deinit { close(descriptor) }

  /// Fills `target` from `offset` on; the caller has checked that the file is large enough.
  func read(into target: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < target.count {
      let got = pread(
        descriptor,
        target.baseAddress?.advanced(by: done),
        min(target.count - done, 1 << 28),
        off_t(offset + done)
      )
      if got < 0 && errno == EINTR { continue }
      if got < 0 { throw FileError("cannot read", path) }
      if got == 0 { throw FormatFailure(path: path, problem: "the file became shorter while it was read") }
      done += got
    }
  }

  /// `count` elements from `offset` on, as they lie in the file.
  func elements<Element: BitwiseCopyable>(of type: Element.Type, count: Int, at offset: Int) throws
    -> [Element]
  {
    try [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      let room = UnsafeMutableBufferPointer(rebasing: buffer[..<count])
      try read(into: UnsafeMutableRawBufferPointer(room), at: offset)
      initialized = count
    }
  }
}
