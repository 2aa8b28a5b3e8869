import Files
import Glibc

/// Reads files that are meant to be short, and says in words why one cannot be read.
enum SmallFile {
  /// Why a file was not read.
  struct Failure: Error { var reason: String }

  /// The file's bytes.
  /// - Throws: `Failure` where there is no regular file, it cannot be read, or it is longer than `limit`.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    if path.utf8.contains(0) { throw Failure(reason: "its name holds a NUL character") }
    // Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { throw failure(errno) }
    defer { close(file) }
    var facts = stat()
    guard fstat(file, &facts) == 0 else { throw failure(errno) }
    switch facts.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw Failure(reason: "expected a file, got a directory")
    default: throw Failure(reason: "expected a regular file, got a device or a pipe")
    }
    guard Int(facts.st_size) <= limit else { throw tooLong(Int(facts.st_size), limit) }
    return try contents(of: file, limit: limit)
  }

  /// The bytes of a recipe at an absolute path, or what takes its place.
  /// - Throws: `Failure` as ``read(_:limit:)``.
  static func read(recipe path: String, unsaved: [String: [UInt8]]) throws(Failure) -> [UInt8] {
    guard !unsaved.isEmpty, let text = unsaved[FilePaths.real(path)] else {
      return try read(path, limit: Limits.recipeBytes)
    }
    if text.count > Limits.recipeBytes { throw tooLong(text.count, Limits.recipeBytes) }
    return text
  }

  private static func contents(of file: Int32, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Glibc.read(file, &chunk, chunk.count)
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw failure(errno)
      }
      bytes += chunk[..<count]
      // Files under /proc are longer than they say.
      if bytes.count > limit { throw tooLong(bytes.count, limit) }
    }
  }

  /// The failure of a text that is too long, in bytes.
  static func tooLong(_ count: Int, _ limit: Int) -> Failure {
    Failure(reason: "expected at most \(limit) bytes (\(limit >> 20) MiB), got \(count)")
  }

  private static func failure(_ code: Int32) -> Failure {
    switch code {
    case ENOENT: Failure(reason: "there is no such file")
    case ENOTDIR: Failure(reason: "a part of its path is no directory")
    case EACCES: Failure(reason: "permission denied")
    default: Failure(reason: String(cString: strerror(code)))
    }
  }
}
