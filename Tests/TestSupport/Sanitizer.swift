import Foundation

/// The sanitizers of the compiler, under which `.ci/sanitize` runs the tests.
package enum Sanitizer {
  /// Whether the tests run under one: it takes more address space than there is memory, so that none of it can be limited.
  package static let isThere = ProcessInfo.processInfo.environment["TOWERBOOK_SANITIZER"] != nil
}
