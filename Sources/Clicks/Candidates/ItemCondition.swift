import Tables

/// A condition on the item table that an item must meet to be a candidate, as a recipe writes it:
///
///     category in [12, 15] and not (price > 30 or lang == "pt")
///     created_at <= request and created_at >= request - 7d
///
/// From the loosest to the tightest: `or`; `and`; `not`; a comparison. Comparisons are `==`, `!=`, `<`, `<=`, `>`, `>=`,
/// `in […]`, `not in […]`, `is missing` and `is not missing`, and may be chained (`10 <= price < 30`). A column is named as in
/// the item table, in backquotes where its name is no plain word; `request` is the time of the request, `request - 7d` is seven
/// days before it (`s`, `min`, `h`, `d`, `w`). Text stands in quotes, which words within `[…]` do not need; a date in quotes,
/// such as `"2017-10-01"`, is its first moment where a column of numbers or dates is compared with it.
///
/// A comparison with a value that is missing does not hold, `!=` and `not in` among them; `not a == b` does.
package indirect enum ItemCondition: Sendable, Equatable {
  /// All of them hold.
  case all([ItemCondition])
  /// One of them holds at least.
  case any([ItemCondition])
  /// It does not hold.
  case not(ItemCondition)
  /// This comparison does not hold, though its columns have values.
  case differs(ItemCondition)
  /// The value of a column stands so to another.
  case compare(Column, Comparison, Operand)
  /// The value of a column is one of these.
  case isOneOf(Column, [Literal])
  /// A column has no value: an empty field.
  case isMissing(Column)

  /// A column, and where the text names it.
  package struct Column: Sendable, Equatable {
    /// Its name.
    package var name: String
    /// Where in the text it stands, as a number of characters from 1.
    package var place: Int
  }

  /// How a value is compared with another.
  package enum Comparison: String, Sendable, Equatable {
    case equal = "=="
    case less = "<"
    case atMost = "<="
    case greater = ">"
    case atLeast = ">="

    /// The same, seen from the other side: `a < b` is `b > a`.
    var flipped: Comparison {
      switch self {
      case .equal: .equal
      case .less: .greater
      case .atMost: .atLeast
      case .greater: .less
      case .atLeast: .atMost
      }
    }

    /// Whether a whole number stands so to another one, with no digit of it lost.
    func holds(_ a: Int64, exactly b: Double) -> Bool {
      let floor = b.rounded(.down)
      guard !b.isNaN else { return false }
      guard floor < 0x1p63 else { return holds(-1, 0) }
      guard floor >= -0x1p63 else { return holds(1, 0) }
      let whole = Int64(floor)
      return holds(a < whole ? -1 : a > whole ? 1 : floor < b ? -1 : 0, 0)
    }

    /// Whether `a` stands so to `b`.
    func holds<Value: Comparable>(_ a: Value, _ b: Value) -> Bool {
      switch self {
      case .equal: a == b
      case .less: a < b
      case .atMost: a <= b
      case .greater: a > b
      case .atLeast: a >= b
      }
    }
  }

  /// What a column is compared with.
  package enum Operand: Sendable, Equatable {
    /// A value of the text.
    case literal(Literal)
    /// Another column.
    case column(Column)
    /// The time of the request and so many seconds.
    case request(seconds: Int64)
  }

  /// A value as it is written.
  package struct Literal: Sendable, Equatable {
    /// Its characters, without quotes.
    package var text: String
    /// Whether it stood in quotes, so that it is no number.
    package var isQuoted: Bool
    /// Where in the text it stands, as a number of characters from 1.
    package var place: Int

    /// The number that it is; nil for text.
    var number: Double? {
      guard !isQuoted, let value = Double(text), value.isFinite else { return nil }
      return value
    }

    /// The whole number that it is, to the last digit, which ``number`` lacks beyond 2^53; nil for text, for numbers with a
    /// fraction and for those beyond 64 bits.
    var whole: Int64? {
      guard !isQuoted else { return nil }
      let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { "eE".contains($0) }
      let mantissa = parts[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
      guard let exponent = parts.count > 1 ? Int(parts[1]) : 0, exponent.magnitude < 1000 else { return nil }
      var digits = mantissa.joined()
      let sign = digits.hasPrefix("-") ? "-" : ""
      if let first = digits.first, "+-".contains(first) { digits.removeFirst() }
      guard !digits.isEmpty, digits.contains(where: { $0 != "0" }) else { return digits.isEmpty ? nil : 0 }
      var zeros = exponent - (mantissa.count > 1 ? mantissa[1].count : 0)
      while zeros < 0, digits.last == "0" {
        digits.removeLast()
        zeros += 1
      }
      guard (0...18).contains(zeros) else { return nil }
      return Int64(sign + digits + String(repeating: "0", count: zeros))
    }

    /// The moment that it is; nil where it is none, or stands in no quotes.
    var moment: Moment? { isQuoted ? Moment(text) : nil }
  }

  /// Why a text is no condition, or none on a table.
  package struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    /// What was expected and what came.
    package var message: String
    /// Where in the text, as a number of characters from 1.
    package var place: Int

    /// `at character 5: …`.
    package var description: String { "at character \(place): \(message)" }
  }

  /// The columns that it names, as often as it does.
  package var columns: [Column] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.columns)
    case .not(let part), .differs(let part): part.columns
    case .compare(let column, _, .column(let other)): [column, other]
    case .compare(let column, _, _), .isOneOf(let column, _), .isMissing(let column): [column]
    }
  }

  /// Whether it hangs on the time of a request.
  package var isTimed: Bool {
    switch self {
    case .all(let parts), .any(let parts): parts.contains(where: \.isTimed)
    case .not(let part), .differs(let part): part.isTimed
    case .compare(_, _, .request): true
    case .compare, .isOneOf, .isMissing: false
    }
  }
}
