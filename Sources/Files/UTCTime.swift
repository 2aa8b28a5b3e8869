import Glibc

/// Times of day in Coordinated Universal Time.
package enum UTCTime {
  /// `2026-11-25T12:42:15Z`, the second that holds the time (ISO 8601).
  package static func iso8601(_ seconds: Double) -> String { text(seconds, between: "T") + "Z" }

  /// `2026-11-25 12:42:15.883390`, to the microsecond, as SQLAlchemy keeps a `DATETIME` in SQLite.
  package static func sqlAlchemy(_ seconds: Double) -> String {
    let micros = (usable(seconds) * 1e6).rounded()
    let whole = (micros / 1e6).rounded(.down)
    return text(whole, between: " ") + "." + digits(Int32(micros - whole * 1e6), 6)
  }

  /// `20261125-124215`, for names that sort by time.
  package static func compact(_ seconds: Double) -> String {
    text(seconds, between: "-").filter { $0 != ":" }.split(separator: "-").joined().inserting("-", at: 8)
  }

  /// The seconds since 1970 that ``iso8601(_:)`` wrote; nil of another text.
  package static func seconds(_ text: String) -> Double? {
    guard let match = text.wholeMatch(of: /(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)Z/) else { return nil }
    let numbers = [match.1, match.2, match.3, match.4, match.5, match.6].map { Int32($0) ?? 0 }
    var parts = tm()
    (parts.tm_year, parts.tm_mon, parts.tm_mday) = (numbers[0] - 1900, numbers[1] - 1, numbers[2])
    (parts.tm_hour, parts.tm_min, parts.tm_sec) = (numbers[3], numbers[4], numbers[5])
    return Double(timegm(&parts))
  }

  private static func text(_ seconds: Double, between: String) -> String {
    var time = time_t(usable(seconds).rounded(.down))
    var parts = tm()
    gmtime_r(&time, &parts)
    let date = "\(digits(parts.tm_year + 1900, 4))-\(digits(parts.tm_mon + 1, 2))-\(digits(parts.tm_mday, 2))"
    return date + between
      + "\(digits(parts.tm_hour, 2)):\(digits(parts.tm_min, 2)):\(digits(parts.tm_sec, 2))"
  }

  /// Within the years 1 to 9999, which the texts can show.
  private static func usable(_ seconds: Double) -> Double {
    seconds.isNaN ? 0 : min(max(seconds, -62_135_596_800), 253_402_300_799)
  }

  private static func digits(_ value: Int32, _ count: Int) -> String {
    let text = String(value)
    return String(repeating: "0", count: max(0, count - text.count)) + text
  }
}

extension String {
  fileprivate func inserting(_ text: String, at place: Int) -> String {
    prefix(place) + text + dropFirst(place)
  }
}
