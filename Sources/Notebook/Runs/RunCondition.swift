import Files

/// A condition on runs, as it is written on a command line: `train.epochs > 3`, `model.pooling = mean`.
package struct RunCondition: Sendable {
  /// How the two sides are compared.
  package enum Operator: String, CaseIterable, Sendable {
    case notEqual = "!="
    case atMost = "<="
    case atLeast = ">="
    case equals = "="
    case less = "<"
    case greater = ">"
    case contains = "~"
  }

  /// The setting, metric or fact.
  package let name: String
  /// How it is compared.
  package let comparison: Operator
  /// What with, as it was typed.
  package let value: String

  /// Reads a condition.
  /// - Throws: ``RunRefusal`` where it is none.
  package init(_ text: String) throws {
    guard let match = text.wholeMatch(of: /\s*([^<>=!~\s][^<>=!~]*?)\s*(!=|<=|>=|==|=|<|>|~)\s*(.*?)\s*/),
      let comparison = Operator(rawValue: match.2 == "==" ? "=" : String(match.2)), !match.3.isEmpty
    else {
      let operators = Operator.allCases.map(\.rawValue).joined(separator: " ")
      throw RunRefusal(
        "--where: expected NAME OPERATOR VALUE, as 'train.epochs > 3', with one of \(operators); got '\(text)'"
      )
    }
    name = String(match.1)
    self.comparison = comparison
    value = String(match.3)
  }

  /// Whether `run` meets it. A run without a value meets none.
  ///
  /// Numbers are compared as numbers, all else as texts; `~` asks whether the text holds the value, in any letter case.
  package func isMet(by run: StoredRun) -> Bool {
    guard let own = RunFact.value(name, in: run) else { return false }
    if comparison == .contains { return own.text.lowercased().contains(value.lowercased()) }
    let other = RunFact.Value(value)
    if let a = own.number, let b = other.number { return holds(a, b) }
    return holds(own.text, other.text)
  }

  private func holds<Side: Comparable>(_ a: Side, _ b: Side) -> Bool {
    switch comparison {
    case .notEqual: a != b
    case .atMost: a <= b
    case .atLeast: a >= b
    case .equals: a == b
    case .less: a < b
    case .greater: a > b
    case .contains: false
    }
  }
}

/// Which runs are wanted, and in which order.
package struct RunQuery: Sendable {
  /// What all of them meet.
  package var conditions: [RunCondition] = []
  /// The setting, metric or fact they are sorted by; nil for the newest first.
  package var sort: String?
  /// Whether the lowest, or the oldest, comes first.
  package var isAscending = false
  /// How many of the newest that meet the conditions; nil for all.
  package var last: Int?

  /// All runs, the newest first.
  package init() {}

  /// The runs that are wanted of `runs`, the newest first. Those without a value to sort by come last.
  /// - Throws: ``RunRefusal`` where a name is unknown.
  package func apply(to runs: [StoredRun]) throws -> [StoredRun] {
    for condition in conditions { try RunFact.check(condition.name, in: runs, for: "--where") }
    if let sort { try RunFact.check(sort, in: runs, for: "--sort") }
    var kept = runs.filter { run in conditions.allSatisfy { $0.isMet(by: run) } }
    if let last { kept = Array(kept.prefix(last)) }
    guard let sort else { return isAscending ? kept.reversed() : kept }
    let valued = kept.map { (run: $0, value: RunFact.value(sort, in: $0)) }
    let order = valued.indices.sorted { a, b in
      Self.precedes(valued[a].value, valued[b].value, isAscending) ?? (a < b)
    }
    return order.map { valued[$0].run }
  }

  /// Whether one value comes before another; nil where they are equal.
  private static func precedes(_ a: RunFact.Value?, _ b: RunFact.Value?, _ isAscending: Bool) -> Bool? {
    guard let a, let b else { return (a == nil) == (b == nil) ? nil : a != nil }
    if let x = a.number, let y = b.number { return x == y ? nil : (x < y) == isAscending }
    return a.text == b.text ? nil : (a.text < b.text) == isAscending
  }
}
