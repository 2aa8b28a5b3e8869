/// The most bytes that `appendFloat` writes.
let longestFloat = 24

/// Writes `value` in decimal at `output` and returns how many bytes it took, at most `longestFloat`.
///
/// Seven significant digits where they are enough to read the same Float32 back, else eight or nine, which
/// always are. Whole numbers have no decimal point; very small and very large ones have an exponent.
@inline(__always)
func appendFloat(_ value: Float, to output: UnsafeMutablePointer<UInt8>) -> Int {
  guard value.isFinite else { return appendSpecial(value, to: output) }
  var count = 0
  if value.sign == .minus {
    output[0] = UInt8(ascii: "-")
    count = 1
  }
  let magnitude = Double(value.magnitude)
  if magnitude == 0 {
    output[count] = UInt8(ascii: "0")
    return count + 1
  }
  guard magnitude >= 1e-5, magnitude < 1e9 else {
    return count + appendScientific(value.magnitude, to: output + count)
  }
  let exponent = decimalExponent(magnitude)
  let (digits, length) = significantDigits(magnitude, exponent: exponent, ulp: Double(value.ulp))
  return count + appendPositional(digits, length: length, exponent: exponent, to: output + count)
}

/// The place of the first digit: 0 for 1 to 10, -1 for 0.1 to 1; `magnitude` is from 1e-5 to 1e9.
@inline(__always)
private func decimalExponent(_ magnitude: Double) -> Int {
  var exponent = 0
  if magnitude >= 1 {
    var bound = 10.0
    while magnitude >= bound {
      bound *= 10
      exponent &+= 1
    }
  } else {
    var scaled = magnitude
    while scaled < 1 {
      scaled *= 10
      exponent &-= 1
    }
  }
  return exponent
}

@inline(__always)
private func power(_ exponent: Int) -> Double {
  switch exponent {
  case 0: 1
  case 1: 1e1
  case 2: 1e2
  case 3: 1e3
  case 4: 1e4
  case 5: 1e5
  case 6: 1e6
  case 7: 1e7
  case 8: 1e8
  case 9: 1e9
  case 10: 1e10
  case 11: 1e11
  case 12: 1e12
  case 13: 1e13
  default: 1e14
  }
}

@inline(__always)
private func inversePower(_ exponent: Int) -> Double {
  switch exponent {
  case 0: 1
  case 1: 1e-1
  case 2: 1e-2
  case 3: 1e-3
  case 4: 1e-4
  case 5: 1e-5
  case 6: 1e-6
  case 7: 1e-7
  case 8: 1e-8
  case 9: 1e-9
  case 10: 1e-10
  case 11: 1e-11
  case 12: 1e-12
  case 13: 1e-13
  default: 1e-14
  }
}

/// The fewest of 7, 8 or 9 digits that lie so near to `magnitude` that they can be read as nothing else.
///
/// A quarter of the distance to the next Float32 leaves room for the few roundings of Double on the way, and for
/// the distance being half as long below a power of two. Nine digits are never off by more than 5e-9 of the
/// value; a quarter of the distance is 1.5e-8 of it at least.
@inline(__always)
private func significantDigits(_ magnitude: Double, exponent: Int, ulp: Double) -> (UInt64, length: Int) {
  var length = 7
  while true {
    let shift = length &- 1 &- exponent
    let scale = power(abs(shift))
    let scaled = shift >= 0 ? magnitude * scale : magnitude * inversePower(-shift)
    let digits = scaled.rounded()
    let back = shift >= 0 ? digits * inversePower(shift) : digits * scale
    if length == 9 || (back - magnitude).magnitude < 0.24 * ulp { return (UInt64(digits), length) }
    length &+= 1
  }
}

@inline(__always)
private func appendPositional(
  _ digits: UInt64,
  length: Int,
  exponent: Int,
  to output: UnsafeMutablePointer<UInt8>
) -> Int {
  var digits = digits
  var length = length
  var exponent = exponent
  // Rounding may have carried into one digit more, as 0.99999999 does.
  if digits >= UInt64(power(length)) {
    digits /= 10
    exponent &+= 1
  }
  let whole = max(exponent &+ 1, 0)
  while length > max(whole, 1), digits % 10 == 0 {
    digits /= 10
    length &-= 1
  }
  var count = 0
  if whole == 0 {
    output[0] = UInt8(ascii: "0")
    output[1] = UInt8(ascii: ".")
    count = 2
    for _ in 0..<(-1 &- exponent) {
      output[count] = UInt8(ascii: "0")
      count &+= 1
    }
  }
  let hasPoint = whole > 0 && length > whole
  let end = count &+ length &+ (hasPoint ? 1 : 0)
  var place = end
  for remaining in stride(from: length, to: 0, by: -1) {
    if hasPoint, remaining == whole {
      place &-= 1
      output[place] = UInt8(ascii: ".")
    }
    place &-= 1
    output[place] = UInt8(truncatingIfNeeded: digits % 10) &+ 0x30
    digits /= 10
  }
  guard length < whole else { return end }
  for extra in 0..<(whole &- length) { output[end &+ extra] = UInt8(ascii: "0") }
  return end &+ whole &- length
}

/// The standard library's shortest digits: such scores are rare.
private func appendScientific(_ magnitude: Float, to output: UnsafeMutablePointer<UInt8>) -> Int {
  var count = 0
  for byte in magnitude.description.utf8 {
    output[count] = byte
    count += 1
  }
  return count
}

private func appendSpecial(_ value: Float, to output: UnsafeMutablePointer<UInt8>) -> Int {
  let text: StaticString = value.isNaN ? "nan" : value < 0 ? "-inf" : "inf"
  for place in 0..<text.utf8CodeUnitCount { output[place] = text.utf8Start[place] }
  return text.utf8CodeUnitCount
}

/// The most bytes that `appendInteger` writes.
let longestInteger = 20

/// Writes `value` in decimal at `output` and returns how many bytes it took, at most `longestInteger`.
@inline(__always)
func appendInteger(_ value: Int64, to output: UnsafeMutablePointer<UInt8>) -> Int {
  var rest = value.magnitude
  var length = 1
  var bound: UInt64 = 10
  while length < 20, rest >= bound {
    length &+= 1
    bound = bound.multipliedReportingOverflow(by: 10).partialValue
    if length == 20 { break }
  }
  let start = value < 0 ? 1 : 0
  if value < 0 { output[0] = UInt8(ascii: "-") }
  for place in stride(from: start &+ length &- 1, through: start, by: -1) {
    output[place] = UInt8(truncatingIfNeeded: rest % 10) &+ 0x30
    rest /= 10
  }
  return start &+ length
}
