import Report

/// Numbers for people.
enum ShortNumber {
  /// Four significant digits, without a tail of zeros.
  static func text(_ value: Double) -> String { NumberFormat.significant(value, digits: 4) }
}
