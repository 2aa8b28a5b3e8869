import Tables

/// A value of an item's feature as a program sends it: what a field of the item table says.
package enum FeatureValue: Sendable, Equatable {
  /// No value, as an empty field.
  case none
  /// Yes or no: whether an item has a value of a multi-valued column that was read from columns of 0 and 1.
  case flag(Bool)
  /// A whole number.
  case integer(Int64)
  /// Any other number, finite.
  case number(Double)
  /// A text; also a number or a date as text.
  case text(String)
  /// The values of a multi-valued column, or the numbers of a pretrained vector.
  case list([FeatureValue])

  /// The value as a field of a table has it; nil for what is no single value.
  var field: String? {
    switch self {
    case .none: ""
    case .integer(let value): String(value)
    case .text(let text): text
    case .flag, .number, .list: nil
    }
  }

  /// A value of the column of texts `name`; "" for none.
  /// - Throws: `RequestFailure` where it is none.
  func text(of name: String) throws -> String {
    guard let field else { throw RequestFailure(name, "expected a text or a whole number, got \(kind)") }
    return field
  }

  /// A value of the column of numbers `name`; not a number for none.
  /// - Parameter date: the number that a date is; nil where it is none that can be told.
  /// - Throws: `RequestFailure` where it is none.
  func number(of name: String, date: (Moment) -> Double?) throws -> Double {
    switch self {
    case .none, .text(""): return .nan
    case .integer(let number): return Double(number)
    case .number(let number): return number
    case .text(let text):
      if let number = Double(text), number.isFinite { return number }
      if let moment = Moment(text), let number = date(moment) { return number }
      fallthrough
    case .flag, .list: throw RequestFailure(name, "expected a number or a date, got \(kind)")
    }
  }

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .none: "nothing"
    case .flag: "true or false"
    case .integer, .number: "a number"
    case .text: "a text"
    case .list: "a list"
    }
  }
}
