import Files

/// One thing that a cache holds: a step's result, or what a stopped step left to go on from.
public struct CacheItem: Equatable, Sendable {
  /// What it is.
  public enum Kind: String, Sendable {
    /// A step's result.
    case result
    /// What a stopped step had so far.
    case checkpoint
  }

  /// What it is.
  public var kind: Kind
  /// The key it is kept under.
  public var key: Digest
  /// The step's name; nil for a checkpoint, and where what is written of it is damaged.
  public var step: String?
  /// The bytes of its files. A run holds some of them too, and keeps them when the item goes.
  public var size: Int
  /// When it was made or last used, in seconds since 1970.
  public var lastUse: Int
  /// Its folder or file.
  let path: String
}
