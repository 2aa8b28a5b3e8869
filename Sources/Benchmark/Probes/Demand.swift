/// Something that a stage must do at least, and how fast this machine can do it.
struct Demand: Codable, Equatable {
  /// What is counted.
  enum Kind: String, Codable {
    /// Floating-point operations of matrix products.
    case operations
    /// Bytes read from files in the system's cache.
    case read
    /// Bytes moved in memory.
    case moved
    /// Bytes written to files.
    case written
  }

  var kind: Kind
  /// How much of it.
  var amount: Double
  /// How much of it a second, as measured.
  var rate: Double

  /// The least time it takes.
  var seconds: Double { rate > 0 ? amount / rate : 0 }
}
