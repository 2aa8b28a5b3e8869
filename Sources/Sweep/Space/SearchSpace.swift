/// The parameters of a search, each after those its conditions name.
package struct SearchSpace: Sendable, Equatable, Codable {
  /// The parameters in order.
  package var parameters: [Parameter]

  /// Makes a space; every condition names a parameter above it.
  package init(_ parameters: [Parameter]) { self.parameters = parameters }

  /// Whether `parameter` counts beside the values chosen so far, which hold only parameters that count.
  package func isActive(_ parameter: Parameter, beside values: Assignment) -> Bool {
    parameter.when.allSatisfy { clause in
      values[clause.parameter].map { clause.allowed.contains($0) } ?? false
    }
  }
}
