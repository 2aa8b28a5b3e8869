import Sweep
import TestSupport

extension ScratchFolder {
  /// A new ledger of `Studies.info()`.
  func ledger(_ name: String = "study.db") throws -> Ledger {
    try Ledger(creating: file(name), Studies.info())
  }
}
