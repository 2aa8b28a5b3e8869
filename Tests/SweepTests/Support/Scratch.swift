import Foundation
import Sweep

/// A folder of a test's own, gone with it.
final class Scratch: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/sweep-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// A new ledger of `Studies.info()`.
  func ledger(_ name: String = "study.db") throws -> Ledger {
    try Ledger(creating: file(name), Studies.info())
  }
}
