// The rounding of Double is a call into the C mathematics library.
import Glibc

/// Numbers as text: the same on every machine, in no locale, without Foundation.
package enum NumberFormat {
  /// What stands for a value that is not a number.
  package static let notANumber = "–"

  /// A whole number with commas between the thousands: `1,234,567`.
  package static func grouped(_ value: Int) -> String {
    (value < 0 ? "-" : "") + grouping(String(value.magnitude))
  }

  /// A real number with `digits` (0 to 17) after the point and commas between the thousands: `1,234.50`.
  package static func grouped(_ value: Double, digits: Int) -> String {
    let text = fixed(value, digits: digits)
    guard value.isFinite else { return text }
    let sign = text.hasPrefix("-") ? "-" : ""
    let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
    return sign + grouping(parts[0]) + (parts.count == 2 ? "." + parts[1] : "")
  }

  /// A real number with `digits` (0 to 17) after the point, rounded from its exact value with ties to even,
  /// as C's `printf` and Python's `format` do; not a number is a dash, infinity `∞`, and zero has no sign.
  package static func fixed(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    let digits = min(max(digits, 0), 17)
    let text = fixedMagnitude(value.magnitude, digits: digits)
    let isZero = !text.utf8.contains { $0 > UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    return value < 0 && !isZero ? "-" + text : text
  }

  /// A real number rounded to `digits` (1 to 17) significant digits, without trailing zeros:
  /// `0.0123`, `1230`, `1.2e-05`; below 0.0001 and from 1e15 on with an exponent.
  package static func significant(_ value: Double, digits: Int) -> String {
    guard value.isFinite else { return nonFinite(value) }
    var decimal = DecimalDigits(value)
    decimal.round(toCount: min(max(digits, 1), 17))
    guard !decimal.digits.isEmpty else { return "0" }
    let sign = value < 0 ? "-" : ""
    if (-3...15).contains(decimal.pointPosition) {
      return sign + decimal.plain(fractionDigits: max(0, decimal.digits.count - decimal.pointPosition))
    }
    return sign + scientific(decimal)
  }

  /// A span of time in the units that suit it: `85 ns`, `840 µs`, `12 ms`, `0.84 s`, `12.3 s`,
  /// `1 min 12 s`, `2 h 5 min`, `3 d 4 h`.
  package static func duration(seconds: Double) -> String {
    guard seconds.isFinite else { return nonFinite(seconds) }
    let sign = seconds < 0 ? "-" : ""
    return sign + positiveDuration(seconds.magnitude)
  }

  /// A size in decimal units: `512 B`, `1.2 kB`, `46.6 MB`, `466 MB`, `2.0 GB`.
  package static func bytes(_ count: Int) -> String {
    let sign = count < 0 ? "-" : ""
    guard count.magnitude >= 1000 else { return "\(count) B" }
    var size = Double(count.magnitude) / 1000
    let units = ["kB", "MB", "GB", "TB", "PB", "EB"]
    var unit = 0
    // 999.5 would be shown as 1000: the next unit's 1.0 reads better.
    while size >= 999.5 && unit < units.count - 1 {
      size /= 1000
      unit += 1
    }
    return sign + fixed(size, digits: size < 99.95 ? 1 : 0) + " " + units[unit]
  }

  /// A share of 0 to 1 as a person says it: `12 %`, `3.4 %`, `less than 0.1 %`, and of nothing `0 %`.
  package static func percent(_ share: Double) -> String {
    let percent = 100 * share
    if percent == 0 { return "0 %" }
    return percent < 0.1 ? "less than 0.1 %" : fixed(percent, digits: percent < 10 ? 1 : 0) + " %"
  }
}

extension NumberFormat {
  private static func nonFinite(_ value: Double) -> String {
    value.isNaN ? notANumber : value < 0 ? "-∞" : "∞"
  }

  private static func grouping(_ digits: some StringProtocol) -> String {
    var text: [UInt8] = []
    for (place, digit) in digits.utf8.enumerated() {
      if place > 0 && (digits.utf8.count - place) % 3 == 0 { text.append(UInt8(ascii: ",")) }
      text.append(digit)
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func fixedMagnitude(_ value: Double, digits: Int) -> String {
    var power = 1.0
    for _ in 0..<digits { power *= 10 }
    let product = value * power
    // From 2^52 on a Double has no fraction left to round; its shortest digits are all there is.
    guard product < 0x1p52 else {
      var decimal = DecimalDigits(value)
      decimal.round(toCount: decimal.pointPosition + digits)
      return decimal.plain(fractionDigits: digits)
    }
    // product + error is value × power exactly, so ties are told from what only looks like one.
    let error = (-product).addingProduct(value, power)
    var rounded = product.rounded(.toNearestOrEven)
    let remainder = product - rounded
    if remainder == 0.5 && error > 0 { rounded += 1 }
    if remainder == -0.5 && error < 0 { rounded -= 1 }
    let text = String(UInt64(rounded))
    guard digits > 0 else { return text }
    let padded = String(repeating: "0", count: max(0, digits + 1 - text.utf8.count)) + text
    return padded.dropLast(digits) + "." + padded.suffix(digits)
  }

  private static func scientific(_ decimal: DecimalDigits) -> String {
    let exponent = decimal.pointPosition - 1
    let digits = decimal.digits.map(String.init)
    let mantissa = digits[0] + (digits.count > 1 ? "." + digits[1...].joined() : "")
    let magnitude = exponent.magnitude
    return mantissa + (exponent < 0 ? "e-" : "e+") + (magnitude < 10 ? "0" : "") + String(magnitude)
  }

  private static func positiveDuration(_ seconds: Double) -> String {
    if seconds < 0.1 { return subsecondDuration(seconds) }
    if seconds < 9.995 { return fixed(seconds, digits: 2) + " s" }
    if seconds < 59.95 { return fixed(seconds, digits: 1) + " s" }
    // Longer than this is no span anyone measures; the conversion below would trap.
    guard seconds < 1e15 else { return significant(seconds, digits: 3) + " s" }
    let whole = Int(seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    let minutes = Int((seconds / 60).rounded())
    if minutes < 24 * 60 { return "\(minutes / 60) h \(minutes % 60) min" }
    let hours = Int((seconds / 3600).rounded())
    return "\(hours / 24) d \(hours % 24) h"
  }

  private static func subsecondDuration(_ seconds: Double) -> String {
    if seconds == 0 { return "0 s" }
    if seconds >= 0.9995e-3 {
      return fixed(seconds * 1e3, digits: seconds < 9.95e-3 ? 1 : 0) + " ms"
    }
    if seconds >= 0.9995e-6 {
      return fixed(seconds * 1e6, digits: seconds < 9.95e-6 ? 1 : 0) + " µs"
    }
    return significant(seconds * 1e9, digits: 3) + " ns"
  }
}
