import Files
import Recipe
import Report

/// The trials of a study as a table in CSV (RFC 4180, lines ending in a single line feed).
package enum StudyTable {
  /// One line a trial under a line of names: number, group, repetition, seed, state, the study's metrics, its
  /// parameters, seconds, attempts, created, ended (ISO 8601, UTC), reason.
  ///
  /// A field is empty where there is no value: a parameter that does not count, a metric before the end. Numbers are
  /// the shortest that read back as the same; those that are not finite read `nan`, `inf`, `-inf`.
  ///
  /// - Parameter shown: The text of a parameter's value, given in internal form.
  package static func text(
    _ info: StudyInfo,
    _ trials: [Trial],
    shown: (_ parameter: Parameter, _ value: Double) -> String
  ) -> String {
    let names =
      ["number", "group", "repetition", "seed", "state"] + info.goals.map(\.metric)
      + info.space.parameters.map(\.name) + ["seconds", "attempts", "created", "ended", "reason"]
    let lines = trials.map { trial in
      var fields = ["\(trial.number)", "\(trial.group)", "\(trial.repetition)"]
      fields += [trial.seed.map(String.init) ?? "", trial.state.rawValue]
      fields += info.goals.indices.map { goal in
        trial.values.flatMap { goal < $0.count ? "\($0[goal])" : nil } ?? ""
      }
      fields += info.space.parameters.map { parameter in
        trial.assignment[parameter.name].map { shown(parameter, $0) } ?? ""
      }
      fields += ["\(trial.seconds)", "\(trial.attempts)", UTCTime.iso8601(trial.created)]
      fields += [trial.ended.map(UTCTime.iso8601) ?? "", trial.reason ?? ""]
      return line(fields)
    }
    return ([line(names)] + lines).map { $0 + "\n" }.joined()
  }

  /// Fields between commas.
  static func line(_ fields: [String]) -> String { fields.map { CSVField.quoted($0) }.joined(separator: ",") }
}
