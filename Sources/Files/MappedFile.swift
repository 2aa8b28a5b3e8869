import Glibc

/// A regular file's bytes, mapped into memory to be read; unmapped when the object goes.
package final class MappedFile {
  /// The path it was opened by.
  package let path: String
  private let bytes: UnsafeRawBufferPointer
  /// The open file, from which ``map(from:to:)`` takes pages; -1 where it is closed.
  private var descriptor: Int32 = -1

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
  /// - Parameters:
  ///   - isScanned: whether it is read from its beginning to its end, so that the system may read ahead.
  ///   - isCopied: whether its bytes are read now, into memory, and stay as they are: who maps a file that another process
  ///     cuts short is ended by the system when it reads on.
  ///   - staysOpen: whether ``map(from:to:)`` maps, until ``closeFile()``.
  /// - Throws: ``FileError`` where it is missing, unreadable, a folder, or no regular file.
  package init(_ path: String, isScanned: Bool = true, isCopied: Bool = false, staysOpen: Bool = false)
    throws(FileError)
  {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError("cannot read", path) }
    var isKept = false
    defer { if !isKept { close(descriptor) } }
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
    if isCopied {
      bytes = UnsafeRawBufferPointer(start: try Self.copy(descriptor, size, path), count: size)
      return
    }
    guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
      throw FileError("cannot map", path)
    }
    if isScanned { madvise(start, size, MADV_SEQUENTIAL) }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
    guard staysOpen else { return }
    self.descriptor = descriptor
    isKept = true
  }

  private static func copy(_ descriptor: Int32, _ size: Int, _ path: String) throws(FileError)
    -> UnsafeMutableRawPointer
  {
    let flags = MAP_PRIVATE | MAP_ANONYMOUS
    guard let start = mmap(nil, size, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
      throw FileError("cannot read", path)
    }
    var done = 0
    while done < size {
      let got = pread(descriptor, start + done, min(size - done, 1 << 28), off_t(done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        let failure =
          got < 0
          ? FileError("cannot read", path)
          : FileError("cannot read", path, reason: "it became shorter while it was read")
        munmap(start, size)
        throw failure
      }
      done += got
    }
    return start
  }

  /// From now on the file is read in any order.
  package func expectsAnyOrder() {
    guard let start = bytes.baseAddress else { return }
    madvise(UnsafeMutableRawPointer(mutating: start), bytes.count, MADV_NORMAL)
  }

  /// Replaces the pages that lie wholly in `memory` by those of the file from `start` on. Nobody has a use for what they hold, and
  /// the memory stays its owner's, who frees it with the pages.
  /// - Returns: which bytes of `memory` are the file's now: none where the file is not open, or where pages lie otherwise in
  ///   it than in memory.
  func map(from start: Int, to memory: UnsafeMutableRawBufferPointer) -> Range<Int> {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let address = Int(bitPattern: memory.baseAddress)
    let first = (page - address % page) % page
    let end = (address + memory.count) / page * page - address
    guard descriptor >= 0, address % page == start % page, first < end, let base = memory.baseAddress else {
      return 0..<0
    }
    let flags = MAP_PRIVATE | MAP_FIXED
    let mapped = mmap(
      base + first,
      end - first,
      PROT_READ | PROT_WRITE,
      flags,
      descriptor,
      off_t(start + first)
    )
    guard mapped != MAP_FAILED else { return 0..<0 }
    GroupMemory.allowMappedPages()
    return first..<end
  }

  /// Closes the file; what is mapped stays.
  func closeFile() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  deinit {
    closeFile()
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
