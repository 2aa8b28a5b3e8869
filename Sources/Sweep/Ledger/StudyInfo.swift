/// What a study is, written once when its ledger is made.
public struct StudyInfo: Codable, Sendable, Equatable {
  /// The study's name.
  public var name: String
  /// The path of its recipe, as it was given.
  public var recipe: String
  /// The digest of its definition: a study goes on only under the same one.
  public var digest: String
  /// The seed of its sampler.
  public var seed: UInt64
  /// The metrics it moves, in the order of each trial's `values`.
  public var goals: [Goal]
  /// The parameters it searches.
  public var space: SearchSpace
  /// Settings given beside the recipe, each as `path=value`.
  public var overrides: [String] = []
  /// The rest of its definition, as JSON text that the ledger keeps as it is.
  public var definition = "{}"
  /// When it was made, seconds since 1970.
  public var created: Double = 0

  /// Makes the description of a study.
  public init(name: String, recipe: String, digest: String, seed: UInt64, goals: [Goal], space: SearchSpace) {
    self.name = name
    self.recipe = recipe
    self.digest = digest
    self.seed = seed
    self.goals = goals
    self.space = space
  }
}
