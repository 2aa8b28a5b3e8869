import Report

/// Everything the report of a study is told.
package struct StudyFacts: Sendable {
  /// How the study came to its end.
  package enum Ending: String, Sendable, Codable {
    /// All trials that were asked for are there.
    case complete
    /// Somebody or something stopped it before.
    case stopped
    /// Its own `time_cap` was reached before.
    case outOfTime
  }

  /// The report's title.
  package var title: String
  /// The base recipe's name.
  package var recipe: String
  /// The command that makes the study anew, as it is typed.
  package var command = ""
  /// The command that wrote the report.
  package var writtenBy = ""
  /// How settings were proposed, in words that continue a sentence: `tree-structured Parzen estimator`.
  package var method = ""
  /// How bad trials were stopped early, in such words, or nil for not at all.
  package var earlyTermination: String?
  /// What is moved where, the first goal before all; never empty.
  package var goals: [Goal]
  /// Whether the first goal is measured on the test's clicks.
  package var isOnTest = false
  /// What is to be told before all else.
  package var warnings: [String] = []
  /// What trials tell on the way, and which way is better; nil for the first goal.
  package var progress: Goal?
  /// The parameters.
  package var space: SearchSpace
  /// All trials in any state; several may repeat one `group`.
  package var trials: [Trial] = []
  /// What the parameters matter, or nil where it is unknown.
  package var importance: ParameterImportance?
  /// A parameter's internal value as text.
  package var shown: @Sendable (String, Double) -> String = { NumberFormat.significant($1, digits: 4) }
  /// The base recipe's own value of the first goal, or nil.
  package var baseline: Double?
  /// The group of the trials with the base recipe's own setting, or nil where it was not tried.
  package var baselineGroup: Int?
  /// The top settings on fresh seeds, or nil where they were not run again.
  package var confirmation: Confirmation?
  /// What it cost.
  package var cost = StudyCost()
  /// What racing and the search's end by itself spared; nil where there was neither.
  package var savings: StudySavings?
  /// The file of the runnable recipe with the best settings, as a path from the report, or nil.
  package var bestRecipeFile: String?
  /// The setting in that file, or nil for the search's best.
  package var bestRecipeGroup: Int?
  /// Whether it ran to its end.
  package var ending = Ending.complete
  /// The seed of the proposals.
  package var seed = 0

  /// Makes facts; the rest is set afterwards.
  package init(title: String, recipe: String, goals: [Goal], space: SearchSpace) {
    precondition(!goals.isEmpty, "a study has a goal")
    self.title = title
    self.recipe = recipe
    self.goals = goals
    self.space = space
  }
}
