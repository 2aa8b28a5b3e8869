import Report

/// Everything the report of a study is told.
public struct StudyFacts: Sendable {
  /// How the study came to its end.
  public enum Ending: String, Sendable, Codable {
    /// All trials that were asked for are there.
    case complete
    /// Somebody or a limit stopped it before.
    case stopped
  }

  /// The report's title.
  public var title: String
  /// The base recipe's name.
  public var recipe: String
  /// The command that ran the study, as it is typed.
  public var command = ""
  /// How settings were proposed, in words that continue a sentence: `tree-structured Parzen estimator`.
  public var method = ""
  /// How bad trials were stopped early, in such words, or nil for not at all.
  public var earlyTermination: String?
  /// What is moved where, the first goal before all; never empty.
  public var goals: [Goal]
  /// The parameters.
  public var space: SearchSpace
  /// All trials in any state; several may repeat one `group`.
  public var trials: [Trial] = []
  /// What the parameters matter, or nil where it is unknown.
  public var importance: ParameterImportance?
  /// A parameter's internal value as text.
  public var shown: @Sendable (String, Double) -> String = { NumberFormat.significant($1, digits: 4) }
  /// The base recipe's own value of the first goal, or nil.
  public var baseline: Double?
  /// The group of the trials with the base recipe's own setting, or nil where it was not tried.
  public var baselineGroup: Int?
  /// The top settings on fresh seeds, or nil where they were not run again.
  public var confirmation: Confirmation?
  /// What it cost.
  public var cost = StudyCost()
  /// The file of the runnable recipe with the best settings, as a path from the report, or nil.
  public var bestRecipeFile: String?
  /// The setting in that file, or nil for the search's best.
  public var bestRecipeGroup: Int?
  /// Whether it ran to its end.
  public var ending = Ending.complete
  /// The seed of the proposals.
  public var seed = 0

  /// Makes facts; the rest is set afterwards.
  public init(title: String, recipe: String, goals: [Goal], space: SearchSpace) {
    precondition(!goals.isEmpty, "a study has a goal")
    self.title = title
    self.recipe = recipe
    self.goals = goals
    self.space = space
  }
}
