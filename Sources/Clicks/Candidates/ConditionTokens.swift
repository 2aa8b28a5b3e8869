import Tables

/// The words of a condition.
enum ConditionToken: Equatable {
  /// A bare word: a column, `and`, `in`, `request`, a value within brackets.
  case word(String)
  /// A column in backquotes.
  case column(String)
  /// Text in quotes.
  case text(String)
  /// A number.
  case number(String)
  /// A number with a unit of time: how many seconds.
  case duration(Int64)
  /// `==`, `(`, `,` and the like.
  case sign(String)

  /// What messages call it.
  var shown: String {
    switch self {
    case .word(let text), .number(let text), .sign(let text): "'\(text)'"
    case .column(let text): "`\(text)`"
    case .text(let text): "\"\(text)\""
    case .duration(let seconds): "\(seconds)s"
    }
  }
}

/// Cuts a condition into its words.
struct ConditionTokens {
  /// The words, each with its place in the text as a number of characters from 1.
  private(set) var tokens: [(token: ConditionToken, place: Int)] = []
  /// The place behind the last character.
  let end: Int
  private let characters: [Character]
  private var next = 0

  /// The seconds of the units of time.
  private static let units: [(name: String, seconds: Int64)] = [
    ("s", 1), ("min", 60), ("h", 3600), ("d", 86_400), ("w", 604_800),
  ]

  private static let longestSeconds: UInt64 = 1_000_000_000_000

  init(_ text: String) throws(ItemCondition.Problem) {
    characters = Array(text)
    end = characters.count + 1
    while next < characters.count {
      if characters[next].isWhitespace { next += 1 } else { try takeToken() }
    }
  }

  private mutating func takeToken() throws(ItemCondition.Problem) {
    let start = next
    let first = characters[next]
    switch first {
    case "\"", "'": add(.text(try quoted(by: first)), start)
    case "`": add(.column(try quoted(by: first)), start)
    case _ where isDigit(start) || ("+-.".contains(first) && startsNumber): try takeNumber()
    case _ where first.isLetter || first == "_":
      add(.word(take { $0.isLetter || $0.isNumber || "_.".contains($0) }), start)
    default:
      let two = String(characters[next..<min(next + 2, characters.count)])
      let sign = ["==", "!=", "<=", ">="].contains(two) ? two : String(first)
      guard sign.count == 2 || "=<>()[],+-".contains(first) else {
        throw ItemCondition.Problem(message: "'\(first)' means nothing in a condition", place: start + 1)
      }
      next += sign.count
      add(.sign(sign), start)
    }
  }

  private mutating func add(_ token: ConditionToken, _ start: Int) {
    tokens.append((token, start + 1))
  }

  private func isDigit(_ place: Int) -> Bool {
    place < characters.count && characters[place].isASCII && characters[place].isNumber
  }

  /// Whether a sign or a point here begins a number: behind a value a sign adds or takes away.
  private var startsNumber: Bool {
    guard
      isDigit(next + 1) || (next + 1 < characters.count && characters[next + 1] == "." && isDigit(next + 2))
    else { return false }
    if case .word("request")? = tokens.last?.token { return false }
    return true
  }

  private mutating func take(_ isPart: (Character) -> Bool) -> String {
    let start = next
    while next < characters.count, isPart(characters[next]) { next += 1 }
    return String(characters[start..<next])
  }

  /// Text up to the next `quote`; one that is doubled stands for itself.
  private mutating func quoted(by quote: Character) throws(ItemCondition.Problem) -> String {
    let start = next
    var text = ""
    next += 1
    while next < characters.count {
      if characters[next] == quote {
        next += 1
        guard next < characters.count, characters[next] == quote else { return text }
      }
      text.append(characters[next])
      next += 1
    }
    throw ItemCondition.Problem(message: "the \(quote) that begins here has no end", place: start + 1)
  }

  /// The date that stands here without quotes.
  private var bareDate: String? {
    let text = String(characters[next..<min(next + 10, characters.count)])
    return text.count == 10 && text.dropFirst(4).first == "-" && Moment(text) != nil ? text : nil
  }

  private mutating func takeNumber() throws(ItemCondition.Problem) {
    let start = next
    if let date = bareDate {
      throw ItemCondition.Problem(
        message: "a date stands in quotes, as in \"\(date)\"",
        place: start + 1
      )
    }
    var text = ""
    if "+-".contains(characters[next]) {
      text.append(characters[next])
      next += 1
    }
    text += take { ($0.isASCII && $0.isNumber) || $0 == "." || $0 == "_" }.filter { $0 != "_" }
    let hasExponent =
      next < characters.count && "eE".contains(characters[next])
      && (isDigit(next + 1)
        || (next + 1 < characters.count && "+-".contains(characters[next + 1]) && isDigit(next + 2)))
    if hasExponent {
      text.append("e")
      next += 1
      if !isDigit(next) {
        text.append(characters[next])
        next += 1
      }
      text += take { $0.isASCII && $0.isNumber }
    }
    guard let value = Double(text), value.isFinite else {
      throw ItemCondition.Problem(message: "'\(text)' is no number", place: start + 1)
    }
    let unit = take { $0.isLetter || $0.isNumber || $0 == "_" }
    if unit.isEmpty { return add(.number(text), start) }
    guard let seconds = Self.units.first(where: { $0.name == unit })?.seconds else {
      throw ItemCondition.Problem(
        message:
          "expected a number, or one with s, min, h, d or w behind it, got '\(text)\(unit)'; text stands in quotes",
        place: start + 1
      )
    }
    guard let whole = Int64(exactly: value * Double(seconds)), whole.magnitude <= Self.longestSeconds else {
      throw ItemCondition.Problem(
        message: "expected a whole number of seconds, 30,000 years at most, got '\(text)\(unit)'",
        place: start + 1
      )
    }
    add(.duration(whole), start)
  }
}
