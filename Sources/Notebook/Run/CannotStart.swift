/// A run that cannot begin, because its folders cannot be made or written; nothing was computed.
package struct CannotStart: Error, CustomStringConvertible {
  /// Why.
  package var description: String
  /// Makes the error.
  init(_ reason: any Error) { description = "\(reason)" }
}
