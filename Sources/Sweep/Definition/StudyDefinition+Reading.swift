import Files
import Notebook
import Recipe

extension StudyDefinition {
  /// Reads and checks the section `sweep` of a planned recipe; nil where it has none.
  /// - Parameters:
  ///   - overrides: what the recipe was planned with.
  ///   - examine: reads the recipe with other overrides (`Planner.examine`), to see whether its steps take the parameters' values;
  ///     nil where that was seen before.
  /// - Throws: `RecipeErrors` with every problem found, `Interrupted`.
  package static func read(
    _ plan: Plan,
    overrides: [String] = [],
    examine: (([String]) throws -> Plan)?
  ) throws -> StudyDefinition? {
    guard var fields = plan.recipe.sweepFields else { return nil }
    let settings = SweepSettings(&fields)
    let sweep = fields.finish()
    let builder = StudyBuilder(plan: plan, fields: fields, settings: settings, sweep: sweep)
    let made = builder.definition()
    try plan.recipe.problems.check()
    if let examine {
      try builder.tryValues(of: made, by: ValueTrials(plan, overrides: overrides, examine: examine))
      try plan.recipe.problems.check()
      for warning in made.warnings { fields.warn("parameters", warning) }
    }
    return made
  }
}
