/// How much of the metric's variation each parameter accounts for, and by which method.
public struct ParameterImportance: Sendable, Equatable {
  /// One parameter's part.
  public struct Share: Sendable, Equatable {
    /// The parameter's name.
    public var name: String
    /// Its part of the variation, 0 to 1; not a number where it is unknown.
    public var share: Double

    /// Makes a part.
    public init(name: String, share: Double) {
      self.name = name
      self.share = share
    }
  }

  /// The method's name, as a reader would look it up: `fANOVA`.
  public var method: String
  /// The parts, in any order.
  public var shares: [Share]

  /// Takes pairs of name and share.
  public init(method: String, shares: [(name: String, share: Double)]) {
    self.method = method
    self.shares = shares.map { Share(name: $0.name, share: $0.share) }
  }
}
