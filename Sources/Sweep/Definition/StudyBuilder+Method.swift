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

  var reporting: PlannedCell? { plan.cells.first(where: \.step.givesIntermediates) }

  var iterations: Int? { reporting?["epochs"]?.int }

  func checkTermination(_ goals: [Goal]) {
    guard let early = settings.early else { return }
    if reporting == nil {
      fields.fail(
        "early_terminate",
        "nothing can be stopped early: no step measures itself on the way; give 'train' a 'validation: {}'"
      )
    }
    if let longest = early.maxIter ?? iterations, early.minIter > longest {
      fields.fail(
        "early_terminate.min_iter",
        "nothing can be stopped from epoch \(early.minIter) on: a training has \(longest)"
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

  func recipeAssignment(_ space: SearchSpace, _ choices: [String: [Setting]]) -> Assignment? {
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

  func digest(_ space: SearchSpace, _ goals: [Goal]) -> Digest {
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
