import Files
import Notebook
import Recipe

/// A study: its definition, its folder and its ledger.
package struct Study {
  /// What it is.
  package let definition: StudyDefinition
  /// Where it is.
  package let folder: StudyFolder
  /// What has been recorded.
  package let ledger: Ledger

  /// Opens the study of a recipe, or begins it where it has not been begun. Whether steps take the values that will
  /// be tried is for the caller to check, with `StudyDefinition.read`.
  /// - Throws: `RecipeErrors`, `RunFailure` where the recipe has no `sweep`, `LedgerError`.
  package init(
    recipe: String?,
    overrides: [String],
    directory: String?,
    tools: StudyTools
  ) throws {
    let (plan, definition) = try Self.define(recipe, overrides, tools)
    try plan.checkPrograms(tools.options)
    self.definition = definition
    let name = "sweep-\(String("\(definition.digest)".prefix(8)))"
    folder = StudyFolder(
      directory ?? FilePaths.join(FilePaths.join(tools.options.outputRoot, plan.recipe.name), name)
    )
    try Folders.make(folder.path)
    try Folders.make(FilePaths.join(folder.path, "logs"))
    if FilePaths.exists(folder.ledger) {
      ledger = try Ledger(opening: folder.ledger)
      guard ledger.info.digest == "\(definition.digest)" else {
        throw RunFailure(
          "\(folder.path) holds another study: its recipe or its sweep was another; choose another --output"
        )
      }
    } else {
      var info = StudyInfo(
        name: plan.recipe.name,
        recipe: recipe.map { FilePaths.absolute($0) } ?? "",
        digest: "\(definition.digest)",
        seed: UInt64(definition.settings.seed),
        goals: definition.goals,
        space: definition.space
      )
      info.overrides = overrides
      ledger = try Ledger(creating: folder.ledger, info)
    }
  }

  /// Opens a study that has been begun, by its folder.
  /// - Throws: `LedgerError`, `RecipeErrors`, `RunFailure` where the recipe is not what it was.
  package init(opening folder: StudyFolder, tools: StudyTools) throws {
    self.folder = folder
    ledger = try Ledger(opening: folder.ledger)
    let recipe = ledger.info.recipe.isEmpty ? nil : ledger.info.recipe
    definition = try Self.define(recipe, ledger.info.overrides, tools).definition
    guard ledger.info.digest == "\(definition.digest)" else {
      throw Self.isAnother(ledger.info.recipe)
    }
  }

  /// What is said where the recipe was edited.
  static func isAnother(_ recipe: String) -> RunFailure {
    RunFailure(
      "the recipe \(recipe) is not what it was when this study began; 'towerbook sweep' on it begins another"
    )
  }

  /// The recipe's plan as it is written, and the study that it defines.
  static func define(
    _ recipe: String?,
    _ overrides: [String],
    _ tools: StudyTools
  ) throws -> (plan: Plan, definition: StudyDefinition) {
    let plan = try tools.plan(recipe, overrides)
    guard let definition = try StudyDefinition.read(plan, examine: nil) else {
      throw RunFailure(
        "the recipe has no section 'sweep': say there what is varied ('parameters') and what for ('metric')"
      )
    }
    return (plan, definition)
  }

  /// The plan of a trial: the cells that its metrics need.
  func plan(of trial: Trial, purpose: TrialPurpose, tools: StudyTools) throws -> Plan {
    try definition.plan(
      of: trial,
      purpose: purpose,
      recipe: ledger.info.recipe,
      overrides: ledger.info.overrides,
      tools
    )
  }

  /// The recipe's plan as it is written.
  func basePlan(_ tools: StudyTools) throws -> Plan {
    try tools.plan(ledger.info.recipe.isEmpty ? nil : ledger.info.recipe, ledger.info.overrides)
  }
}

extension StudyDefinition {
  /// The plan of a trial of the study of `recipe` (empty for the built-in one): the cells that its metrics need.
  func plan(
    of trial: Trial,
    purpose: TrialPurpose,
    recipe: String,
    overrides: [String],
    _ tools: StudyTools
  ) throws -> Plan {
    let own = try self.overrides(for: trial.assignment, seed: trial.seed)
    let plan = try tools.plan(recipe.isEmpty ? nil : recipe, overrides + own)
    var metrics = goals.map(\.metric)
    if purpose == .confirm, let confirmed = confirmedMetric { metrics.append(confirmed.metric) }
    return plan.restricted(to: metrics.compactMap { $0.split(separator: ".").first.map(String.init) })
  }
}
