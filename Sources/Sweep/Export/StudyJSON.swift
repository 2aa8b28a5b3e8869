import Files
import Report

/// A whole study as JSON, keys ascending; numbers that are not finite are null.
package enum StudyJSON {
  /// The study, its trials and its confirmation runs, indented, with a line end at the end.
  ///
  /// - Parameters:
  ///   - value: a parameter's value as recipes have it, of its name and its internal form.
  ///   - choices: what a categorical parameter is chosen from, by its name.
  package static func text(
    _ info: StudyInfo,
    _ trials: [Trial],
    confirmations: [Trial] = [],
    value: (String, Double) -> JSONNode,
    choices: (String) -> [JSONNode]
  ) -> String {
    let study = JSONNode.object([
      "study": node(info, choices),
      "trials": .list(trials.map { node($0, value) }),
      "confirmations": .list(confirmations.map { node($0, value) }),
    ])
    return study.text(pretty: true) + "\n"
  }

  private static func node(_ info: StudyInfo, _ choices: (String) -> [JSONNode]) -> JSONNode {
    .object([
      "name": .text(info.name),
      "recipe": .text(info.recipe),
      "digest": .text(info.digest),
      // As a text beyond 2^53, which many readers of JSON would round.
      "seed": info.seed <= 1 << 53 ? .integer(Int(info.seed)) : .text(String(info.seed)),
      "goals": .list(
        info.goals.map { .object(["metric": .text($0.metric), "direction": .text($0.direction.rawValue)]) }
      ),
      "parameters": .list(info.space.parameters.map { node($0, choices) }),
      "overrides": .list(info.overrides.map(JSONNode.text)),
      "definition": .parsing(info.definition),
      "created": .text(UTCTime.iso8601(info.created)),
    ])
  }

  private static func node(_ parameter: Parameter, _ choices: (String) -> [JSONNode]) -> JSONNode {
    .object([
      "name": .text(parameter.name),
      "distribution": node(parameter.distribution, choices(parameter.name)),
      "when": .list(
        parameter.when.map { condition in
          let listed = choices(condition.parameter)
          let allowed = condition.allowed.map { place in
            listed.indices.contains(Int(place)) ? listed[Int(place)] : JSONNode.number(place)
          }
          return .object(["parameter": .text(condition.parameter), "allowed": .list(allowed)])
        }
      ),
    ])
  }

  private static func node(_ distribution: Distribution, _ choices: [JSONNode]) -> JSONNode {
    switch distribution {
    case .categorical(let count, let probabilities):
      let shares = probabilities.map { JSONNode.list($0.map(JSONNode.number)) }
      return .object([
        "kind": .text("categorical"), "count": .integer(count), "choices": .list(choices),
        "probabilities": shares ?? .null,
      ])
    case .real(let min, let max, let isLog, let step):
      return .object([
        "kind": .text("real"), "min": .number(min), "max": .number(max), "log": .bool(isLog),
        "step": step.map(JSONNode.number) ?? .null,
      ])
    case .integer(let min, let max, let isLog, let step):
      return .object([
        "kind": .text("integer"), "min": .integer(min), "max": .integer(max), "log": .bool(isLog),
        "step": .integer(step),
      ])
    case .normal(let mean, let deviation):
      return .object(["kind": .text("normal"), "mean": .number(mean), "deviation": .number(deviation)])
    }
  }

  private static func node(_ trial: Trial, _ value: (String, Double) -> JSONNode) -> JSONNode {
    .object([
      "number": .integer(trial.number),
      "group": .integer(trial.group),
      "repetition": .integer(trial.repetition),
      "seed": trial.seed.map(JSONNode.integer) ?? .null,
      "state": .text(trial.state.rawValue),
      "assignment": .object(
        Dictionary(uniqueKeysWithValues: trial.assignment.map { ($0.key, value($0.key, $0.value)) })
      ),
      "values": trial.values.map { .list($0.map(JSONNode.number)) } ?? .null,
      "intermediates": .list(
        trial.intermediates.map { .object(["step": .integer($0.step), "value": .number($0.value)]) }
      ),
      "metrics": .object(trial.metrics.mapValues(JSONNode.number)),
      "seconds": .number(trial.seconds),
      "cell_seconds": .object(trial.cellSeconds.mapValues(JSONNode.number)),
      "cell_keys": .object(trial.cellKeys.mapValues(JSONNode.text)),
      "attempts": .integer(trial.attempts),
      "reason": trial.reason.map(JSONNode.text) ?? .null,
      "created": .text(UTCTime.iso8601(trial.created)),
      "ended": trial.ended.map { .text(UTCTime.iso8601($0)) } ?? .null,
    ])
  }
}
