import Report

/// Measured numbers as text, each in the unit that suits it.
enum Figures {
  /// `412 GFLOP/s`.
  static func operationRate(_ perSecond: Double) -> String { scaled(perSecond, "FLOP/s") }

  /// `79.3 GFLOP`.
  static func operations(_ count: Double) -> String { scaled(count, "FLOP") }

  /// `9.1 GB/s`.
  static func byteRate(_ perSecond: Double) -> String {
    guard perSecond.isFinite, perSecond < 1e18 else { return NumberFormat.notANumber }
    return NumberFormat.bytes(Int(perSecond)) + "/s"
  }

  /// `1.9 million rows/s`, `65,800 samples/s`.
  static func countRate(_ perSecond: Double, _ unit: String) -> String {
    guard perSecond.isFinite else { return NumberFormat.notANumber }
    if perSecond >= 1e6 { return "\(NumberFormat.significant(perSecond / 1e6, digits: 3)) million \(unit)/s" }
    return "\(NumberFormat.grouped(Int(perSecond.rounded()))) \(unit)/s"
  }

  /// `62 %`.
  static func percent(_ share: Double) -> String { NumberFormat.fixed(100 * share, digits: 0) + " %" }

  /// `12.4 times`.
  static func times(_ ratio: Double) -> String { NumberFormat.significant(ratio, digits: 3) + " times" }

  /// `12.4 times (11.9 to 13.0)` for the ratio of medians and the ratios of pairs.
  static func times(_ paired: PairedRatio) -> String {
    guard paired.least != paired.largest else { return times(paired.ratio) }
    let range = [paired.least, paired.largest].map { NumberFormat.significant($0, digits: 3) }
    return "\(times(paired.ratio)) (\(range[0]) to \(range[1]))"
  }

  /// `0.84 s`.
  static func seconds(_ seconds: Double) -> String { NumberFormat.duration(seconds: seconds) }

  private static func scaled(_ value: Double, _ unit: String) -> String {
    guard value.isFinite else { return NumberFormat.notANumber }
    var (value, prefix) = (value, "")
    for next in ["k", "M", "G", "T", "P"] where value >= 999.5 { (value, prefix) = (value / 1000, next) }
    return "\(NumberFormat.significant(value, digits: 3)) \(prefix)\(unit)"
  }
}
