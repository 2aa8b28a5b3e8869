import Notebook
import Report

/// A softmax so sharp that one item decides.
enum LowTemperature: LintRule {
  static let name = "low_temperature"
  static let summary = "A temperature below 0.01."

  private static let limit = 0.01

  static func findings(in plan: Plan) -> [LintFinding] {
    plan.cells(of: ModelStep.name).compactMap { position in
      let losses = plan.readers(of: position).compactMap { plan.cells[$0].loss }
      guard let temperature = plan.cells[position]["temperature"]?.real, temperature < limit,
        losses.isEmpty || losses.contains(where: \.form.usesTemperature)
      else { return nil }
      return LintFinding(
        cell: position,
        key: "temperature",
        "a difference of 0.1 in similarity counts exp(\(NumberFormat.significant(0.1 / temperature, digits: 3))) "
          + " times at this temperature: the nearest of the other items has all of the gradient, and it is a false "
          + "negative more often than any; try 0.05 to 0.1"
      )
    }
  }
}
