import Files
import Recipe

/// Looks a plan over by rules, and leaves out what its cells allow.
struct Linter: Sendable {
  let rules: [any LintRule.Type]

  /// Records an error for every allowed name that no rule has.
  func checkAllowed(_ recipe: RecipeDocument) {
    let known = rules.map { $0.name }
    for allowed in recipe.cells.flatMap(\.allowed) where !known.contains(allowed.name) {
      let hint = Suggestion.clause(for: allowed.name, among: known)
      let rest = hint.isEmpty && !known.isEmpty ? "; there are \(known.joined(separator: ", "))" : hint
      recipe.problems.error(
        "there is no warning '\(allowed.name)' to allow\(rest)",
        at: allowed.place,
        correction: Correction(allowed.name, at: allowed.place, among: known)
      )
    }
  }

  /// Records a warning for everything that the rules find.
  func look(over plan: Plan) {
    for rule in rules {
      for finding in rule.findings(in: plan) {
        let planned = plan.cells[finding.cell]
        guard !planned.cell.allowed.contains(where: { $0.name == rule.name }) else { continue }
        plan.recipe.problems.warning(
          finding.message,
          name: rule.name,
          cell: planned.id,
          at: planned.place(of: finding.key)
        )
      }
    }
  }
}
