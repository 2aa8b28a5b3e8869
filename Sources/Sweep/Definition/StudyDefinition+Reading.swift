import Files
import Notebook
import Recipe

extension StudyDefinition {
  /// Reads and checks the section `sweep` of a planned recipe; nil where it has none.
  /// - Parameter replan: plans the recipe with more overrides, to see whether its steps take a value.
  /// - Throws: `RecipeErrors` with every problem found.
  public static func read(_ plan: Plan, replan: ([String]) throws -> Plan) throws -> StudyDefinition? {
    guard var fields = plan.recipe.sweepFields else { return nil }
    let settings = SweepSettings(&fields)
    _ = fields.finish()
    let builder = StudyBuilder(plan: plan, fields: fields, settings: settings)
    let made = builder.definition()
    try plan.recipe.problems.check()
    try builder.tryValues(of: made, replan)
    try plan.recipe.problems.check()
    return made
  }
}

/// Checks a sweep against the plan of its recipe.
struct StudyBuilder {
  let plan: Plan
  let fields: Fields
  let settings: SweepSettings

  func definition() -> StudyDefinition {
    let parameters = parameters()
    let goals = goals()
    checkMethod(SearchSpace(parameters))
    checkTermination(goals)
    var choices: [String: [Setting]] = [:]
    var fixed: [StudyDefinition.Fixed] = []
    for parameter in settings.parameters {
      switch parameter.source {
      case .drawn(_, let listed): if !listed.isEmpty { choices[parameter.name] = listed }
      case .fixed(let value): fixed.append(StudyDefinition.Fixed(name: parameter.name, value: value))
      case .none: break
      }
    }
    let space = SearchSpace(parameters)
    return StudyDefinition(
      settings: settings,
      space: space,
      goals: goals,
      choices: choices,
      fixed: fixed,
      confirmedMetric: confirmed(goals),
      recipeAssignment: recipeAssignment(space, choices),
      iterations: iterations,
      ownSeed: ownSeed,
      digest: digest(space, goals)
    )
  }

  // MARK: parameters

  /// The parameters that are drawn, each after those that its conditions name.
  private func parameters() -> [Parameter] {
    if settings.parameters.isEmpty {
      fields.fail(
        "parameters",
        "'sweep' has nothing to vary: give 'parameters', as train.learning_rate: {values: [1e-3, 5e-3]}"
      )
    }
    var made: [Parameter] = []
    for parameter in settings.parameters {
      checkExists(parameter)
      guard case .drawn(let distribution, _) = parameter.source else {
        checkExpression(parameter)
        continue
      }
      made.append(Parameter(name: parameter.name, distribution: distribution, when: clauses(of: parameter)))
    }
    return ordered(made)
  }

  private func checkExists(_ parameter: ParameterSettings) {
    let parts = parameter.name.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let cell = plan.cells.first(where: { $0.id == parts[0] }) else {
      let ids = plan.cells.map(\.id)
      let hint = Suggestion.clause(for: parts.first ?? "", among: ids)
      let rest = hint.isEmpty ? "; the cells are \(ids.joined(separator: ", "))" : hint
      return plan.recipe.problems.error(
        "no cell '\(parts.first ?? "")' to vary '\(parameter.name)' in\(rest)",
        at: parameter.place
      )
    }
    let known = type(of: cell.step).declaration.fields.flatMap { Self.paths($0, "") }
    guard !known.contains(where: { $0 == parts[1] || parts[1].hasPrefix($0 + ".") }) else { return }
    let hint = Suggestion.clause(for: parts[1], among: known)
    plan.recipe.problems.error("no step reads '\(parameter.name)'\(hint)", at: parameter.place)
  }

  private static func paths(_ spec: FieldSpec, _ prefix: String) -> [String] {
    let path = prefix.isEmpty ? spec.name : "\(prefix).\(spec.name)"
    return spec.kind == .section ? spec.fields.flatMap { paths($0, path) } : [path]
  }

  private func checkExpression(_ parameter: ParameterSettings) {
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

  private func clauses(of parameter: ParameterSettings) -> [Parameter.Clause] {
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
  private func internalValue(_ value: Setting, _ distribution: Distribution, _ choices: [Setting]) -> Double?
  {
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
  private func ordered(_ parameters: [Parameter]) -> [Parameter] {
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

  private var ownSeed: Int {
    let parts = settings.seedSetting.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let cell = plan.cells.first(where: { $0.id == parts[0] }) else {
      if settings.seeds > 1 || settings.confirmation.top > 0, !plan.cells.isEmpty {
        fields.fail("seed_setting", "the recipe has no cell for the seed '\(settings.seedSetting)'")
      }
      return settings.seed
    }
    return cell[parts[1]]?.int ?? settings.seed
  }

  // MARK: metrics

  private func goals() -> [Goal] {
    guard let metric = settings.metric else {
      fields.fail("metric", "'sweep' has no aim: give 'metric', as {name: eval.ndcg@20, goal: maximize}")
      return []
    }
    let listed = metric.items.isEmpty ? [metric] : metric.items
    return listed.compactMap(goal)
  }

  private func goal(_ setting: Setting) -> Goal? {
    var name: String?
    var direction = Goal.Direction.maximize
    if case .string(let text) = setting { name = text }
    if case .section(let entries) = setting {
      for entry in entries {
        switch (entry.key, entry.value) {
        case ("name", .string(let text)): name = text
        case ("goal", .string(let text)):
          guard let word = Goal.Direction(rawValue: text) else {
            plan.recipe.problems.error(
              "expected maximize or minimize for 'goal', got '\(text)'",
              at: entry.place
            )
            continue
          }
          direction = word
        default:
          plan.recipe.problems.error(
            "unknown key '\(entry.key)' in 'metric'; it takes name (a text) and goal (maximize or minimize)",
            at: entry.place
          )
        }
      }
    }
    guard let name else {
      fields.fail("metric", "expected the name of a metric, as {name: eval.ndcg@20, goal: maximize}")
      return nil
    }
    return Goal(metric: resolved(name, "metric"), direction: direction)
  }

  private func resolved(_ name: String, _ key: String) -> String {
    let names = MetricNames(plan)
    if names.all.contains(name) { return name }
    let cell = name.split(separator: ".").first.map(String.init) ?? ""
    fields.fail(key, "no step gives the metric '\(name)'\(names.hint(for: name, in: cell))")
    return name
  }

  /// The metric that the winners are measured by: on the test's clicks where the search used those for validation.
  private func confirmed(_ goals: [Goal]) -> Goal? {
    guard settings.confirmation.top > 0, let first = goals.first else { return nil }
    if let name = settings.confirmation.metric {
      return Goal(metric: resolved(name, "confirm.metric"), direction: first.direction)
    }
    let names = MetricNames(plan).all
    let metric = first.metric.split(separator: ".").last.map(String.init) ?? first.metric
    let plain = metric.hasPrefix("validation_") ? String(metric.dropFirst("validation_".count)) : metric
    let own = first.metric.replacing(".validation.", with: ".")
    let other =
      names.first { $0 == own && own != first.metric }
      ?? names.first {
        $0.hasSuffix("." + plain) && !$0.contains("validation") && $0.split(separator: ".").count == 2
      }
    return Goal(metric: other ?? first.metric, direction: first.direction)
  }

  // MARK: method

  private func checkMethod(_ space: SearchSpace) {
    guard settings.method == .grid else { return }
    for name in GridSampler().unsupported(space) {
      let place = settings.parameters.first { $0.name == name }?.place
      plan.recipe.problems.error(
        "a grid needs values to go through: '\(name)' is a continuous range; give 'values', or a step 'q'",
        at: place
      )
    }
  }

  private var reporting: PlannedCell? { plan.cells.first(where: \.step.givesIntermediates) }

  private var iterations: Int? { reporting?["epochs"]?.int }

  private func checkTermination(_ goals: [Goal]) {
    guard settings.early != nil else { return }
    if reporting == nil {
      fields.fail(
        "early_terminate",
        "nothing can be stopped early: no step measures itself on the way; give 'train' a 'validation: {}'"
      )
    }
    if goals.count > 1 {
      fields.fail(
        "early_terminate",
        "several metrics cannot be stopped early by one of them; leave one of the two out"
      )
    }
  }

  /// Replans with each end and each choice of every parameter, so that a value that its step does not take is an
  /// error at the parameter.
  func tryValues(of definition: StudyDefinition, _ replan: ([String]) throws -> Plan) throws {
    for parameter in definition.space.parameters {
      let place = settings.parameters.first { $0.name == parameter.name }?.place
      for value in parameter.distribution.corners {
        let text = definition.setting(parameter.name, value).inlineYAML
        do { _ = try replan(["\(parameter.name)=\(text)"]) } catch let errors as RecipeErrors {
          // What is wrong elsewhere may be right beside other values; a trial that meets it fails by itself.
          let own = errors.diagnostics.first { $0.severity == .error && $0.place?.file == Place.commandLine }
          guard let own else { continue }
          plan.recipe.problems.error("\(parameter.name)=\(text) cannot run: \(own.message)", at: place)
          break
        }
      }
    }
  }

  private func recipeAssignment(_ space: SearchSpace, _ choices: [String: [Setting]]) -> Assignment? {
    guard settings.includesRecipe, settings.method != .grid else { return nil }
    var assignment: Assignment = [:]
    for parameter in space.parameters where space.isActive(parameter, beside: assignment) {
      let parts = parameter.name.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = plan.cells.first(where: { $0.id == parts[0] })?[parts[1]],
        let own = internalValue(value, parameter.distribution, choices[parameter.name] ?? [])
      else { return nil }
      assignment[parameter.name] = own
    }
    return assignment
  }

  private func digest(_ space: SearchSpace, _ goals: [Goal]) -> Digest {
    var text = "study 1\n\(plan.recipe.name)\n"
    for planned in plan.cells {
      text += "\(planned.id) \(type(of: planned.step).name) \(type(of: planned.step).revision)\n"
      text += Setting.section(planned.settings).canonical(roles: [.compute, .use]) + "\n"
    }
    for parameter in settings.parameters {
      text +=
        "\(parameter.name) \(parameter.source) \(parameter.when.map { "\($0.key) \($0.value.inlineYAML)" })\n"
    }
    text +=
      "\(goals) \(settings.method) \(settings.seed) \(settings.seeds) \(settings.seedSetting) \(settings.includesRecipe)\n"
    text += settings.early.map { "\($0)" } ?? "no early end"
    return Digest(text)
  }
}

extension Distribution {
  /// Its ends, or all its choices: what a step must take.
  var corners: [Double] {
    switch self {
    case .categorical(let count, _): (0..<count).map(Double.init)
    case .real(let min, let max, _, _): [min, max]
    case .integer(let min, let max, _, let step): [Double(min), Double(min + (max - min) / step * step)]
    case .normal(let mean, _): [mean]
    }
  }
}
