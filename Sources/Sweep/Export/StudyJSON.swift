import Files

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
    value: (String, Double) -> JSONValue,
    choices: (String) -> [JSONValue]
  ) -> String {
    let study = JSONValue.sorted([
      "study": node(info, choices),
      "trials": .array(trials.map { node($0, value) }),
      "confirmations": .array(confirmations.map { node($0, value) }),
    ])
    return study.text(.indented) + "\n"
  }

  private static func node(_ info: StudyInfo, _ choices: (String) -> [JSONValue]) -> JSONValue {
    .sorted([
      "name": .string(info.name),
      "recipe": .string(info.recipe),
      "digest": .string(info.digest),
      // As a text beyond 2^53, which many readers of JSON would round.
      "seed": info.seed <= 1 << 53 ? .int(Int(info.seed)) : .string(String(info.seed)),
      "goals": .array(
        info.goals.map {
          .sorted(["metric": .string($0.metric), "direction": .string($0.direction.rawValue)])
        }
      ),
      "parameters": .array(info.space.parameters.map { node($0, choices) }),
      "overrides": .array(info.overrides.map(JSONValue.string)),
      "definition": parsed(info.definition),
      "created": .string(UTCTime.iso8601(info.created)),
    ])
  }

  /// The value of a JSON text; a text that is no JSON stays a text.
  private static func parsed(_ text: String) -> JSONValue {
    (try? CodableJSON.value(JSONValue.self, from: text)) ?? .string(text)
  }

  private static func node(_ parameter: Parameter, _ choices: (String) -> [JSONValue]) -> JSONValue {
    .sorted([
      "name": .string(parameter.name),
      "distribution": node(parameter.distribution, choices(parameter.name)),
      "when": .array(
        parameter.when.map { condition in
          let listed = choices(condition.parameter)
          let allowed = condition.allowed.map { place in
            listed.indices.contains(Int(place)) ? listed[Int(place)] : JSONValue.real(place)
          }
          return .sorted(["parameter": .string(condition.parameter), "allowed": .array(allowed)])
        }
      ),
    ])
  }

  private static func node(_ distribution: Distribution, _ choices: [JSONValue]) -> JSONValue {
    switch distribution {
    case .categorical(let count, let probabilities):
      let shares = probabilities.map { JSONValue.array($0.map(JSONValue.real)) }
      return .sorted([
        "kind": .string("categorical"), "count": .int(count), "choices": .array(choices),
        "probabilities": shares ?? .null,
      ])
    case .real(let min, let max, let isLog, let step):
      return .sorted([
        "kind": .string("real"), "min": .real(min), "max": .real(max), "log": .bool(isLog),
        "step": step.map(JSONValue.real) ?? .null,
      ])
    case .integer(let min, let max, let isLog, let step):
      return .sorted([
        "kind": .string("integer"), "min": .int(min), "max": .int(max), "log": .bool(isLog),
        "step": .int(step),
      ])
    case .normal(let mean, let deviation):
      return .sorted(["kind": .string("normal"), "mean": .real(mean), "deviation": .real(deviation)])
    }
  }

  private static func node(_ trial: Trial, _ value: (String, Double) -> JSONValue) -> JSONValue {
    .sorted([
      "number": .int(trial.number),
      "group": .int(trial.group),
      "repetition": .int(trial.repetition),
      "seed": trial.seed.map(JSONValue.int) ?? .null,
      "state": .string(trial.state.rawValue),
      "assignment": .sorted(
        Dictionary(uniqueKeysWithValues: trial.assignment.map { ($0.key, value($0.key, $0.value)) })
      ),
      "values": trial.values.map { .array($0.map(JSONValue.real)) } ?? .null,
      "intermediates": .array(
        trial.intermediates.map { .sorted(["step": .int($0.step), "value": .real($0.value)]) }
      ),
      "metrics": .sorted(trial.metrics.mapValues(JSONValue.real)),
      "seconds": .real(trial.seconds),
      "cell_seconds": .sorted(trial.cellSeconds.mapValues(JSONValue.real)),
      "cell_keys": .sorted(trial.cellKeys.mapValues(JSONValue.string)),
      "attempts": .int(trial.attempts),
      "reason": trial.reason.map(JSONValue.string) ?? .null,
      "created": .string(UTCTime.iso8601(trial.created)),
      "ended": trial.ended.map { .string(UTCTime.iso8601($0)) } ?? .null,
    ])
  }
}
