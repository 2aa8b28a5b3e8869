import Glibc

/// The bytes of one data file, decompressed where the file is gzip or Zstandard.
///
/// A plain file is mapped, so that only the pages that are read take memory; a compressed one is unpacked
/// into memory. The bytes live as long as this object.
///
/// What is mapped is another when another process writes to the file. Behind it stands a page of line ends, so that a line
/// whose own end is gone since the lines were cut has one.
final class FileBytes {
  let bytes: UnsafeRawBufferPointer
  /// Whether more follows that was not unpacked.
  let isCut: Bool
  private let isMapped: Bool
  /// Whose bytes these are, where they are part of another file's.
  private let owner: FileBytes?

  private init(_ bytes: UnsafeRawBufferPointer, isMapped: Bool, isCut: Bool = false) {
    self.bytes = bytes
    self.isMapped = isMapped
    self.isCut = isCut
    owner = nil
  }

  /// A copy of `bytes`, as if they stood in a file.
  /// - Throws: `DataError` where there is no memory for it.
  convenience init(copying bytes: [UInt8], name: String) throws {
    guard let start = malloc(max(bytes.count, 1)) else {
      throw DataError("there is no memory for \(bytes.count) bytes", file: name)
    }
    bytes.withUnsafeBytes {
      UnsafeMutableRawBufferPointer(start: start, count: bytes.count).copyMemory(from: $0)
    }
    self.init(UnsafeRawBufferPointer(start: start, count: bytes.count), isMapped: false)
  }

  private init(_ owner: FileBytes, from start: Int) {
    bytes = UnsafeRawBufferPointer(rebasing: owner.bytes[start...])
    isMapped = owner.isMapped
    isCut = owner.isCut
    self.owner = owner
  }

  /// The file without its first `count` bytes, of which it has more.
  func dropping(_ count: Int) -> FileBytes { FileBytes(self, from: count) }

  deinit {
    guard owner == nil, let start = UnsafeMutableRawPointer(mutating: bytes.baseAddress) else { return }
    if isMapped { munmap(start, Self.pages(bytes.count) + Self.pages(1)) } else { free(start) }
  }

  /// Opens the file at `path`, which messages call `name`.
  ///
  /// `limit` stops the unpacking of a compressed file after about that many bytes (for a look at its head);
  /// what follows is then not checked. `isPlain` gives the bytes as they lie there, compressed or not.
  /// - Throws: `DataError` where the file is missing, a directory, unreadable, empty, truncated or corrupt.
  static func open(path: String, name: String, limit: Int? = nil, isPlain: Bool = false) throws -> FileBytes {
    let file = try map(path: path, name: name)
    if isPlain { return file }
    switch Compression(of: file.bytes) {
    case .gzip:
      return adopt(try unpackGzip(file.bytes, name: name, limit: limit), limit: limit)
    case .zstandard:
      return adopt(try unpackZstandard(file.bytes, name: name, limit: limit), limit: limit)
    case nil:
      // In a Parquet file called so the columns are.
      if let expected = Compression(ending: path), !file.bytes.starts(with: "PAR1".utf8) {
        throw DataError(
          "expected \(expected.rawValue) data by its name, but it does not begin so",
          file: name
        )
      }
      return file
    }
  }

  /// Takes over what was unpacked; as much as `limit` or more was cut there.
  static func adopt(_ output: UnpackedBytes, limit: Int?) -> FileBytes {
    let isCut = limit.map { output.count >= $0 } ?? false
    return FileBytes(output.release(), isMapped: false, isCut: isCut)
  }

  /// The bytes of `output` in place of those of this file.
  func replaced(by output: UnpackedBytes) -> FileBytes {
    FileBytes(output.release(), isMapped: false, isCut: isCut)
  }

  private static func map(path: String, name: String) throws -> FileBytes {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw DataError(openFailure(errno), file: name) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw DataError(openFailure(errno), file: name) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw DataError("expected a file, but this is a directory", file: name)
    default: throw DataError("expected a regular file, but this is a device, a pipe or a socket", file: name)
    }
    let count = Int(status.st_size)
    guard count > 0 else { throw DataError("the file is empty", file: name) }
    let (size, page) = (pages(count), pages(1))
    guard let start = mmap(nil, size + page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0),
      start != MAP_FAILED
    else { throw DataError("cannot be read: \(systemMessage(errno))", file: name) }
    let flags = MAP_PRIVATE | MAP_FIXED
    guard mmap(start, count, PROT_READ, flags, descriptor, 0) != MAP_FAILED,
      mmap(start + size, page, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0) != MAP_FAILED
    else {
      let code = errno
      munmap(start, size + page)
      throw DataError("cannot be read: \(systemMessage(code))", file: name)
    }
    memset(start + size, Int32(lineFeed), page)
    return FileBytes(UnsafeRawBufferPointer(start: start, count: count), isMapped: true)
  }

  /// `count` bytes and what fills up their last page.
  private static func pages(_ count: Int) -> Int {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    return (count + page - 1) / page * page
  }

  private static func openFailure(_ code: Int32) -> String {
    code == ENOENT || code == ENOTDIR ? "no such file" : "cannot be read: \(systemMessage(code))"
  }
}

/// The system's words for an error number, for instance "Permission denied".
package func systemMessage(_ code: Int32) -> String {
  guard let text = strerror(code) else { return "error \(code)" }
  return String(cString: text)
}

/// How a file is compressed.
enum Compression: String {
  case gzip
  case zstandard = "Zstandard"

  /// What the first bytes say: gzip's `1f 8b`, Zstandard's `28 b5 2f fd` or a skippable frame.
  init?(of bytes: UnsafeRawBufferPointer) {
    if bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B {
      self = .gzip
    } else if bytes.count >= 4, bytes[1] == 0xB5, bytes[0] == 0x28, bytes[2] == 0x2F, bytes[3] == 0xFD {
      self = .zstandard
    } else if bytes.count >= 4, bytes[0] & 0xF0 == 0x50, bytes[1] == 0x2A, bytes[2] == 0x4D, bytes[3] == 0x18
    {
      self = .zstandard
    } else {
      return nil
    }
  }

  /// What the ending of a file's name promises.
  init?(ending path: String) {
    if path.hasSuffix(".gz") {
      self = .gzip
    } else if path.hasSuffix(".zst") {
      self = .zstandard
    } else {
      return nil
    }
  }
}
