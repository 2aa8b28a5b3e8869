import Foundation

/// The sanitizers of the compiler, under which `.ci/sanitize` runs the tests.
package enum Sanitizer {
  private static let kind = ProcessInfo.processInfo.environment["TOWERBOOK_SANITIZER"]
  /// Whether the tests run under one: it takes more address space than there is memory, so that none of it can be limited.
  package static let isThere = kind != nil
  /// Whether it is the one for threads: it keeps a file of its own, which a limit on the size of files would cut.
  package static let writesFiles = kind == "thread"
}
