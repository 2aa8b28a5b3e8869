import Files

/// How values that are no text are written in text.
extension ParquetFields {
  /// `2024-01-31 10:00:00.250`, a fraction only where there is one.
  static func moment(_ value: Int64, ticksPerSecond ticks: Int64) -> String {
    let part = value % ticks
    let seconds = value / ticks - (part < 0 ? 1 : 0)
    let text = UTCTime.iso8601(Double(seconds)).dropLast().replacing("T", with: " ")
    return text + fraction(part < 0 ? part + ticks : part, ticksPerSecond: ticks)
  }

  /// `.250`: the decimals of a unit, nothing for none.
  static func fraction(_ part: Int64, ticksPerSecond ticks: Int64) -> String {
    guard part > 0 else { return "" }
    let digits = String(part)
    let places = String(ticks).count - 1
    return "." + String(repeating: "0", count: max(0, places - digits.count)) + digits
  }

  /// `-12.30`: a whole number over ten to the power `scale`.
  static func decimal(_ value: Int64, _ scale: Int) -> [UInt8] {
    decimal(digits: Array(String(value.magnitude).utf8), isNegative: value < 0, scale)
  }

  /// The same of a whole number in two's complement, its high byte first.
  static func decimal(_ bytes: FieldBytes, _ scale: Int) -> [UInt8] {
    let isNegative = (bytes.first ?? 0) >= 0x80
    var rest = bytes.map { isNegative ? ~$0 : $0 }
    if isNegative {
      var place = rest.count - 1
      while place >= 0 {
        rest[place] &+= 1
        if rest[place] != 0 { break }
        place -= 1
      }
    }
    var digits: [UInt8] = []
    while let first = rest.firstIndex(where: { $0 != 0 }) {
      var remainder = 0
      for place in first..<rest.count {
        let value = remainder << 8 | Int(rest[place])
        rest[place] = UInt8(value / 10)
        remainder = value % 10
      }
      digits.append(0x30 + UInt8(remainder))
    }
    return decimal(digits: digits.isEmpty ? [0x30] : digits.reversed(), isNegative: isNegative, scale)
  }

  private static func decimal(digits: [UInt8], isNegative: Bool, _ scale: Int) -> [UInt8] {
    let sign = isNegative ? [UInt8(ascii: "-")] : []
    guard scale > 0 else { return sign + digits }
    let padded = [UInt8](repeating: 0x30, count: max(0, scale + 1 - digits.count)) + digits
    return sign + padded.dropLast(scale) + [UInt8(ascii: ".")] + padded.suffix(scale)
  }

  /// `f81d4fae-7dec-11d0-a765-00a0c91e6bf6`.
  static func uuid(_ bytes: FieldBytes) -> [UInt8] {
    let hex = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for (place, byte) in bytes.enumerated() {
      if [4, 6, 8, 10].contains(place) { text.append(UInt8(ascii: "-")) }
      text += [hex[Int(byte >> 4)], hex[Int(byte & 15)]]
    }
    return text
  }

  /// A number of 16 bits (IEEE 754 binary16), the low byte first.
  static func half(_ bytes: FieldBytes) -> Float {
    guard bytes.count == 2 else { return 0 }
    let bits = UInt32(bytes[0]) | UInt32(bytes[1]) << 8
    let (exponent, fraction) = (bits >> 10 & 31, bits & 1023)
    let magnitude: Float
    switch exponent {
    case 0: magnitude = Float(fraction) * 0x1p-24
    case 31: magnitude = fraction == 0 ? .infinity : .nan
    default: magnitude = Float(bitPattern: (exponent + 112) << 23 | fraction << 13)
    }
    return bits >> 15 == 1 ? -magnitude : magnitude
  }
}
