import Files
import Notebook
import Recipe

/// Checks a sweep against the plan of its recipe.
struct StudyBuilder {
  let plan: Plan
  let fields: Fields
  let settings: SweepSettings
  /// The section's settings as they were read, defaults filled in.
  let sweep: [SettingEntry]

  func definition() -> StudyDefinition {
    let parameters = parameters()
    let goals = goals()
    checkMethod(SearchSpace(parameters))
    checkTermination(goals)
    checkSettling(goals)
    checkSeeds()
    var choices: [String: [Setting]] = [:]
    var fixed: [ComputedSettings.Fixed] = []
    for parameter in settings.parameters {
      switch parameter.source {
      case .drawn(_, let listed): if !listed.isEmpty { choices[parameter.name] = listed }
      case .fixed(let value): fixed.append(ComputedSettings.Fixed(name: parameter.name, value: value))
      case .none: break
      }
    }
    let space = SearchSpace(parameters)
    let definition = StudyDefinition(
      settings: settings,
      space: space,
      goals: goals,
      choices: choices,
      computed: ComputedSettings(fixed: fixed),
      confirmedMetric: confirmed(goals),
      recipeAssignment: recipeAssignment(space, choices),
      iterations: progressMetric?.length,
      seedSetting: seedSetting,
      ownSeed: ownSeed,
      isOnTest: goals.first.map { isOnTest($0.metric) } ?? false,
      warnings: warnings(goals),
      identity: identity(goals)
    )
    checkComputed(definition)
    return definition
  }
}
