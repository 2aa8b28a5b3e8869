/// The shortest decimal digits that read back as a Double: `0.d1d2d3… × 10^pointPosition`.
struct DecimalDigits {
  /// The digits, each 0 to 9, without leading or trailing zeros; empty for zero.
  private(set) var digits: [UInt8] = []
  /// Where the decimal point stands: after this many digits.
  private(set) var pointPosition = 0

  /// Takes the digits of the magnitude of a finite number.
  init(_ value: Double) {
    var exponent = 0
    var integerDigits = 0
    var seenPoint = false
    // Swift prints "123.45", "1e-05" or "1.5e+300": digits, perhaps a point, perhaps an exponent.
    let parts = value.magnitude.description.split(separator: "e")
    for byte in parts[0].utf8 {
      if byte == UInt8(ascii: ".") {
        seenPoint = true
      } else {
        digits.append(byte - UInt8(ascii: "0"))
        if !seenPoint { integerDigits += 1 }
      }
    }
    if parts.count == 2 { exponent = Int(parts[1]) ?? 0 }
    pointPosition = integerDigits + exponent
    dropOuterZeros()
  }

  /// Rounds to a number of digits, halves away from zero; none or fewer than none may leave zero.
  mutating func round(toCount count: Int) {
    guard count < digits.count else { return }
    guard count >= 0 else {
      digits = []
      return
    }
    let roundsUp = digits[count] >= 5
    digits.removeSubrange(count...)
    if roundsUp { increment() }
    dropOuterZeros()
  }

  /// Plain notation with the given number of digits after the point; further digits are cut.
  func plain(fractionDigits: Int) -> String {
    let zero = UInt8(ascii: "0")
    func digit(_ place: Int) -> UInt8 { zero + (digits.indices.contains(place) ? digits[place] : 0) }
    var text = pointPosition <= 0 ? [zero] : (0..<pointPosition).map(digit)
    if fractionDigits > 0 {
      text.append(UInt8(ascii: "."))
      for offset in 0..<fractionDigits { text.append(digit(pointPosition + offset)) }
    }
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func increment() {
    for place in digits.indices.reversed() {
      if digits[place] < 9 {
        digits[place] += 1
        return
      }
      digits[place] = 0
    }
    digits.insert(1, at: 0)
    pointPosition += 1
  }

  private mutating func dropOuterZeros() {
    while digits.last == 0 { digits.removeLast() }
    while digits.first == 0 {
      digits.removeFirst()
      pointPosition -= 1
    }
  }
}
