/// A run that cannot begin, because its folders cannot be made or written; nothing was computed.
public struct CannotStart: Error, CustomStringConvertible {
  /// Why.
  public var description: String
  /// Makes the error.
  init(_ reason: any Error) { description = "\(reason)" }
}
