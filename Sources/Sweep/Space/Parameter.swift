/// One dimension of a search: a setting, where its values come from, and when it counts.
package struct Parameter: Sendable, Equatable, Codable {
  /// Values of another parameter under which this one counts.
  package struct Clause: Sendable, Equatable, Codable {
    /// The other parameter's name.
    package var parameter: String
    /// The internal values under which this one counts.
    package var allowed: [Double]

    /// Makes a clause.
    package init(parameter: String, allowed: [Double]) {
      self.parameter = parameter
      self.allowed = allowed
    }
  }

  /// The setting: `train.learning_rate`.
  package var name: String
  /// Where its values come from.
  package var distribution: Distribution
  /// What must hold for it to count: all clauses. Empty where it always counts.
  package var when: [Clause]

  /// Makes a parameter.
  package init(name: String, distribution: Distribution, when: [Clause] = []) {
    self.name = name
    self.distribution = distribution
    self.when = when
  }
}
