import Recipe
import Report

/// Times as recipes write them.
enum Duration {
  private static let units: [(suffix: String, seconds: Double)] = [
    ("s", 1), ("m", 60), ("h", 3600), ("d", 86400),
  ]

  /// The seconds of `90s`, `30m`, `2h`, `1.5h` or a number of seconds; nil for anything else.
  static func seconds(_ text: String) -> Double? {
    guard let unit = units.first(where: { text.hasSuffix($0.suffix) }) else { return positive(Double(text)) }
    return positive(Double(text.dropLast())).map { $0 * unit.seconds }
  }

  private static func positive(_ value: Double?) -> Double? {
    value.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  /// Reads a setting that may be left out.
  static func read(_ key: String, _ help: String, _ fields: inout Fields) -> Double? {
    guard let value = fields.anyValue(key, role: .presentation, help) else { return nil }
    let seconds: Double? =
      switch value {
      case .int(let number): positive(Double(number))
      case .real(let number): positive(number)
      case .string(let text): self.seconds(text)
      default: nil
      }
    if seconds == nil {
      fields.fail(key, "expected a time such as 90s, 30m or 2h for '\(key)' in 'sweep', got \(shown(value))")
    }
    return seconds
  }

  private static func shown(_ value: Setting) -> String {
    String(value.yaml().split(separator: "\n").first ?? "nothing")
  }
}
