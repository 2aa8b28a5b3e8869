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

    /// Whether it asks for more or less.
    var isOrder: Bool { [.atMost, .atLeast, .less, .greater].contains(self) }
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
    let operators = Operator.allCases.map(\.rawValue).joined(separator: " ")
    guard let match = text.wholeMatch(of: /\s*([^<>=!~\s][^<>=!~]*?)\s*([<>=!~]+)\s*(.*?)\s*/),
      !match.3.isEmpty
    else {
      throw RunRefusal(
        "--where: expected NAME OPERATOR VALUE, as 'train.epochs > 3', with one of \(operators); got '\(text)'"
      )
    }
    guard let comparison = Operator(rawValue: match.2 == "==" ? "=" : String(match.2)) else {
      throw RunRefusal("--where: there is no operator '\(match.2)' in '\(text)'; there are \(operators)")
    }
    name = String(match.1)
    self.comparison = comparison
    value = String(match.3)
    guard name != RunFact.date || comparison == .contains || date != nil else {
      throw RunRefusal(
        "--where: expected a date as YYYY-MM-DD, or YYYY-MM-DDTHH:MM:SS, in UTC; got '\(value)'"
      )
    }
  }

  /// The value as a date or the beginning of one, as records write it: `2026-11`, `2026-11-28T10:15`; nil for none.
  private var date: String? {
    let text = RunFact.Value(value).text.uppercased().replacing(" ", with: "T")
    let isDate =
      text.wholeMatch(of: /[0-9]{4}(-[0-9]{2}(-[0-9]{2}(T[0-9]{2}(:[0-9]{2}(:[0-9]{2}Z?)?)?)?)?)?/) != nil
    return isDate ? text : nil
  }

  /// Asks whether it can be answered for `runs`.
  /// - Throws: ``RunRefusal`` where none of them knows the name, or one has a number there and the value to be above or
  ///   below is none.
  func check(in runs: [StoredRun]) throws {
    try RunFact.check(name, in: runs, for: "--where")
    guard comparison.isOrder, RunFact.Value(value).number == nil,
      runs.contains(where: { RunFact.value(name, in: $0)?.number != nil })
    else { return }
    throw RunRefusal("--where: '\(name)' is a number, and '\(value)' is none")
  }

  /// Whether `run` meets it. A run without a value meets what is to be another one, and nothing else.
  ///
  /// Numbers are compared as numbers, all else as texts; of a date as much is compared as is given; a run with several
  /// tags has each; `~` asks whether the text holds the value, in any letter case.
  package func isMet(by run: StoredRun) -> Bool {
    guard let own = RunFact.value(name, in: run) else { return comparison == .notEqual }
    if comparison == .contains { return own.text.lowercased().contains(value.lowercased()) }
    let other = RunFact.Value(value)
    if name == RunFact.date, let date { return holds(String(own.text.prefix(date.count)), date) }
    if name == RunFact.tag, run.tags.contains(other.text) { return holds(other.text, other.text) }
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
  /// - Throws: ``RunRefusal`` where a name is unknown, or a value is of another kind than the runs'.
  package func apply(to runs: [StoredRun]) throws -> [StoredRun] {
    for condition in conditions { try condition.check(in: runs) }
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
