import Recipe

/// The section `sweep` of a recipe as it was written: what is searched, how, for how long.
struct SweepSettings: Sendable {
  /// How settings are proposed.
  enum Method: String, CaseIterable, Sendable {
    case grid, random, sobol, tpe
  }

  /// How losers are stopped.
  enum Termination: String, CaseIterable, Sendable {
    case asha, hyperband, median, racing
  }

  /// When and by what losers are stopped.
  struct EarlyTermination: Sendable {
    var type: Termination
    var minIter: Int
    var maxIter: Int?
    var eta: Int
    var s: Int
    var error: Double?
  }

  /// What is run again at the end.
  struct Confirmation: Sendable {
    var top: Int
    var seeds: Int
    var metric: String?
  }

  var method: Method
  var metric: Setting?
  var parameters: [ParameterSettings]
  var runCap: Int
  var timeCapSeconds: Double?
  var seeds: Int
  var seedSetting: String?
  var seed: Int
  var includesRecipe: Bool
  var parallel: Int
  var early: EarlyTermination?
  /// The probability with which the best must stay the best for the search to end by itself; nil where it does not.
  var settled: Double?
  var timeoutSeconds: Double?
  var retries: Int
  var confirmation: Confirmation
  /// Where trials run; nil for this machine.
  var launcher: LauncherSettings?

  /// Reads the section; problems accumulate in `fields`.
  init(_ fields: inout Fields) {
    method = fields.choice(
      "method",
      default: .tpe,
      "How settings are proposed: all of a grid, at random, along a Sobol sequence, or by what did well so far (TPE)."
    )
    metric = fields.anyValue(
      "metric",
      "What is searched for: {name: eval.validation.ndcg@20, goal: maximize}, or a list of such for a Pareto front. Without a goal "
        + "losses are minimized, and all else is maximized."
    )
    parameters = fields.sections("parameters", "What is varied: settings by their full names.") {
      name,
      inner in
      ParameterSettings(name: name, &inner)
    }
    .map(\.value)
    runCap = fields.int(
      "run_cap",
      default: 50,
      in: 1...100_000,
      role: .presentation,
      "How many settings are tried at most; a grid may end earlier."
    )
    timeCapSeconds = Duration.read("time_cap", "How long new trials may start: 90s, 30m, 2h.", &fields)
    seeds = fields.int(
      "seeds",
      default: 1,
      in: 1...100,
      "How often each setting is run, each time with another seed."
    )
    seedSetting = fields.optionalString(
      "seed_setting",
      "The setting that gets these seeds; by default that of training."
    )
    seed = fields.int("seed", default: 42, in: 0...Int.max, "What proposals are drawn from.")
    includesRecipe = fields.bool(
      "include_recipe",
      default: true,
      "Whether the recipe's own settings are the first trial, where the parameters allow them; never in a grid."
    )
    parallel = fields.int(
      "parallel",
      default: 1,
      in: 1...256,
      role: .presentation,
      "How many trials run at once; they share the threads, and there are never more than these."
    )
    early = fields.optionalSection(
      "early_terminate",
      "Whether losers are stopped early, by the validation of each epoch but the last; a setting that is stopped on the first "
        + "of its seeds is stopped on all."
    ) {
      EarlyTermination(
        type: $0.choice(
          "type",
          default: .asha,
          "By successive halving (asha), several of them (hyperband), the median, or by comparing the same users (racing)."
        ),
        minIter: $0.int(
          "min_iter",
          default: 1,
          in: 1...100_000,
          "The epoch before which nothing is stopped."
        ),
        maxIter: $0.optionalInt(
          "max_iter",
          in: 1...100_000,
          "The epochs of a whole training; by default as many as the step has that is measured."
        ),
        eta: $0.int("eta", default: 3, in: 2...100, "One of how many goes on at each rung."),
        s: $0.int("s", default: 0, in: 0...20, "How many rungs above min_iter the first one stands (asha)."),
        error: $0.optionalDouble(
          "error",
          in: .open(0, 0.5),
          "How likely at most a setting that is no worse is stopped (racing); 0.05 where it is left out."
        )
      )
    }
    settled = fields.optionalSection(
      "stop_when",
      "When the search ends by itself, before run_cap; a grid is tried in strides over all of it then, not in written order."
    ) {
      $0.double(
        "settled",
        default: 0.95,
        in: .closed(0.5, 0.9999),
        role: .presentation,
        "How probable it must be that nothing which runs or is left beats the best by more than noise."
      )
    }
    timeoutSeconds = Duration.read("trial_timeout", "How long one trial may take: 90s, 30m, 2h.", &fields)
    retries = fields.int(
      "retries",
      default: 1,
      in: 0...100,
      role: .presentation,
      "How often a trial is started again that a signal or the timeout ended."
    )
    confirmation = fields.section(
      "confirm",
      "What is run again in the end, on fresh seeds and the test's clicks."
    ) {
      Confirmation(
        top: $0.int(
          "top",
          default: 3,
          in: 0...100,
          role: .presentation,
          "How many of the best settings; 0 for none."
        ),
        seeds: $0.int("seeds", default: 3, in: 2...100, role: .presentation, "On how many fresh seeds."),
        metric: $0.optionalString(
          "metric",
          role: .presentation,
          "What is measured; by default the first metric, on the test's clicks where it has them on the validation's."
        )
      )
    }
    launcher = fields.optionalSection(
      "launcher",
      "Where trials run: local, or {type: slurm, partition: short, cpus: 8, time: 02:00:00}.",
      shorthand: "type",
      LauncherSettings.init
    )
  }

  /// The settings, for help and the JSON Schema.
  static var specs: [FieldSpec] {
    var fields = Fields.describing(step: "sweep")
    _ = SweepSettings(&fields)
    return fields.specs
  }
}
