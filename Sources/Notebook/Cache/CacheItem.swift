import Files

/// One thing that a cache holds: a step's result, or what a stopped step left to go on from.
package struct CacheItem: Equatable, Sendable {
  /// What it is.
  package enum Kind: String, Sendable {
    /// A step's result.
    case result
    /// What a stopped step had so far.
    case checkpoint
  }

  /// What it is.
  package var kind: Kind
  /// The key it is kept under.
  package var key: Digest
  /// The step's name; nil for a checkpoint, and where what is written of it is damaged.
  package var step: String?
  /// The bytes of its files. A run holds some of them too, and keeps them when the item goes.
  package var size: Int
  /// When it was made or last used, in seconds since 1970.
  package var lastUse: Int
  /// Its folder or file.
  let path: String
}
