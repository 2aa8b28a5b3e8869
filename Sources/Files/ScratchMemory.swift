import Glibc

/// Memory that lies in a file without a name, all zero at first: where memory is short, the system writes what it holds to
/// the file and reads it again when it is needed.
///
/// The file's space is taken when it is made, so that writing to the memory cannot fail later, and is free again when the
/// object goes, or the process, however it ends.
package final class ScratchMemory {
  /// The bytes, aligned to a page.
  package let bytes: UnsafeMutableRawBufferPointer

  /// Makes `byteCount` bytes in a file in `folder`.
  /// - Throws: ``FileError`` where the folder takes no file, or has no room for one of this size.
  package init(byteCount: Int, in folder: String) throws(FileError) {
    precondition(byteCount >= 0, "memory has no negative size")
    let descriptor = try Self.namelessFile(in: folder)
    defer { close(descriptor) }
    let count = max(byteCount, 1)
    var code: Int32
    repeat { code = posix_fallocate(descriptor, 0, off_t(count)) } while code == EINTR
    guard code == 0 else { throw FileError("cannot take \(count) bytes of the disk in", folder, code: code) }
    guard let start = mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0), start != MAP_FAILED
    else { throw FileError("cannot map a file in", folder) }
    // What the system reads ahead of a fault comes in large folios, and ext4 goes through all of one for each page of it that is
    // written to: tables four times as slow.
    madvise(start, count, MADV_RANDOM)
    bytes = UnsafeMutableRawBufferPointer(start: start, count: count)
  }

  /// The bytes in `range` are needed soon: the system begins to read them.
  package func expect(_ range: Range<Int>) {
    let page = Int(sysconf(Int32(_SC_PAGESIZE)))
    let start = range.lowerBound / page * page
    guard let base = bytes.baseAddress, start < min(range.upperBound, bytes.count) else { return }
    madvise(base + start, min(range.upperBound, bytes.count) - start, MADV_WILLNEED)
  }

  deinit { munmap(bytes.baseAddress, bytes.count) }

  /// Opens a file that no folder lists; where the file system has no such files, one whose name is taken away at once.
  private static func namelessFile(in folder: String) throws(FileError) -> Int32 {
    // glibc's name for it is a macro that Swift does not see: a bit of its own, and that of a folder.
    let nameless: Int32 = 0o20_000_000 | O_DIRECTORY
    let descriptor = open(folder, nameless | O_RDWR | O_CLOEXEC, 0o600)
    if descriptor >= 0 { return descriptor }
    guard [EOPNOTSUPP, EISDIR, EINVAL].contains(errno) else {
      throw FileError("cannot make a file in", folder)
    }
    var template = Array(FilePaths.join(folder, ".scratch-XXXXXX").utf8CString)
    let named = mkstemp(&template)
    guard named >= 0 else { throw FileError("cannot make a file in", folder) }
    _ = fcntl(named, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return named
  }
}
