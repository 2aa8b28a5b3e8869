import Recipe

extension StudyBuilder {
  /// What comes to no value whatever the parameters are is an error beforehand; what comes to none with some of their values
  /// fails the trials that have those.
  func checkComputed(_ definition: StudyDefinition) {
    guard !definition.computed.fixed.isEmpty else { return }
    let assignments = someValues(of: definition.space.parameters)
    for fixed in definition.computed.fixed {
      let failures = assignments.compactMap { Self.failure(of: fixed, with: $0, definition) }
      guard let first = failures.first, failures.count == assignments.count else { continue }
      let place = settings.parameters.first { $0.name == fixed.name }?.place
      plan.recipe.problems.error(first.description, at: place)
    }
  }

  private static func failure(
    of fixed: ComputedSettings.Fixed,
    with values: Assignment,
    _ definition: StudyDefinition
  ) -> ComputedSettings.Failure? {
    do throws(ComputedSettings.Failure) {
      _ = try definition.computed.value(of: fixed) { name in
        values[name].map { definition.setting(name, $0) }
      }
      return nil
    } catch { return error }
  }

  /// Values of the parameters that are drawn, enough of them to find what has no value with any: of each its ends or choices
  /// and one value between, those of different parameters put together as it comes.
  private func someValues(of parameters: [Parameter]) -> [Assignment] {
    let values = parameters.map(\.distribution.samples)
    return (0..<200).map { turn in
      var assignment: Assignment = [:]
      for (number, parameter) in parameters.enumerated() {
        var stream = RandomStream(seed: 0, number: turn, parameter: number)
        let place = Int(stream.next() % UInt64(values[number].count))
        assignment[parameter.name] = values[number][place]
      }
      return assignment
    }
  }
}

extension Distribution {
  /// Its choices, or its ends and a value between; never empty.
  fileprivate var samples: [Double] {
    switch self {
    case .categorical(let count, _): (0..<max(count, 1)).map(Double.init)
    case .real(let low, let high, _, _): [low, high, low + 0.382 * (high - low)]
    case .integer(let low, let high, _, let step):
      [low, low + (high - low) / step * step, low + (high - low) / step / 2 * step].map(Double.init)
    case .normal(let mean, let deviation): [mean, mean + 0.382 * deviation]
    }
  }
}
