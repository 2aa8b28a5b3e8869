import Files
import Notebook
import Recipe
import Report

/// A checked sweep: its recipe's plan, what is varied, and how a trial's values become settings.
package struct StudyDefinition: Sendable {
  /// What stays the same in all trials, in the order written: a value, or a text with `${…}` over parameters.
  struct Fixed: Sendable {
    var name: String
    var value: Setting
  }

  let settings: SweepSettings
  /// The parameters.
  package let space: SearchSpace
  /// The metrics that are searched for.
  package let goals: [Goal]
  /// The choices of each categorical parameter, by name.
  let choices: [String: [Setting]]
  let fixed: [Fixed]
  /// What the winners are measured by in the end, or nil.
  package let confirmedMetric: Goal?
  /// The recipe's own values, where the space has them all.
  let recipeAssignment: Assignment?
  /// The epochs of a whole training, where some step tells values on the way.
  let iterations: Int?
  /// The setting that gets the seeds of repeated runs.
  let seedSetting: String
  /// What the recipe itself has there.
  let ownSeed: Int
  /// Whether what is searched for is measured on the test's clicks.
  let isOnTest: Bool
  /// What is to be told of it beforehand and in its report.
  package let warnings: [String]
  /// Changes whenever another study is meant: with the recipe, the space, the method, its seed.
  package let identity: String

  /// What the section takes, for help and the JSON Schema.
  package static var fieldSpecs: [FieldSpec] { SweepSettings.specs }

  /// What tells this study from others.
  package var digest: Digest { Digest(identity) }

  /// How many settings are tried at most.
  package var cap: Int {
    settings.method == .grid ? min(settings.runCap, GridSampler().count(space)) : settings.runCap
  }

  /// How many trials run at once.
  package var parallel: Int { settings.parallel }

  /// A value of a parameter as a recipe has it.
  package func setting(_ parameter: String, _ value: Double) -> Setting {
    if let choices = choices[parameter] {
      return choices.indices.contains(Int(value)) ? choices[Int(value)] : .null
    }
    guard let found = space.parameters.first(where: { $0.name == parameter }) else { return .real(value) }
    if case .integer = found.distribution { return .int(Int(value)) }
    return .real(value)
  }

  /// A value of a parameter for people.
  package func shown(_ parameter: String, _ value: Double) -> String {
    if case .real(let number) = setting(parameter, value) { return ShortNumber.text(number) }
    return setting(parameter, value).inlineYAML
  }

  /// The overrides that make the recipe a trial's: values, what is fixed, what is computed, and the seed.
  package func overrides(for assignment: Assignment, seed: Int?) -> [String] {
    var overrides: [String] = []
    for parameter in space.parameters {
      guard let value = assignment[parameter.name] else { continue }
      overrides.append("\(parameter.name)=\(setting(parameter.name, value).inlineYAML)")
    }
    for fixed in fixed {
      // What is computed from a parameter that does not count stays as the recipe has it.
      guard let value = computed(fixed.value, assignment) else { continue }
      overrides.append("\(fixed.name)=\(value.inlineYAML)")
    }
    if let seed { overrides.append("\(seedSetting)=\(seed)") }
    return overrides
  }

  private func computed(_ value: Setting, _ assignment: Assignment) -> Setting? {
    guard case .string(let text) = value, let expression = Expression(text) else { return value }
    return expression.value { name in assignment[name].map { setting(name, $0) } }
  }

  /// The sampler.
  var sampler: any Sampler {
    switch settings.method {
    // What is judged by a beginning takes that from all over.
    case .grid: GridSampler(isSpread: settings.settled != nil)
    case .random: RandomSampler()
    case .sobol: SobolSampler()
    case .tpe: TPESampler(Self.tpe)
    }
  }

  /// Parameters are drawn together: on all functions tried that beats drawing each for itself.
  private static var tpe: TPESampler.Options {
    var options = TPESampler.Options()
    options.isMultivariate = true
    return options
  }

  /// The pruner, or nil where all trials go to their end.
  /// - Parameter units: the values of users after an epoch of a trial; nil where they are not known.
  func pruner(
    units: @escaping @Sendable (_ trial: Trial, _ epoch: Int) -> UnitValues?
  ) -> (any Pruner)? {
    guard let early = settings.early else { return nil }
    let longest = early.maxIter ?? iterations ?? early.minIter
    switch early.type {
    case .asha:
      return HalvingPruner(minIter: early.minIter, maxIter: early.maxIter, eta: early.eta, start: early.s)
    case .hyperband: return HyperbandPruner(minIter: early.minIter, maxIter: longest, eta: early.eta)
    case .median: return MedianPruner(minimumStep: early.minIter)
    case .racing:
      guard let aim = goals.first else { return nil }
      let error = early.error ?? Self.racingError
      return RacingPruner(minIter: early.minIter, maxIter: longest, error: error, aim: aim, units: units)
    }
  }

  /// How likely racing stops a setting that is no worse, where nothing is said.
  private static let racingError = 0.05

  /// Whether trials are compared user by user as they run.
  var isRacing: Bool { settings.early?.type == .racing }

  /// How trials are stopped, in words.
  var terminationWords: String {
    guard let early = settings.early else { return "none" }
    let start = "\(early.type.rawValue), from epoch \(early.minIter)"
    switch early.type {
    case .asha, .hyperband: return "\(start), eta \(early.eta)"
    case .racing: return "\(start), error \(ShortNumber.text(early.error ?? Self.racingError))"
    case .median: return start
    }
  }
}
