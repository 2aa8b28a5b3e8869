import Recipe
import Tables

/// A time that a recipe gives.
enum TimeSetting: Equatable {
  /// A number, as the log counts time.
  case number(Fields.Number)
  /// A date, with or without a time of day.
  case moment(Moment)

  /// The number, or the date in UTC.
  var text: String {
    switch self {
    case .number(let number): number.text
    case .moment(let moment): moment.unit.text(moment.ticks(around: moment.unit).floor)
    }
  }
}

extension Fields {
  /// A time that may be left out or null, which is nil: a number or a date.
  /// - Parameter isWhole: whether a number must be whole.
  mutating func optionalTime(_ key: String, isWhole: Bool = false, _ help: String) -> TimeSetting? {
    switch optionalNumber(key, orText: "a date such as 2017-10-10T12:00:00Z", isWhole: isWhole, help) {
    case .number(let number)?: return .number(number)
    case .text(let text)?:
      if let moment = Moment(text) { return .moment(moment) }
      fail(
        key,
        "expected a number, or a date such as 2017-10-10 or 2017-10-10T12:00:00+02:00, got '\(text)'"
      )
      return nil
    case nil: return nil
    }
  }
}
