import Files
import Recipe

/// The metrics a plan will give, by their full names: `eval.hit_rate@20`.
package struct MetricNames {
  /// All full names, in the order of the cells.
  package let all: [String]

  /// The names that the steps of `plan` say they give.
  package init(_ plan: Plan) {
    all = plan.cells.flatMap { planned in planned.step.metrics.map { "\(planned.id).\($0)" } }
  }

  /// The full name of a metric as it is written inside the cell `id`, or nil.
  package func resolve(_ name: String, in id: String) -> String? {
    all.first { $0 == name } ?? all.first { $0 == "\(id).\(name)" }
  }

  /// What could have been meant: `; did you mean …` or a list of what there is.
  package func hint(for name: String, in id: String) -> String {
    let local = all.filter { $0.hasPrefix(id + ".") }.map { String($0.dropFirst(id.utf8.count + 1)) }
    if let near = Suggestion.nearest(to: name, among: local + all) { return "; did you mean '\(near)'?" }
    let known = local.isEmpty ? all : local
    let rest = known.count > 8 ? ", …" : ""
    return known.isEmpty ? "" : "; there are \(known.prefix(8).joined(separator: ", "))\(rest)"
  }
}
