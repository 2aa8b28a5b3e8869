import Files
import GRDB
import Glibc

/// What is wrong with a study's ledger or with what was asked of it.
package struct LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The ledger's file as it was given, or nil where no file is at fault.
  package var file: String?
  /// What was expected and what came.
  package var message: String

  /// Makes an error, about `file` where one is at fault.
  package init(_ message: String, file: String? = nil) {
    self.message = message
    self.file = file
  }

  /// `study.db: the file is damaged (…)`.
  package var description: String { file.map { "\($0): \(message)" } ?? message }

  /// Runs `body`; errors of SQLite and errors without a file come out with the file's name and plain words.
  static func naming<T>(_ file: String, _ action: String, _ body: () throws -> T) throws -> T {
    do {
      return try body()
    } catch let error as DatabaseError {
      throw LedgerError(words(for: error, action, file), file: file)
    } catch let error as LedgerError where error.file == nil {
      throw LedgerError(error.message, file: file)
    }
  }

  /// Whether the disk that `file` is on has no room for another byte or another file.
  private static func isFull(_ file: String) -> Bool {
    var facts = statvfs()
    guard statvfs(FilePaths.parent(of: file), &facts) == 0 else { return false }
    return facts.f_bavail == 0 || (facts.f_files > 0 && facts.f_favail == 0)
  }

  static let noSpace = "no space left for the file"

  /// What SQLite's code means for somebody who only knows the file.
  private static func words(for error: DatabaseError, _ action: String, _ file: String) -> String {
    let reason = error.message ?? "SQLite code \(error.extendedResultCode.rawValue)"
    switch error.resultCode {
    // SQLite only says that it could not.
    case .SQLITE_CANTOPEN where isFull(file), .SQLITE_IOERR where isFull(file):
      return "cannot \(action): \(noSpace) (\(reason))"
    case .SQLITE_CORRUPT, .SQLITE_NOTADB:
      return "cannot \(action): the file is damaged (\(reason)); restore a copy or start a new study"
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return "cannot \(action): another process held the file for too long (\(reason))"
    case .SQLITE_FULL: return "cannot \(action): \(noSpace) (\(reason))"
    case .SQLITE_READONLY, .SQLITE_PERM: return "cannot \(action): the file may not be written (\(reason))"
    case .SQLITE_CANTOPEN: return "cannot \(action): the file or its folder cannot be opened (\(reason))"
    default: return "cannot \(action): \(reason)"
    }
  }
}
