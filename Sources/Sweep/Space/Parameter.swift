/// One dimension of a search: a setting, where its values come from, and when it counts.
public struct Parameter: Sendable, Equatable, Codable {
  /// Values of another parameter under which this one counts.
  public struct Clause: Sendable, Equatable, Codable {
    /// The other parameter's name.
    public var parameter: String
    /// The internal values under which this one counts.
    public var allowed: [Double]

    /// Makes a clause.
    public init(parameter: String, allowed: [Double]) {
      self.parameter = parameter
      self.allowed = allowed
    }
  }

  /// The setting: `train.learning_rate`.
  public var name: String
  /// Where its values come from.
  public var distribution: Distribution
  /// What must hold for it to count: all clauses. Empty where it always counts.
  public var when: [Clause]

  /// Makes a parameter.
  public init(name: String, distribution: Distribution, when: [Clause] = []) {
    self.name = name
    self.distribution = distribution
    self.when = when
  }
}
