import Recipe

/// One parameter as a recipe writes it, in the vocabulary of Weights & Biases.
struct ParameterSettings: Sendable {
  /// The distributions by name.
  enum Kind: String, CaseIterable, Sendable {
    case constant, categorical, uniform
    case intUniform = "int_uniform"
    case quantized = "q_uniform"
    case logUniform = "log_uniform_values"
    case quantizedLogUniform = "q_log_uniform_values"
    case normal

    /// The keys that say what its values are.
    var keys: [String] {
      switch self {
      case .constant: ["value"]
      case .categorical: ["values", "probabilities"]
      case .uniform, .logUniform: ["min", "max"]
      case .intUniform, .quantized, .quantizedLogUniform: ["min", "max", "q"]
      case .normal: ["mu", "sigma"]
      }
    }
  }

  /// What varies.
  enum Source: Sendable {
    case drawn(Distribution, choices: [Setting])
    /// One value, or a text with `${…}` over other parameters.
    case fixed(Setting)
    /// It was wrong, which is recorded.
    case none
  }

  let name: String
  let place: Place?
  let source: Source
  let when: [SettingEntry]
  /// ``ParameterReader/isContinuousAsWritten``.
  let isContinuousAsWritten: Bool

  /// Reads a parameter; problems accumulate in `fields`.
  init(name: String, _ fields: inout Fields) {
    self.name = name
    place = fields.place(of: "")
    let reader = ParameterReader(&fields)
    source = reader.source(fields)
    when = reader.conditions(fields)
    isContinuousAsWritten = reader.isContinuousAsWritten
  }
}
