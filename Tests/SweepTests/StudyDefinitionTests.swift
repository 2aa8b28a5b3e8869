import Notebook
import Recipe
import Report
import Testing

@testable import Sweep

@Suite("What makes a study the one it is")
struct StudyDefinitionTests {
  private static let recipe = """
    title: a study
    fit as once: { rate: 0.1, remark: seen }
    sweep:
      method: random
      metric: { name: once.held_error, goal: minimize }
      run_cap: 12
      parameters:
        once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }
        once.rounds: { values: [3, 9] }
      early_terminate: { type: median, min_iter: 2 }

    """

  @Test("it is told by what recipes say, not by how the program calls it")
  func identity() throws {
    let study = try FitStep.definition(Self.recipe)
    #expect(
      study.identity == #"""
        study 2
        study
        once fit 4
        {"draws":7,"rate":0.1,"rounds":9}
        goal once.held_error minimize
        parameters once.rate once.rounds
        sweep {"early_terminate":{"eta":3,"min_iter":2,"s":0,"type":"median"},"include_recipe":true,\#
        "method":"random","metric":{"goal":"minimize","name":"once.held_error"},\#
        "parameters":{"once.rate":{"distribution":"log_uniform_values","max":1.0,"min":0.001,"probabilities":[]},\#
        "once.rounds":{"probabilities":[],"values":[3,9]}},"seed":42,"seeds":1}
        """#
    )
  }

  @Test(
    "what changes how many or how fast trials run is the same study; what changes a trial is another",
    arguments: [
      ("run_cap: 12", "run_cap: 50", true), ("run_cap: 12", "parallel: 4", true),
      ("remark: seen", "remark: unseen", true), ("run_cap: 12", "stop_when: { settled: 0.9 }", true),
      ("run_cap: 12", "time_cap: 30m", true), ("run_cap: 12", "confirm: { top: 1, seeds: 5 }", true),
      ("rate: 0.1", "rate: 0.2", false), ("max: 1 }", "max: 2 }", false), ("median", "asha", false),
      ("once.held_error, goal", "once.error, goal", false), ("run_cap: 12", "seeds: 2", false),
      ("random", "sobol", false),
    ]
  )
  func sameStudy(old: String, new: String, isSame: Bool) throws {
    let changed = Self.recipe.replacingOccurrences(of: old, with: new)
    try #require(changed != Self.recipe)
    let same = try FitStep.definition(changed).digest == FitStep.definition(Self.recipe).digest
    #expect(same == isSame)
  }

  @Test(
    "bounds with a point or an exponent make a continuous range, whole ones a range of whole numbers, as in Weights & Biases",
    arguments: [
      ("min: 0, max: 1", Distribution.integer(min: 0, max: 1, isLog: false, step: 1)),
      ("min: 0.0, max: 1.0", .real(min: 0, max: 1, isLog: false, step: nil)),
      ("min: 0, max: 1.0", .real(min: 0, max: 1, isLog: false, step: nil)),
      ("min: 1e0, max: 5", .real(min: 1, max: 5, isLog: false, step: nil)),
      ("min: 0, max: 0.5", .real(min: 0, max: 0.5, isLog: false, step: nil)),
      ("min: 0.0, max: 4.0, distribution: int_uniform", .integer(min: 0, max: 4, isLog: false, step: 1)),
      ("min: 0, max: 4, distribution: uniform", .real(min: 0, max: 4, isLog: false, step: nil)),
    ]
  )
  func bounds(written: String, distribution: Distribution) throws {
    let old = "once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }"
    let study = try FitStep.definition(Self.recipe.replacing(old, with: "once.rate: { \(written) }"))
    #expect(study.space.parameters.first?.distribution == distribution)
  }

  @Test(
    "keys that the form of a parameter does not take are refused, with what to do instead",
    arguments: [
      (
        "distribution: log_uniform_values, min: 1e-3, max: 1, values: [0.1, 0.2]",
        "is log_uniform_values, which takes 'min' and 'max', and has 'values' as well: leave out 'values', or else "
          + "'distribution', 'min' and 'max'; a key that comes from a recipe which this one extends is left out by setting it "
          + "to null, as in {distribution: null}"
      ),
      (
        "distribution: log_uniform_values, min: 1e-3, max: 1, q: 0.001",
        "is log_uniform_values, which takes 'min' and 'max', and has 'q' as well: leave out 'q', or else 'distribution', 'min' "
          + "and 'max'; a key that comes from a recipe which this one extends is left out by setting it to null, as in "
          + "{distribution: null}"
      ),
      (
        "mu: 1, sigma: 0.1, distribution: normal, min: 0.05, max: 0.5",
        "is normal, which takes 'mu' and 'sigma', and has 'min' and 'max' as well: leave out 'min' and 'max', or else "
          + "'distribution', 'mu' and 'sigma'; a key that comes from a recipe which this one extends is left out by setting it "
          + "to null, as in {distribution: null}"
      ),
      (
        "values: [1], min: 1, max: 2",
        "is categorical, which takes 'values' and 'probabilities', and has 'min' and 'max' as well: leave out 'min' and 'max', "
          + "or else 'values'; a key that comes from a recipe which this one extends is left out by setting it to null, as in "
          + "{values: null}"
      ),
    ]
  )
  func foreignKeys(written: String, message: String) throws {
    let old = "once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }"
    do {
      _ = try FitStep.definition(Self.recipe.replacing(old, with: "once.rate: { \(written) }"))
      Issue.record("it was taken")
    } catch let errors as RecipeErrors {
      #expect(errors.diagnostics.map(\.message) == ["'sweep.parameters.once.rate' \(message)"])
    }
  }

  @Test("null leaves out what an extended recipe says of a parameter")
  func nullKeys() throws {
    let old = "once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }"
    let written =
      "distribution: null, min: null, max: null, q: null, probabilities: null, values: [0.1, 0.2, 0.3]"
    let study = try FitStep.definition(Self.recipe.replacing(old, with: "once.rate: { \(written) }"))
    #expect(study.space.parameters.first?.distribution == .categorical(count: 3, probabilities: nil))
  }

  @Test(
    "what can never be computed is refused, with the reason",
    arguments: [
      ("1 / 0", "'once.rate' cannot be computed by ${1 / 0}: it divides by zero"),
      (
        "once.rate * 2",
        "'once.rate' is computed from itself: give numbers in its place, or compute it from others alone"
      ),
      (
        "1 / (once.rounds - once.rounds)",
        "'once.rate' cannot be computed by ${1 / (once.rounds - once.rounds)} with once.rounds = 3: it divides by zero"
      ),
    ]
  )
  func neverComputed(text: String, message: String) throws {
    let recipe = Self.recipe.replacing("rounds: { values: [3, 9] }", with: "rounds: { values: [3] }")
    let old = "once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }"
    do {
      _ = try FitStep.definition(recipe.replacing(old, with: "once.rate: { value: \"${\(text)}\" }"))
      Issue.record("it was taken")
    } catch let errors as RecipeErrors {
      #expect(errors.diagnostics.map(\.message) == [message])
    }
  }

  @Test(
    "what cannot be computed from a trial's values fails that trial, and what is computed may be computed from"
  )
  func computed() throws {
    let old = "once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }"
    let new = "once.rate: { value: \"${once.draws / (once.rounds - 3)}\" }\n    once.draws: { value: 12 }"
    let study = try FitStep.definition(Self.recipe.replacing(old, with: new) + "  confirm: { top: 0 }\n")
    #expect(
      try study.overrides(for: ["once.rounds": 1], seed: nil) == [
        "once.rounds=9", "once.rate=2", "once.draws=12",
      ]
    )
    #expect(
      throws: RunFailure(
        "'once.rate' cannot be computed by ${once.draws / (once.rounds - 3)} with once.draws = 12 and once.rounds = 3: it "
          + "divides by zero"
      )
    ) { try study.overrides(for: ["once.rounds": 0], seed: nil) }
    // What is computed from a parameter that does not count stays as the recipe has it.
    #expect(try study.overrides(for: [:], seed: nil) == ["once.draws=12"])
  }

  @Test(
    "a parameter is set on the command line as a whole or key by key, its name with dots and all",
    arguments: [
      ("sweep.parameters.once.rounds={values: [1, 2, 4]}", ["once.rate", "once.rounds"], 3),
      ("sweep.parameters.once.rounds.values=[1, 2, 4, 5]", ["once.rate", "once.rounds"], 4),
      ("sweep.parameters.once.draws={values: [1, 2]}", ["once.rate", "once.rounds", "once.draws"], 2),
      ("sweep.parameters.once.draws.values=[1, 2]", ["once.rate", "once.rounds", "once.draws"], 2),
      ("sweep.parameters.once.rate=null", ["once.rounds"], 2),
    ]
  )
  func overridden(override: String, names: [String], choices: Int) throws {
    let recipe = Self.recipe + "  confirm: { top: 0 }\n"
    let study = try FitStep.definition(recipe, overrides: [override])
    #expect(study.space.parameters.map(\.name) == names)
    #expect(study.space.parameters.last?.distribution == .categorical(count: choices, probabilities: nil))
  }

  @Test("a condition is set on the command line, its parameter's name with dots and all")
  func overriddenCondition() throws {
    let study = try FitStep.definition(
      Self.recipe,
      overrides: ["sweep.parameters.once.rate.when.once.rounds=9", "sweep.parameters.once.rate.max=0.5"]
    )
    let rate = try #require(study.space.parameters.first { $0.name == "once.rate" })
    #expect(rate.when == [Parameter.Clause(parameter: "once.rounds", allowed: [1])])
    #expect(rate.distribution == .real(min: 1e-3, max: 0.5, isLog: true, step: nil))
  }

  @Test("0 to 1 and 0.0 to 1.0 are two studies, and choices stay as they are written")
  func writtenBounds() throws {
    let old = "once.rate: { distribution: log_uniform_values, min: 1e-3, max: 1 }"
    func study(_ parameter: String) throws -> StudyDefinition {
      try FitStep.definition(Self.recipe.replacing(old, with: "once.rate: { \(parameter) }"))
    }
    #expect(try study("min: 1, max: 2").digest != study("min: 1.0, max: 2.0").digest)
    let choices = try study("values: [1.0, 2]")
    #expect(choices.setting("once.rate", 0) == .real(1) && choices.setting("once.rate", 1) == .int(2))
    #expect(try choices.overrides(for: ["once.rate": 0], seed: nil) == ["once.rate=1.0"])
  }

  @Test("seeds, epochs and the test's metric are those that the step names")
  func fromTheStep() throws {
    let study = try FitStep.definition(Self.recipe)
    #expect(study.seedSetting == "once.draws" && study.ownSeed == 7 && study.iterations == 9)
    #expect(study.confirmedMetric == Goal(metric: "once.error", direction: .minimize))
    #expect(try study.overrides(for: [:], seed: 3).last == "once.draws=3")
  }

  @Test("a trial whose error is larger than others' is stopped, not one whose error is smaller")
  func direction() throws {
    func trial(_ number: Int, _ error: Double, _ state: TrialState = .complete) -> Trial {
      var trial = Trial(number: number, assignment: [:], state: state)
      trial.intermediates = [.init(step: 2, value: error)]
      return trial
    }
    let others = (0..<6).map { trial($0, 1 + Double($0) / 10) }
    let goal = Goal(ProgressMetric("held_error", isLargerBetter: false, length: 9), of: "once")
    let pruner = MedianPruner(minimumStep: 2)
    #expect(pruner.verdict(on: trial(9, 0.5, .running), among: others, goal: goal) == .goOn)
    guard case .prune = pruner.verdict(on: trial(9, 2, .running), among: others, goal: goal) else {
      Issue.record("the largest error goes on")
      return
    }
  }

  @Test(
    "racing and ending by itself are refused where they could do nothing, with what to do instead",
    arguments: [
      (
        "early_terminate: { type: racing }", "tells_users: false",
        "nothing can be raced: 'held_error' is not told user by user; take asha, hyperband or median"
      ),
      (
        "early_terminate: { type: racing, min_iter: 9 }", "",
        "racing saves nothing at the last epoch of a training, which is 9; begin before it"
      ),
      (
        "stop_when: { settled: 0.9 }", "two",
        "with several metrics there is no single best that could be settled; leave one of the two out"
      ),
    ]
  )
  func refused(line: String, more: String, message: String) throws {
    var recipe = Self.recipe.replacing("early_terminate: { type: median, min_iter: 2 }", with: line)
    if more == "two" {
      recipe = recipe.replacing(
        "metric: { name: once.held_error, goal: minimize }",
        with: "metric: [{ name: once.held_error, goal: minimize }, { name: once.error, goal: minimize }]"
      )
    } else if !more.isEmpty {
      recipe = recipe.replacing("remark: seen", with: more)
    }
    do {
      _ = try FitStep.definition(recipe)
      Issue.record("it was taken")
    } catch let errors as RecipeErrors {
      #expect(errors.diagnostics.map(\.message) == [message])
    }
  }

  @Test(
    "a setting for seeds that no step has, or that takes no seed, is refused",
    arguments: [
      ("once", "'once' is a cell, not a setting: say which of its settings to set, as 'once.rounds'"),
      (
        "once.rounds",
        "'once.rounds' does not take every whole number of 0 or more, which a seed may be; name a setting that draws, as 'train.seed'"
      ),
      ("once.draw", "no step reads 'once.draw'; did you mean 'draws'?"),
      ("onc.draws", "no cell 'onc' to set 'onc.draws' in; did you mean 'once'?"),
      ("draws", "no cell 'draws' to set 'draws' in; the cells are once"),
    ]
  )
  func unknownSeedSetting(name: String, message: String) throws {
    do {
      _ = try FitStep.definition(Self.recipe + "  seeds: 2\n  seed_setting: \(name)\n")
      Issue.record("it was taken")
    } catch let errors as RecipeErrors {
      #expect(errors.diagnostics.map(\.message) == [message])
      #expect(errors.diagnostics.first?.place?.line == 12)
    }
  }

  @Test("what would overwrite a parameter, or stop the best, is refused, with what to do instead")
  func contradictions() throws {
    func refusal(_ old: String, with new: String) -> [String] {
      do {
        _ = try FitStep.definition(Self.recipe.replacing(old, with: new))
        return []
      } catch { return (error as? RecipeErrors)?.diagnostics.map(\.message) ?? ["\(error)"] }
    }
    #expect(
      refusal("goal: minimize", with: "goal: maximize") == [
        "trials are stopped where 'once.held_error' is worse, for which the goal is minimize, and the search's is maximize; leave one of "
          + "the two out"
      ]
    )
    let varied = "once.rounds: { values: [3, 9] }\n    once.draws: { values: [1, 2] }"
    let once = refusal("once.rounds: { values: [3, 9] }", with: varied)
    #expect(
      once.count == 1
        && once[0].contains("'once.draws' is varied, and the runs that confirm the best ('confirm') set it")
    )
    #expect(once[0].hasSuffix("or set 'confirm: {top: 0}'"))
    let twice = refusal("once.rounds: { values: [3, 9] }", with: varied + "\n  seeds: 2")
    #expect(twice.count == 1 && twice[0].contains("'seeds: 2' sets it"))
    #expect(refusal("once.rounds: { values: [3, 9] }", with: varied + "\n  confirm: { top: 0 }").isEmpty)
    #expect(
      refusal("once.rounds: { values: [3, 9] }", with: varied + "\n  seeds: 2\n  seed_setting: once.rounds")
        .count == 1
    )
  }

  @Test("without a goal losses are minimized, and all else is maximized")
  func usualDirections() {
    for name in ["train.loss", "fit.validation_loss"] { #expect(Goal.Direction(usualFor: name) == .minimize) }
    for name in ["eval.ndcg@20", "lossy.recall@5", "eval.loss.hits"] {
      #expect(Goal.Direction(usualFor: name) == .maximize)
    }
  }

  @Test("a search by the test's clicks is warned of, as is one over what decides which clicks these are")
  func warnings() throws {
    #expect(try FitStep.definition(Self.recipe).warnings.isEmpty)
    let study = try FitStep.definition(
      Self.recipe.replacing("once.held_error", with: "once.error").replacing(
        "early_terminate: { type: median, min_iter: 2 }",
        with: ""
      )
    )
    #expect(study.isOnTest && study.warnings.count == 1)
    #expect(
      study.warnings[0].hasPrefix("the search goes by 'once.error', which is measured on the test's clicks")
    )
  }
}
