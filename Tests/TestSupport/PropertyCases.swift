import Foundation

/// How many random cases a property is checked for.
package enum PropertyCases {
  /// `TOWERBOOK_CASES`, else so few that every change can be held against them.
  package static let count =
    ProcessInfo.processInfo.environment["TOWERBOOK_CASES"].flatMap(Int.init).map { max(1, $0) } ?? 300
}
