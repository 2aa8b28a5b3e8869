/// Work that cannot begin: what it needs is missing, or where it would be written is no place for it; nothing was done.
package struct CannotStart: Error, CustomStringConvertible {
  /// Why.
  package var description: String
  /// Makes the error.
  init(_ reason: any Error) { description = "\(reason)" }
  /// Makes the error from words.
  package init(_ reason: String) { description = reason }
}
