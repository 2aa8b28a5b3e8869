import Files

/// A parameter's distribution as Optuna has it, and what is lost by it.
struct OptunaTwin {
  /// The text of `distribution_json`.
  var json: String
  /// What Optuna cannot say of the parameter, or nil.
  var loss: String?

  /// The twin of a parameter whose trials have the values `seen`; `choices` are a categorical one's.
  ///
  /// - Throws: `LedgerError` where there are not as many choices as the distribution counts.
  init(_ parameter: Parameter, seen: [Double], choices: (Parameter) -> [JSONValue]) throws {
    switch parameter.distribution {
    case .categorical(let count, let probabilities):
      let named = choices(parameter)
      guard named.count == count else {
        throw LedgerError("expected \(count) choices of \(parameter.name), found \(named.count)")
      }
      json = Self.text("CategoricalDistribution", ["choices": .array(named)])
      loss = probabilities.map { "drawn with probabilities \($0); stored as equally likely" }
    case .real(let min, let max, let isLog, let step):
      // Optuna refuses a step on a logarithmic scale.
      json = Self.real(min, max, isLog: isLog, step: isLog ? nil : step)
      if isLog, let step {
        loss = "rounded to multiples of \(step) on a logarithmic scale; stored without the step"
      }
    case .integer(let min, let max, let isLog, let step):
      json = Self.text(
        "IntDistribution",
        [
          "low": .int(min), "high": .int(max), "log": .bool(isLog),
          "step": .int(isLog ? 1 : step),
        ]
      )
      if isLog, step != 1 { loss = "in steps of \(step) on a logarithmic scale; stored with steps of 1" }
    case .normal(let mean, let deviation):
      let low = (seen.min() ?? mean) - deviation
      let high = (seen.max() ?? mean) + deviation
      json = Self.real(low, high, isLog: false, step: nil)
      loss = """
        normal with mean \(mean) and deviation \(deviation), which Optuna does not have; stored as uniform in \
        \(low)...\(high), the values seen and one deviation to each side
        """
    }
  }

  private static func real(_ min: Double, _ max: Double, isLog: Bool, step: Double?) -> String {
    text(
      "FloatDistribution",
      [
        "low": .real(min), "high": .real(max), "log": .bool(isLog),
        "step": step.map(JSONValue.real) ?? .null,
      ]
    )
  }

  private static func text(_ name: String, _ attributes: [String: JSONValue]) -> String {
    JSONValue.sorted(["name": .string(name), "attributes": .sorted(attributes)]).text(.spaced)
  }
}
