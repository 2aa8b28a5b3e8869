import Recipe
import Report

/// The settings of a sweep that are the same in all trials or computed from parameters, in the order written.
struct ComputedSettings: Sendable {
  /// A value, or a text with `${…}` over parameters.
  struct Fixed: Sendable {
    var name: String
    var value: Setting
  }

  /// Why a value cannot be computed, in words that say what to do.
  struct Failure: Error, Equatable, CustomStringConvertible {
    var description: String
  }

  let fixed: [Fixed]

  /// The value of a setting beside the values of parameters that are drawn; nil where it is computed from one that does not count.
  /// - Parameter drawn: the value of a parameter that is drawn, by its name; nil for others and for those that do not count.
  /// - Throws: `Failure`.
  func value(of fixed: Fixed, drawn: (String) -> Setting?) throws(Failure) -> Setting? {
    try self.value(of: fixed, drawn, under: [])
  }

  private func value(of fixed: Fixed, _ drawn: (String) -> Setting?, under names: [String]) throws(Failure)
    -> Setting?
  {
    guard case .string(let text) = fixed.value, let expression = Expression(text) else { return fixed.value }
    if let start = names.firstIndex(of: fixed.name) {
      let way = names[(start + 1)...].map { "'\($0)'" }
      let round = way.isEmpty ? "" : ", by way of \(Words.list(way))"
      throw Failure(
        description:
          "'\(fixed.name)' is computed from itself\(round): give numbers in its place, or compute it from others alone"
      )
    }
    var known: [String: Setting] = [:]
    for name in expression.names where known[name] == nil {
      if let value = drawn(name) {
        known[name] = value
      } else if let other = self.fixed.first(where: { $0.name == name }),
        let value = try self.value(of: other, drawn, under: names + [fixed.name])
      {
        known[name] = value
      } else {
        return nil
      }
    }
    do throws(Expression.Failure) { return try expression.evaluate { known[$0] } } catch {
      let given = known.keys.sorted().compactMap { name in known[name].map { "\(name) = \($0.inlineYAML)" } }
      let beside = given.isEmpty ? "" : " with \(Words.list(given))"
      throw Failure(description: "'\(fixed.name)' cannot be computed by \(text)\(beside): \(error.words)")
    }
  }
}
