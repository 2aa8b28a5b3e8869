import Clicks
import Notebook
import Report

/// A length of lists that is asked for twice.
enum RepeatedK: LintRule {
  static let name = "repeated_k"
  static let summary = "A k that stands twice in a list."

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells.indices.compactMap { position in
      let values = plan.cells[position]["k"]?.items.compactMap(\.int) ?? []
      guard let repeated = values.indices.first(where: { values[..<$0].contains(values[$0]) }) else {
        return nil
      }
      return LintFinding(
        cell: position,
        key: "k",
        "\(values[repeated]) stands here twice; it is measured once. Was another number meant?"
      )
    }
  }
}
