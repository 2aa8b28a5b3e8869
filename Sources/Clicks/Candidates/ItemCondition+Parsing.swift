extension ItemCondition {
  /// Reads a condition.
  /// - Throws: `Problem` that names the place in the text.
  package init(_ text: String) throws(Problem) {
    var parser = Parser(words: try ConditionTokens(text))
    self = try parser.condition()
    if let (token, place) = parser.peek {
      throw Problem(message: "expected 'and', 'or' or the end, got \(token.shown)", place: place)
    }
  }

  /// How deep parentheses and `not` may stand in each other: a text of a recipe ends no stack.
  fileprivate static let deepest = 100
}

/// Reads a condition word by word.
private struct Parser {
  let words: ConditionTokens
  private var next = 0
  private var depth = 0

  init(words: ConditionTokens) { self.words = words }

  typealias Problem = ItemCondition.Problem

  var peek: (token: ConditionToken, place: Int)? {
    next < words.tokens.count ? words.tokens[next] : nil
  }

  private var place: Int { peek?.place ?? words.end }

  /// Takes the word or sign `text` if it is next.
  private mutating func take(_ text: String) -> Bool {
    switch peek?.token {
    case .word(text)?, .sign(text)?:
      next += 1
      return true
    default: return false
    }
  }

  private func expected(_ what: String) -> Problem {
    Problem(message: "expected \(what), got \(peek?.token.shown ?? "the end")", place: place)
  }

  mutating func condition() throws(Problem) -> ItemCondition {
    var parts = [try conjunction()]
    while take("or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(Problem) -> ItemCondition {
    var parts = [try negation()]
    while take("and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negation() throws(Problem) -> ItemCondition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= ItemCondition.deepest else {
      throw Problem(message: "conditions stand too deep in each other", place: place)
    }
    if take("not") { return .not(try negation()) }
    if take("(") {
      let inner = try condition()
      guard take(")") else { throw expected("')'") }
      return inner
    }
    return try comparison()
  }

  /// `price <= 30`, `10 <= price < 30`, `category in [A, B]`, `price is missing`.
  private mutating func comparison() throws(Problem) -> ItemCondition {
    var left = try operand()
    if case .column(let column) = left, let condition = try membership(of: column) { return condition }
    var parts: [ItemCondition] = []
    while let (comparison, isNegated, place) = takeComparison() {
      let right = try operand()
      let part = try Self.compare(left, comparison, right, place)
      parts.append(isNegated ? .differs(part) : try Self.checked(part))
      left = right
    }
    guard !parts.isEmpty else {
      throw expected("a comparison such as '==', '<=' or 'in [...]'")
    }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func membership(of column: ItemCondition.Column) throws(Problem) -> ItemCondition? {
    if take("is") {
      let isNegated = take("not")
      guard take("missing") else { throw expected("'missing'") }
      return isNegated ? .not(.isMissing(column)) : .isMissing(column)
    }
    if take("in") { return try Self.checked(.isOneOf(column, try list())) }
    if take("not") {
      guard take("in") else { throw expected("'in'") }
      return .differs(.isOneOf(column, try list()))
    }
    return nil
  }

  /// The condition, where it asks for no empty text.
  private static func checked(_ part: ItemCondition) throws(Problem) -> ItemCondition {
    var values: [ItemCondition.Literal] = []
    if case .isOneOf(_, let list) = part { values = list }
    if case .compare(_, .equal, .literal(let value)) = part { values = [value] }
    guard let empty = values.first(where: { $0.text.isEmpty }), let name = part.columns.first?.name else {
      return part
    }
    let isWord = name.allSatisfy { $0.isLetter || $0.isNumber || "_.".contains($0) }
    throw Problem(
      message:
        "no comparison holds of an empty field; ask for one by '\(isWord ? name : "`\(name)`") is missing'",
      place: empty.place
    )
  }

  private mutating func takeComparison() -> (ItemCondition.Comparison, isNegated: Bool, place: Int)? {
    guard let (token, place) = peek, case .sign(let sign) = token else { return nil }
    let found: (ItemCondition.Comparison, Bool)? =
      switch sign {
      case "=": (.equal, false)
      case "!=": (.equal, true)
      default: ItemCondition.Comparison(rawValue: sign).map { ($0, false) }
      }
    guard let (comparison, isNegated) = found else { return nil }
    next += 1
    return (comparison, isNegated, place)
  }

  private static func compare(
    _ left: ItemCondition.Operand,
    _ comparison: ItemCondition.Comparison,
    _ right: ItemCondition.Operand,
    _ place: Int
  ) throws(Problem) -> ItemCondition {
    if case .column(let column) = left { return .compare(column, comparison, right) }
    if case .column(let column) = right { return .compare(column, comparison.flipped, left) }
    throw Problem(message: "one side of '\(comparison.rawValue)' must be an item column", place: place)
  }

  private mutating func operand() throws(Problem) -> ItemCondition.Operand {
    guard let (token, place) = peek else { throw expected("an item column") }
    switch token {
    case .word("request"):
      next += 1
      return .request(seconds: try offset())
    case .word(let name) where !["and", "or", "not", "in", "is"].contains(name), .column(let name):
      next += 1
      return .column(ItemCondition.Column(name: name, place: place))
    case .text, .number: return .literal(try literal())
    default: throw expected("an item column, a value or 'request'")
    }
  }

  /// What is added to the time of a request, in seconds.
  private mutating func offset() throws(Problem) -> Int64 {
    let sign: Int64 = take("-") ? -1 : take("+") ? 1 : 0
    guard sign != 0 else { return 0 }
    guard case .duration(let seconds)? = peek?.token else {
      throw expected("a time such as '7d', '12h', '30min' or '90s'")
    }
    next += 1
    return sign * seconds
  }

  private mutating func literal() throws(Problem) -> ItemCondition.Literal {
    guard let (token, place) = peek else { throw expected("a value") }
    switch token {
    case .text(let text):
      next += 1
      return ItemCondition.Literal(text: text, isQuoted: true, place: place)
    case .number(let text), .word(let text):
      next += 1
      return ItemCondition.Literal(text: text, isQuoted: false, place: place)
    default: throw expected("a value")
    }
  }

  private mutating func list() throws(Problem) -> [ItemCondition.Literal] {
    guard take("[") || take("(") else { throw expected("a list such as '[A, B]'") }
    var values = [try literal()]
    while take(",") { values.append(try literal()) }
    guard take("]") || take(")") else {
      throw expected("',' or ']', as text that is no plain word stands in quotes")
    }
    return values
  }
}
