import Glibc
import Recipe
import Report

/// How many digits the values of one metric are shown with: enough to tell them apart.
struct MetricFormat: Equatable {
  /// Digits after the point, 0 to 8.
  let digits: Int

  /// Four significant digits of the largest value, and up to three more where the spread asks for them.
  init(_ values: [Double]) {
    let finite = values.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max() else {
      digits = 4
      return
    }
    func place(_ size: Double) -> Int { size > 0 ? Int(max(-12, min(12, floor(log10(size))))) : 0 }
    let bySize = 3 - place(max(abs(low), abs(high)))
    let bySpread = high > low ? 2 - place(high - low) : bySize
    digits = min(max(bySize, min(bySpread, bySize + 3), 0), 8)
  }

  /// A value as text; not a number is a dash.
  func text(_ value: Double) -> String { NumberFormat.grouped(value, digits: digits) }

  /// A mean with its spread: `0.2468 ± 0.0019`.
  func text(_ summary: Summary) -> String {
    guard summary.count > 0 else { return NumberFormat.notANumber }
    return summary.deviation.map { "\(text(summary.mean)) ± \(text($0))" } ?? text(summary.mean)
  }

  /// A table's cell.
  func cell(_ value: Double?) -> Table.Cell { value.map { .real($0, digits: digits) } ?? .empty }
}
