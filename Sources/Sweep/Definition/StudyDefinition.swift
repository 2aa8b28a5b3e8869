import Files
import Notebook
import Recipe
import Report

/// A checked sweep: its recipe's plan, what is varied, and how a trial's values become settings.
package struct StudyDefinition: Sendable {
  let settings: SweepSettings
  /// The parameters.
  package let space: SearchSpace
  /// The metrics that are searched for.
  package let goals: [Goal]
  /// The choices of each categorical parameter, by name.
  let choices: [String: [Setting]]
  /// What is the same in all trials, or computed.
  let computed: ComputedSettings
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
  /// - Throws: `RunFailure` where something cannot be computed from the trial's values.
  package func overrides(for assignment: Assignment, seed: Int?) throws -> [String] {
    var overrides: [String] = []
    for parameter in space.parameters {
      guard let value = assignment[parameter.name] else { continue }
      overrides.append("\(parameter.name)=\(setting(parameter.name, value).inlineYAML)")
    }
    for fixed in computed.fixed {
      do throws(ComputedSettings.Failure) {
        let value = try computed.value(of: fixed) { name in assignment[name].map { setting(name, $0) } }
        // What is computed from a parameter that does not count stays as the recipe has it.
        if let value { overrides.append("\(fixed.name)=\(value.inlineYAML)") }
      } catch { throw RunFailure(error.description) }
    }
    if let seed { overrides.append("\(seedSetting)=\(seed)") }
    return overrides
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
