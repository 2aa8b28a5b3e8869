import Files
import Notebook
import Recipe

extension StudyDefinition {
  /// Reads and checks the section `sweep` of a planned recipe; nil where it has none.
  /// - Parameter replan: plans the recipe with more overrides, to see whether its steps take a value.
  /// - Throws: `RecipeErrors` with every problem found.
  package static func read(_ plan: Plan, replan: ([String]) throws -> Plan) throws -> StudyDefinition? {
    guard var fields = plan.recipe.sweepFields else { return nil }
    let settings = SweepSettings(&fields)
    let sweep = fields.finish()
    let builder = StudyBuilder(plan: plan, fields: fields, settings: settings, sweep: sweep)
    let made = builder.definition()
    try plan.recipe.problems.check()
    try builder.tryValues(of: made, replan)
    try plan.recipe.problems.check()
    return made
  }
}
