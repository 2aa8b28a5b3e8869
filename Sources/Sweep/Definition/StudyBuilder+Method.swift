import Files
import Notebook
import Recipe

extension StudyBuilder {
  func checkMethod(_ space: SearchSpace) {
    guard settings.method == .grid else { return }
    for name in GridSampler().unsupported(space) {
      let place = settings.parameters.first { $0.name == name }?.place
      plan.recipe.problems.error(
        "a grid needs values to go through: '\(name)' is a continuous range; give 'values', or a step 'q'",
        at: place
      )
    }
  }

  /// What the first cell that tells values on the way tells; nil where none does.
  var progressMetric: ProgressMetric? { plan.cells.lazy.compactMap(\.step.progressMetric).first }

  func checkTermination(_ goals: [Goal]) {
    guard let early = settings.early else { return }
    if progressMetric == nil {
      fields.fail(
        "early_terminate",
        "nothing can be stopped early: no step measures itself on the way; give 'train' a 'validation: {}'"
      )
    }
    if let longest = early.maxIter ?? progressMetric?.length, early.minIter > longest {
      fields.fail(
        "early_terminate.min_iter",
        "nothing can be stopped from epoch \(early.minIter) on: a training has \(longest)"
      )
    }
    if early.type == .racing { checkRacing(early) }
    checkDirection(goals)
    if goals.count > 1 {
      fields.fail(
        "early_terminate",
        "several metrics cannot be stopped early by one of them; leave one of the two out"
      )
    }
  }

  /// Trials are stopped by what they tell on the way, the way that is better; a search for the other would lose its best by it.
  private func checkDirection(_ goals: [Goal]) {
    for cell in plan.cells {
      guard let measure = cell.step.progressMetric else { continue }
      let progress = Goal(measure, of: cell.id)
      guard let goal = goals.first, goal.metric == progress.metric, goal.direction != progress.direction
      else {
        continue
      }
      fields.fail(
        "early_terminate",
        "trials are stopped where '\(progress.metric)' is worse, for which the goal is \(progress.direction.rawValue), and the search's is "
          + "\(goal.direction.rawValue); leave one of the two out"
      )
    }
  }

  private func checkRacing(_ early: SweepSettings.EarlyTermination) {
    guard let progress = progressMetric else { return }
    if !progress.hasUnits {
      fields.fail(
        "early_terminate.type",
        "nothing can be raced: '\(progress.name)' is not told user by user; take asha, hyperband or median"
      )
    }
    let longest = early.maxIter ?? progress.length
    if early.minIter == longest {
      fields.fail(
        "early_terminate.min_iter",
        "racing saves nothing at the last epoch of a training, which is \(longest); begin before it"
      )
    }
  }

  /// The seeds of repeated and of confirming runs are set after all else.
  func checkSeeds() {
    if let named = settings.seedSetting {
      let place = fields.valuePlace(of: "seed_setting", holding: named) ?? fields.place(of: "seed_setting")
      checkExists(named, at: place, to: "set")
      let parts = named.split(separator: ".")
      let declaration = parts.first.flatMap { plan.cell(String($0)) }.map { type(of: $0.step).declaration }
      if let spec = declaration?.spec(at: parts.dropFirst()), !spec.kind.takesSeeds {
        return plan.recipe.problems.error(
          "'\(named)' does not take every whole number of 0 or more, which a seed may be; name a setting that draws, as 'train.seed'",
          at: place
        )
      }
    }
    guard settings.seeds > 1 || settings.confirmation.top > 0,
      let varied = settings.parameters.first(where: { $0.name == seedSetting })
    else { return }
    let overwriting =
      settings.seeds > 1
      ? "'seeds: \(settings.seeds)' sets" : "the runs that confirm the best ('confirm') set"
    plan.recipe.problems.error(
      "'\(seedSetting)' is varied, and \(overwriting) it; leave it out of 'parameters' for seeds to be what they are, repeats of a "
        + "setting, or name another 'seed_setting'\(settings.seeds > 1 ? "" : ", or set 'confirm: {top: 0}'")",
      at: varied.place
    )
  }

  /// What is told of a study that can be run, and whose result will say less than it seems to.
  func warnings(_ goals: [Goal]) -> [String] {
    var warnings: [String] = []
    let measuring = settings.parameters.map(\.name).filter { name in
      let cell = name.split(separator: ".").first.flatMap { plan.cell(String($0)) }
      return cell.map { type(of: $0.step).decidesWhatIsMeasured } ?? false && name != seedSetting
    }
    if !measuring.isEmpty {
      warnings.append(
        "\(measuring.map { "'\($0)'" }.joined(separator: ", ")) \(measuring.count == 1 ? "decides" : "decide") what is learned from and "
          + "who is tested: settings that differ in it are measured on different questions, and a better value is no better model"
      )
    }
    if let goal = goals.first, isOnTest(goal.metric) {
      let parts = goal.metric.split(separator: ".", maxSplits: 1)
      warnings.append(
        "the search goes by '\(goal.metric)', which is measured on the test's clicks: what it finds best is so on these by choice, and "
          + "nothing is left to measure it by; hold clicks out with 'split.validation' and search by '\(parts[0]).validation.\(parts[1])'"
      )
    }
    return warnings
  }

  /// Whether a metric is measured on the clicks that are held out for the test.
  func isOnTest(_ metric: String) -> Bool {
    let parts = metric.split(separator: ".", maxSplits: 1).map(String.init)
    guard parts.count == 2, let cell = plan.cell(parts[0]) else { return false }
    return cell.step.isOnTest(parts[1])
  }

  func checkSettling(_ goals: [Goal]) {
    guard settings.settled != nil, goals.count > 1 else { return }
    fields.fail(
      "stop_when",
      "with several metrics there is no single best that could be settled; leave one of the two out"
    )
  }

  /// Tries each end and each choice of every parameter, so that a value that its step does not take is an error at the
  /// parameter.
  func tryValues(of definition: StudyDefinition, by trials: ValueTrials) throws {
    let parameters = definition.space.parameters
    let places = Dictionary(settings.parameters.map { ($0.name, $0.place) }) { first, _ in first }
    let corners = parameters.map(\.distribution.corners)
    var groups = trials.groups(of: parameters.map(\.name))
    var turn = 0
    while !groups.isEmpty {
      for group in groups.indices {
        groups[group].removeAll { corners[$0].count <= turn }
        let values = groups[group].map { number in
          let name = parameters[number].name
          let text = "\(name)=\(definition.setting(name, corners[number][turn]).inlineYAML)"
          return ValueTrials.Value(parameter: number, name: name, override: text)
        }
        let refused = try trials.refused(values)
        for (value, message) in refused {
          let place = places[value.name].flatMap { $0 }
          plan.recipe.problems.error("\(value.override) cannot run: \(message)", at: place)
        }
        let numbers = Set(refused.map(\.value.parameter))
        groups[group].removeAll(where: numbers.contains)
      }
      groups.removeAll(where: \.isEmpty)
      turn += 1
    }
  }

  func recipeAssignment(_ space: SearchSpace, _ choices: [String: [Setting]]) -> Assignment? {
    guard settings.includesRecipe, settings.method != .grid else { return nil }
    var assignment: Assignment = [:]
    for parameter in space.parameters where space.isActive(parameter, beside: assignment) {
      let parts = parameter.name.split(separator: ".", maxSplits: 1).map(String.init)
      guard parts.count == 2, let value = plan.cell(parts[0])?[parts[1]],
        let own = internalValue(value, parameter.distribution, choices[parameter.name] ?? [])
      else { return nil }
      assignment[parameter.name] = own
    }
    return assignment
  }

  /// What makes the study the one it is, in lines: the recipe's cells, what is varied, towards what, and how.
  ///
  /// Only what is written of them in recipes has a part in it: names and forms inside the program may change, and the
  /// study is the same.
  func identity(_ goals: [Goal]) -> String {
    var lines = ["study 2", plan.recipe.name]
    for planned in plan.cells {
      lines.append("\(planned.id) \(type(of: planned.step).name) \(type(of: planned.step).revision)")
      lines.append(Setting.section(planned.settings).canonical(roles: [.compute, .use]))
    }
    lines += goals.map { "goal \($0.metric) \($0.direction.rawValue)" }
    lines.append("parameters " + settings.parameters.map(\.name).joined(separator: " "))
    // 0.0 and 0 are one value, and not one space.
    let continuous = settings.parameters.filter(\.isContinuousAsWritten).map(\.name)
    if !continuous.isEmpty { lines.append("continuous " + continuous.joined(separator: " ")) }
    lines.append("sweep " + Setting.section(sweep).withoutNulls.canonical(roles: [.compute]))
    return lines.joined(separator: "\n")
  }
}

extension Setting {
  /// Without what is not set: a setting that a later version adds changes nothing where it is left out.
  fileprivate var withoutNulls: Setting {
    guard case .section(let entries) = self else { return self }
    return .section(
      entries.compactMap { entry in
        if entry.value == .null { return nil }
        var kept = entry
        kept.value = entry.value.withoutNulls
        return kept
      }
    )
  }
}

extension Distribution {
  /// Its ends, or all its choices: what a step must take. Between whole ends also a number that is not whole, as a setting that
  /// takes whole numbers alone takes the ends.
  var corners: [Double] {
    switch self {
    case .categorical(let count, _): (0..<count).map(Double.init)
    case .real(let min, let max, _, nil) where min == min.rounded() && max == max.rounded():
      [min, max, min + 0.5]
    case .real(let min, let max, _, _): [min, max]
    case .integer(let min, let max, _, let step): [Double(min), Double(min + (max - min) / step * step)]
    case .normal(let mean, _): [mean]
    }
  }
}

extension FieldKind {
  /// Whether a setting takes whatever a seed may be.
  fileprivate var takesSeeds: Bool {
    switch self {
    case .integer(let range): range.map { $0.lowerBound <= 0 && $0.upperBound == .max } ?? true
    case .exactNumber, .numberOrText, .anyValue: true
    default: false
    }
  }
}
