import Files
import Recipe

/// The fields of one parameter, and what they make together.
struct ParameterReader {
  private typealias Kind = ParameterSettings.Kind

  private let kind: ParameterSettings.Kind?
  /// Whether 'distribution' is no such word, which was recorded.
  private let isKindWrong: Bool
  private let values: [Setting]?
  private let value: Setting?
  private let min: Double?
  private let max: Double?
  private let step: Double?
  private let mu: Double?
  private let sigma: Double?
  private let probabilities: [Double]
  private let when: Setting?
  /// Whether both bounds are written without a point or an exponent.
  private let areBoundsWhole: Bool

  init(_ fields: inout Fields) {
    let names = ParameterSettings.Kind.allCases.map(\.rawValue)
    let word = fields.optionalString(
      "distribution",
      "One of \(names.joined(separator: ", ")); by default what the other keys say."
    )
    kind = word.flatMap(ParameterSettings.Kind.init(rawValue:))
    isKindWrong = word != nil && kind == nil
    if let word, isKindWrong {
      let hint = Suggestion.nearest(to: word, among: names).map { "; did you mean '\($0)'?" } ?? ""
      fields.fail(
        "distribution",
        "expected one of \(names.joined(separator: ", ")) for 'distribution' in '\(fields.path)', got '\(word)'\(hint)"
      )
    }
    values = fields.values("values", "The values to choose from.")
    value = fields.anyValue("value", "The one value; a text may compute it: ${train.batch_size * 4}.")
    min = fields.optionalDouble(
      "min",
      "The smallest value; where it and 'max' are written as whole numbers (0, not 0.0), only whole numbers are tried."
    )
    max = fields.optionalDouble("max", "The largest value.")
    areBoundsWhole = fields.isWholeNumber("min") && fields.isWholeNumber("max")
    step = fields.optionalDouble("q", in: .above(0), "The step between values.")
    mu = fields.optionalDouble("mu", "The mean of a normal distribution.")
    sigma = fields.optionalDouble("sigma", in: .above(0), "The standard deviation of a normal distribution.")
    probabilities = fields.doubles(
      "probabilities",
      default: [],
      in: .atLeast(0),
      isOptional: true,
      "How likely each of 'values' is."
    )
    when = fields.anyValue(
      "when",
      "Values of other parameters under which this one counts: {index.type: IVF}."
    )
  }

  /// What the fields make; an error is recorded where they make nothing.
  func source(_ fields: Fields) -> ParameterSettings.Source {
    guard !fields.isDescribing else { return .none }
    if let kind = kind ?? inferred, !refusesNoKey(of: kind, fields) { return .none }
    switch kind ?? inferred {
    case .constant?: return constant(fields)
    case .categorical?: return categorical(fields)
    case .normal?: return normal(fields)
    case let kind?: return range(kind, fields)
    case nil:
      if isKindWrong { return .none }
      fields.fail("", "'\(fields.path)' says nothing to try: give 'values', 'value', or 'min' and 'max'")
      return .none
    }
  }

  private var inferred: ParameterSettings.Kind? {
    if values != nil { return .categorical }
    if value != nil { return .constant }
    guard min != nil, max != nil else {
      return mu != nil || sigma != nil ? .normal : min ?? max != nil ? .uniform : nil
    }
    // As in Weights & Biases 0.0 to 1.0 is a continuous range, and 0 to 1 is two numbers.
    return step != nil ? .quantized : areBoundsWhole ? .intUniform : .uniform
  }

  /// Whether it is a continuous range for no other reason than that its bounds, whole numbers, are written with a point or an
  /// exponent.
  var isContinuousAsWritten: Bool {
    guard kind == nil, inferred == .uniform, let min, let max else { return false }
    return min == min.rounded() && max == max.rounded()
  }

  private func constant(_ fields: Fields) -> ParameterSettings.Source {
    guard let value else {
      fields.fail("", "expected 'value' in '\(fields.path)', got nothing")
      return .none
    }
    return .fixed(value)
  }

  private func categorical(_ fields: Fields) -> ParameterSettings.Source {
    guard let values else {
      fields.fail("", "expected 'values' in '\(fields.path)', got nothing")
      return .none
    }
    var seen: [String: [Setting]] = [:]
    for value in values {
      let text = value.canonical(roles: Set(SettingRole.allCases))
      if seen[text]?.contains(value) == true {
        fields.fail("values", "'\(fields.path)' lists \(value.inlineYAML) twice")
        return .none
      }
      seen[text, default: []].append(value)
    }
    guard !fields.has("probabilities") || !probabilities.isEmpty else { return .none }
    if probabilities.isEmpty {
      return .drawn(.categorical(count: values.count, probabilities: nil), choices: values)
    }
    let sum = probabilities.reduce(0, +)
    guard probabilities.count == values.count, abs(sum - 1) < 1e-6 else {
      fields.fail(
        "probabilities",
        "expected \(values.count) probabilities that add up to 1 in '\(fields.path)', got \(probabilities.count) that add up to \(sum)"
      )
      return .none
    }
    return .drawn(
      .categorical(count: values.count, probabilities: probabilities.map { $0 / sum }),
      choices: values
    )
  }

  private func normal(_ fields: Fields) -> ParameterSettings.Source {
    .drawn(.normal(mean: mu ?? 0, deviation: sigma ?? 1), choices: [])
  }

  private func range(_ kind: ParameterSettings.Kind, _ fields: Fields) -> ParameterSettings.Source {
    guard let min, let max else {
      if !fields.has("min") || !fields.has("max") {
        fields.fail(
          "",
          "expected 'min' and 'max' in '\(fields.path)', got \(min == nil && max == nil ? "neither" : "one of them")"
        )
      }
      return .none
    }
    guard min < max else {
      fields.fail(
        "max",
        "the range of '\(fields.path)' is empty: 'min' is \(Self.short(min)), 'max' \(Self.short(max))"
      )
      return .none
    }
    let isLog = kind == .logUniform || kind == .quantizedLogUniform
    if isLog && min <= 0 {
      fields.fail("min", "a logarithm needs numbers above 0: 'min' of '\(fields.path)' is \(Self.short(min))")
      return .none
    }
    let isQuantized = kind == .quantized || kind == .quantizedLogUniform
    if kind == .intUniform {
      guard let low = Int(exactly: min), let high = Int(exactly: max), let step = Int(exactly: step ?? 1),
        step > 0
      else {
        fields.fail(
          "min",
          "'int_uniform' takes whole numbers, '\(fields.path)' goes from \(Self.short(min)) to \(Self.short(max))"
        )
        return .none
      }
      return .drawn(.integer(min: low, max: high, isLog: false, step: step), choices: [])
    }
    let step = isQuantized ? self.step ?? 1 : nil
    if let step, step > max - min {
      fields.fail("q", "the step of '\(fields.path)' is \(Self.short(step)), wider than its range")
      return .none
    }
    if let step, let low = Int(exactly: min), let high = Int(exactly: max), let whole = Int(exactly: step) {
      return .drawn(.integer(min: low, max: high, isLog: isLog, step: whole), choices: [])
    }
    return .drawn(.real(min: min, max: max, isLog: isLog, step: step), choices: [])
  }

  /// The conditions, each a parameter with one value or a list of them.
  func conditions(_ fields: Fields) -> [SettingEntry] {
    guard let when else { return [] }
    guard case .section(let entries) = when else {
      fields.fail(
        "when",
        "expected parameters with values for 'when' in '\(fields.path)', as {index.type: IVF}"
      )
      return []
    }
    return entries
  }

  /// Records keys that say something else than the form of the parameter takes: whoever wrote them, here or in a recipe that is
  /// extended, meant another space than would be searched. True where there are none.
  private func refusesNoKey(of kind: ParameterSettings.Kind, _ fields: Fields) -> Bool {
    let foreign = written.filter { !kind.keys.contains($0) }
    guard let first = foreign.first else { return true }
    func list(_ keys: [String]) -> String { Words.list(keys.map { "'\($0)'" }) }
    let own = (self.kind == nil ? [] : ["distribution"]) + written.filter(kind.keys.contains)
    fields.fail(
      first,
      "'\(fields.path)' is \(kind.rawValue), which takes \(list(kind.keys)), and has \(list(foreign)) as well: leave out "
        + "\(list(foreign)), or else \(list(own)); a key that comes from a recipe which this one extends is left out by "
        + "setting it to null, as in {\(own[0]): null}"
    )
    return false
  }

  /// The keys that say something of its values, those that are null left out.
  private var written: [String] {
    let keys = [
      ("value", value != nil), ("values", values != nil), ("probabilities", !probabilities.isEmpty),
      ("min", min != nil), ("max", max != nil), ("q", step != nil), ("mu", mu != nil),
      ("sigma", sigma != nil),
    ]
    return keys.filter(\.1).map(\.0)
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
  }
}

extension Setting {
  /// The value on one line, as an override takes it.
  var inlineYAML: String {
    let text = yaml().split(separator: "\n")
    if text.count == 1 { return String(text[0]) }
    guard case .section(let entries) = self else { return text.joined(separator: " ") }
    return "{" + entries.map { "\($0.key): \($0.value.inlineYAML)" }.joined(separator: ", ") + "}"
  }
}
