/// How much of the metric's variation each parameter accounts for, and by which method.
package struct ParameterImportance: Sendable, Equatable {
  /// One parameter's part.
  package struct Share: Sendable, Equatable {
    /// The parameter's name.
    package var name: String
    /// Its part of the variation, 0 to 1; not a number where it is unknown.
    package var share: Double

    /// Makes a part.
    package init(name: String, share: Double) {
      self.name = name
      self.share = share
    }
  }

  /// Fewer complete settings say nothing: whichever of them happened to differ would seem to matter.
  package static let fewestSettings = 10

  /// By PED-ANOVA over the complete ones of `groups`; nil where there are too few.
  static func known(of groups: [Trial], in space: SearchSpace, _ goal: Goal) -> ParameterImportance? {
    guard groups.count(where: { $0.state == .complete }) >= fewestSettings else { return nil }
    return ParameterImportance(
      method: "PED-ANOVA",
      shares: PedAnova().shares(of: groups, in: space, goals: [goal])
    )
  }

  /// The method's name, as a reader would look it up: `fANOVA`.
  package var method: String
  /// The parts, in any order.
  package var shares: [Share]

  /// Takes pairs of name and share.
  package init(method: String, shares: [(name: String, share: Double)]) {
    self.method = method
    self.shares = shares.map { Share(name: $0.name, share: $0.share) }
  }
}
