import Files
import Notebook
import Recipe
import Report

extension StudyBuilder {
  /// The parameters that are drawn, each after those that its conditions name.
  func parameters() -> [Parameter] {
    if settings.parameters.isEmpty {
      fields.fail(
        "parameters",
        "'sweep' has nothing to vary: give 'parameters', as train.learning_rate: {values: [1e-3, 5e-3]}"
      )
    }
    var made: [Parameter] = []
    for parameter in settings.parameters {
      checkExists(parameter.name, at: parameter.place, to: "vary")
      guard case .drawn(let distribution, _) = parameter.source else {
        checkExpression(parameter)
        continue
      }
      made.append(Parameter(name: parameter.name, distribution: distribution, when: clauses(of: parameter)))
    }
    return ordered(made)
  }

  /// Whether some cell has the setting `name`; what is said where none has.
  /// - Parameter verb: what would be done with it: `vary`.
  func checkExists(_ name: String, at place: Place?, to verb: String) {
    let parts = name.split(separator: ".", maxSplits: 1).map(String.init)
    if parts.count == 1, let cell = plan.cell(name) {
      let example = type(of: cell.step).declaration.fields.first {
        $0.role == .compute && $0.kind != .section
      }
      let rest = example.map { ", as '\(name).\($0.name)'" } ?? ""
      return plan.recipe.problems.error(
        "'\(name)' is a cell, not a setting: say which of its settings to \(verb)\(rest)",
        at: place
      )
    }
    guard parts.count == 2, let cell = plan.cell(parts[0]) else {
      let ids = plan.cells.map(\.id)
      let hint = Suggestion.clause(for: parts.first ?? "", among: ids)
      let rest = hint.isEmpty ? "; the cells are \(ids.joined(separator: ", "))" : hint
      return plan.recipe.problems.error(
        "no cell '\(parts.first ?? "")' to \(verb) '\(name)' in\(rest)",
        at: place,
        correction: Correction(parts.first ?? "", at: place, among: ids)
      )
    }
    let known = type(of: cell.step).declaration.fields.flatMap { Self.paths($0, "") }
    guard !known.contains(where: { $0 == parts[1] || parts[1].hasPrefix($0 + ".") }) else { return }
    let hint = Suggestion.clause(for: parts[1], among: known)
    plan.recipe.problems.error(
      "no step reads '\(name)'\(hint)",
      at: place,
      correction: Correction(
        parts[1],
        at: place,
        among: known,
        taken: settings.parameters.map { String($0.name.dropFirst(parts[0].utf8.count + 1)) }
      )
    )
  }

  static func paths(_ spec: FieldSpec, _ prefix: String) -> [String] {
    let path = prefix.isEmpty ? spec.name : "\(prefix).\(spec.name)"
    return spec.kind == .section ? spec.fields.flatMap { paths($0, path) } : [path]
  }

  func checkExpression(_ parameter: ParameterSettings) {
    guard case .fixed(.string(let text)) = parameter.source, text.contains("${") else { return }
    guard let expression = Expression(text) else {
      return plan.recipe.problems.error(
        "expected one ${…} with names, numbers, + - * / and brackets for '\(parameter.name)', got '\(text)'",
        at: parameter.place
      )
    }
    let drawn = settings.parameters.map(\.name)
    for name in expression.names where !drawn.contains(name) {
      let hint = Suggestion.clause(for: name, among: drawn)
      plan.recipe.problems.error(
        "'\(parameter.name)' is computed from '\(name)', which is no parameter\(hint)",
        at: parameter.place
      )
    }
  }

  func clauses(of parameter: ParameterSettings) -> [Parameter.Clause] {
    parameter.when.compactMap { entry in
      let wanted = entry.value.items.isEmpty ? [entry.value] : entry.value.items
      guard let other = settings.parameters.first(where: { $0.name == entry.key }),
        other.name != parameter.name,
        case .drawn(let distribution, let choices) = other.source
      else {
        let names = settings.parameters.map(\.name).filter { $0 != parameter.name }
        plan.recipe.problems.error(
          "'\(parameter.name)' counts by '\(entry.key)', which is no parameter that varies\(Suggestion.clause(for: entry.key, among: names))",
          at: entry.place ?? parameter.place
        )
        return nil
      }
      let allowed = wanted.compactMap { value -> Double? in
        let found = internalValue(value, distribution, choices)
        if found == nil {
          let known = choices.map(\.inlineYAML).joined(separator: ", ")
          plan.recipe.problems.error(
            "'\(entry.key)' is never \(value.inlineYAML), by which '\(parameter.name)' counts; its values: \(known.isEmpty ? "a range" : known)",
            at: entry.place ?? parameter.place
          )
        }
        return found
      }
      return Parameter.Clause(parameter: entry.key, allowed: allowed)
    }
  }

  /// A recipe's value in internal form, nil where the distribution does not have it.
  func internalValue(_ value: Setting, _ distribution: Distribution, _ choices: [Setting]) -> Double? {
    if !choices.isEmpty {
      let text = value.inlineYAML
      let number = value.int.map(Double.init) ?? value.real
      return choices.firstIndex { choice in
        if let number, let other = choice.int.map(Double.init) ?? choice.real { return number == other }
        return choice.inlineYAML == text
      }
      .map(Double.init)
    }
    guard let number = value.int.map(Double.init) ?? value.real else { return nil }
    switch distribution {
    case .categorical: return nil
    case .real(let min, let max, _, let step):
      guard number >= min, number <= max else { return nil }
      guard let step else { return number }
      let steps = ((number - min) / step).rounded()
      return abs(min + steps * step - number) < 1e-9 * Swift.max(1, abs(number)) ? number : nil
    case .integer(let min, let max, _, let step):
      guard let whole = Int(exactly: number), whole >= min, whole <= max, (whole - min) % step == 0 else {
        return nil
      }
      return number
    case .normal: return number
    }
  }

  /// Parents before children; a circle is an error.
  func ordered(_ parameters: [Parameter]) -> [Parameter] {
    var left = parameters
    var done: [Parameter] = []
    while !left.isEmpty {
      let ready = left.firstIndex { parameter in
        parameter.when.allSatisfy { clause in !left.contains { $0.name == clause.parameter } }
      }
      guard let ready else {
        let names = left.map { "'\($0.name)'" }.joined(separator: ", ")
        fields.fail("parameters", "the conditions of \(names) go round in a circle")
        return done
      }
      done.append(left.remove(at: ready))
    }
    return done
  }

  /// The setting that repeated runs vary: what the section names, or that of the first step that has one.
  var seedSetting: String {
    if let named = settings.seedSetting { return named }
    let own = plan.cells.lazy.compactMap { cell in
      type(of: cell.step).repeatedSeed.map { "\(cell.id).\($0)" }
    }
    return own.first ?? "config.seed"
  }

  /// What the recipe itself has there.
  var ownSeed: Int {
    let parts = seedSetting.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let cell = plan.cell(parts[0]) else {
      // A name that is written was looked for.
      if settings.seedSetting == nil, settings.seeds > 1 || settings.confirmation.top > 0, !plan.cells.isEmpty
      {
        fields.fail("seed_setting", "the recipe has no cell for the seed '\(seedSetting)'")
      }
      return settings.seed
    }
    return cell[parts[1]]?.int ?? settings.seed
  }
}
