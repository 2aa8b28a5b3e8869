import Glibc

extension AxisTicks {
  /// Ticks of a linear axis at multiples of 1, 2 or 5 times a power of ten.
  static func linear(_ scale: AxisScale, count: Int, isInteger: Bool) -> AxisTicks {
    let step = DecimalStep.nice(range: scale.high - scale.low, count: count, isInteger: isInteger)
    let first = step.ceilingCount(scale.low)
    let last = step.floorCount(scale.high)
    guard first <= last else { return AxisTicks(ticks: []) }
    let factor = factorExponent(max(abs(step.value(first)), abs(step.value(last))))
    let digits = max(0, factor - step.exponent)
    let ticks = (first...last).map { index in
      let mantissa = Double(index * step.mantissa)
      let text = NumberFormat.grouped(DecimalStep.scaled(mantissa, step.exponent - factor), digits: digits)
      return Tick(value: step.value(index), label: withMinusSign(text))
    }
    return AxisTicks(ticks: ticks, factorExponent: factor)
  }

  /// Ticks of a logarithmic axis: labels at powers of ten with fine lines between, or at 1, 2, 5 times a power
  /// where there are few of these; linear ticks where even those are too few.
  static func logarithmic(_ scale: AxisScale, count: Int) -> AxisTicks {
    let decades = Int(floor(log10(scale.low) + 1e-9))...Int(ceil(log10(scale.high) - 1e-9))
    let inside = scale.low * (1 - 1e-9)...scale.high * (1 + 1e-9)
    let majors = decades.filter { inside.contains(DecimalStep.scaled(1, $0)) }
    let stride = max(1, (majors.count + max(count, 1) - 1) / max(count, 1))
    let labelled = majors.count >= 3 ? [1] : [1, 2, 5]
    var ticks: [Tick] = []
    for decade in decades {
      for mantissa in 1...9 {
        let value = DecimalStep.scaled(Double(mantissa), decade)
        guard inside.contains(value) else { continue }
        if labelled.contains(mantissa) {
          let isShown = (decade - (majors.first ?? 0)) % stride == 0
          ticks.append(Tick(value: value, label: isShown ? "" : nil, isMinor: !isShown))
        } else if stride == 1 {
          ticks.append(Tick(value: value, isMinor: true))
        }
      }
    }
    let shown = ticks.filter { $0.label != nil }.map(\.value)
    guard shown.count >= 2 else { return linear(scale, count: count, isInteger: false) }
    let isPlain = shown.allSatisfy { (0.9e-3..<1.1e6).contains($0) }
    for place in ticks.indices where ticks[place].label != nil {
      ticks[place].label = isPlain ? plainLabel(ticks[place].value) : powerLabel(ticks[place].value)
    }
    return AxisTicks(ticks: ticks)
  }

  /// Ticks at the data's own values, for the few places of a logarithmic axis: 5, 10, 20, 50, 100.
  static func atValues(_ values: [Double]) -> AxisTicks {
    AxisTicks(ticks: values.map { Tick(value: $0, label: plainLabel($0)) })
  }

  /// A power of ten as it is printed: `10⁻³`, `2×10⁵`.
  static func powerLabel(_ value: Double) -> String {
    let exponent = Int(floor(log10(value) + 1e-9))
    let mantissa = Int((DecimalStep.scaled(value, -exponent)).rounded())
    return (mantissa == 1 ? "" : "\(mantissa)×") + powerOfTen(exponent)
  }

  /// `10⁶`, with the exponent in raised digits, which every renderer sets alike.
  static func powerOfTen(_ exponent: Int) -> String {
    let raised: [Character] = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"]
    let digits = String(exponent.magnitude).compactMap(\.wholeNumberValue).map { raised[$0] }
    return "10" + (exponent < 0 ? "⁻" : "") + String(digits)
  }

  /// A number of a few digits with thousands separators.
  static func plainLabel(_ value: Double) -> String {
    if value.magnitude < 1e15 && value == value.rounded() {
      return withMinusSign(NumberFormat.grouped(Int(value)))
    }
    return withMinusSign(NumberFormat.significant(value, digits: 3))
  }

  /// A power of ten, a multiple of three, that keeps labels short; 0 where they are short as they are.
  private static func factorExponent(_ largest: Double) -> Int {
    guard largest > 0, !(1e-3..<1e7).contains(largest) else { return 0 }
    return Int(floor((log10(largest) + 1e-9) / 3)) * 3
  }

  /// A number with the sign that print has for the hyphen.
  static func withMinusSign(_ text: String) -> String {
    text.hasPrefix("-") ? "−" + text.dropFirst() : text
  }
}
