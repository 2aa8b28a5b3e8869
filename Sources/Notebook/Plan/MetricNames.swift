import Files
import Recipe

/// The metrics a plan will give, by their full names: `eval.hit_rate@20`.
package struct MetricNames: Sendable {
  /// All full names, in the order of the cells.
  package let all: [String]
  private let known: Set<String>

  /// The names that the steps of `cells` say they give.
  init(_ cells: [PlannedCell]) {
    all = cells.flatMap { planned in planned.step.metrics.map { "\(planned.id).\($0)" } }
    known = Set(all)
  }

  /// The full name of a metric as it is written inside the cell `id`, or nil.
  package func resolve(_ name: String, in id: String) -> String? {
    if known.contains(name) { return name }
    let full = "\(id).\(name)"
    return known.contains(full) ? full : nil
  }

  /// What could have been meant: `; did you mean …` or a list of what there is.
  /// - Parameter others: what else it could be.
  package func hint(for name: String, in id: String, besides others: [String] = []) -> String {
    let local = local(to: id)
    for names in [local + all, others] {
      if let near = Suggestion.nearest(to: name, among: names) { return "; did you mean '\(near)'?" }
    }
    let known = local.isEmpty ? all : local
    let rest = known.count > 8 ? ", …" : ""
    return known.isEmpty ? "" : "; there are \(known.prefix(8).joined(separator: ", "))\(rest)"
  }

  /// The metrics of the cell `id` as they are called inside of it.
  package func local(to id: String) -> [String] {
    all.filter { $0.hasPrefix(id + ".") }.map { String($0.dropFirst(id.utf8.count + 1)) }
  }

  /// What `name`, written at `place` inside the cell `id`, must have meant; nil where that is not certain.
  func correction(
    of name: String,
    in id: String,
    at place: Place?,
    besides others: [String] = []
  ) -> Correction? {
    Correction(name, at: place, among: local(to: id) + all + others)
  }
}
