/// What a study is, written once when its ledger is made.
package struct StudyInfo: Codable, Sendable, Equatable {
  /// The study's name.
  package var name: String
  /// The path of its recipe, as it was given.
  package var recipe: String
  /// The digest of its definition: a study goes on only under the same one.
  package var digest: String
  /// The seed of its sampler.
  package var seed: UInt64
  /// The metrics it moves, in the order of each trial's `values`.
  package var goals: [Goal]
  /// The parameters it searches.
  package var space: SearchSpace
  /// Settings given beside the recipe, each as `path=value`.
  package var overrides: [String] = []
  /// The rest of its definition, as JSON text that the ledger keeps as it is.
  package var definition = "{}"
  /// When it was made, seconds since 1970.
  package var created: Double = 0

  /// Makes the description of a study.
  package init(name: String, recipe: String, digest: String, seed: UInt64, goals: [Goal], space: SearchSpace)
  {
    self.name = name
    self.recipe = recipe
    self.digest = digest
    self.seed = seed
    self.goals = goals
    self.space = space
  }
}
