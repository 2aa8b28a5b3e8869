import Files
import Glibc
import Synchronization

/// The trial's side of its folder: says lines, one write each.
final class TrialTeller: Sendable {
  private let path: String
  private let writing = Mutex(())

  init(_ post: TrialPost) { path = post.told }

  /// Says a line.
  /// - Throws: `FileError` where it cannot be written whole, or nobody listens any more.
  func say(_ told: TrialTold) throws {
    // A line that a kill cut off ends where the next begins.
    let bytes = Array("\n\(try CodableJSON.text(told))\n".utf8)
    try writing.withLock { _ in
      let file = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
      guard file >= 0 else { throw FileError("cannot write", path) }
      let count = write(file, bytes, bytes.count)
      let failure =
        count == bytes.count ? nil : FileError("cannot write", path, code: count < 0 ? errno : ENOSPC)
      // Closing is what makes it seen on other machines, and where network file systems tell what went wrong.
      guard close(file) == 0 || failure != nil else { throw FileError("cannot write", path) }
      if let failure { throw failure }
    }
  }
}

/// The other side: hears what was said since.
struct TrialListener {
  private let path: String
  private var offset = 0
  /// What is read at once, in bytes.
  private static let pieceBytes = 1 << 20

  init(_ post: TrialPost) { path = post.told }

  /// The lines said since the last call, in order; what is no line of a trial's is passed over.
  mutating func news() -> [TrialTold] {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return [] }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Self.pieceBytes)
    let count = pread(file, &bytes, bytes.count, off_t(offset))
    guard count > 0, let last = bytes[..<count].lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    offset += last + 1
    return bytes[..<last].split(separator: UInt8(ascii: "\n")).compactMap { line in
      try? CodableJSON.value(TrialTold.self, from: String(decoding: line, as: UTF8.self))
    }
  }
}
