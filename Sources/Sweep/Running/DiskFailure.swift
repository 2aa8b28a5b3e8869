import Glibc

/// Errors that come of a disk which is full, fails or may not be written to. No trial can help them, and the next would fare no
/// better.
package enum DiskFailure {
  /// What a trial's process ends with then, as its words may find no place on the same disk: EX_IOERR of sysexits.h.
  package static let exitCode: Int32 = 74

  /// The system's words, by which errors are told: steps wrap them in their own.
  private static let words =
    [ENOSPC, EDQUOT, EROFS, EIO].compactMap { strerror($0).map { String(cString: $0) } } + [
      LedgerError.noSpace
    ]

  /// Whether `error` is one.
  package static func isOne(_ error: any Error) -> Bool { isOne(saying: "\(error)") }

  /// Whether an error that says `text` is one.
  static func isOne(saying text: String) -> Bool { words.contains { text.contains($0) } }
}
