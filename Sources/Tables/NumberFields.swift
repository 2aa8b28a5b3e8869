import Glibc

/// A position in the bytes of a file.
package typealias BytePointer = UnsafePointer<UInt8>

/// The bytes of one field.
package typealias FieldBytes = UnsafeBufferPointer<UInt8>

/// What became of reading a field as a number.
package enum NumberResult<Value> {
  case value(Value)
  case outOfRange
  case notANumber
}

/// Ten to the power `exponent`, 0 to 7 (the compiler makes a table of it).
@inline(__always)
private func powerOfTen(_ exponent: Int) -> UInt64 {
  switch exponent {
  case 0: 1
  case 1: 10
  case 2: 100
  case 3: 1000
  case 4: 10_000
  case 5: 100_000
  case 6: 1_000_000
  default: 10_000_000
  }
}

/// The number that eight decimal digits make, each in one byte as 0 to 9, the first in the lowest byte.
@inline(__always)
private func eightDigits(_ digits: UInt64) -> UInt64 {
  // Neighbours are joined pairwise: 8 digits, 4 pairs, 2 fours, 1 eight.
  let pairs = digits &* 10 &+ digits >> 8
  let low = (pairs & 0x0000_00FF_0000_00FF) &* 0x000F_4240_0000_0064
  let high = (pairs >> 16 & 0x0000_00FF_0000_00FF) &* 0x0000_2710_0000_0001
  return (low &+ high) >> 32
}

/// Reads at most 18 decimal digits from `position`, eight at a time, and moves it behind them.
///
/// Returns nil, with `position` where it stopped, where there are no digits or more than 18; no byte at or
/// after `end` is touched. The bytes before `end` must hold something that is no digit.
@inline(__always)
func plainDigits(_ position: inout BytePointer, end: BytePointer) -> Int64? {
  var value: UInt64 = 0
  var count = 0
  while end - position >= 8 {
    let word = UnsafeRawPointer(position).loadUnaligned(as: UInt64.self).littleEndian
    let digits = word ^ 0x3030_3030_3030_3030
    // A byte's high bit is set here where it is no digit (right up to the first such byte).
    let others = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
    if others == 0 {
      value = value &* 100_000_000 &+ eightDigits(digits)
      position += 8
      count &+= 8
      if count > 16 { return nil }
      continue
    }
    let here = others.trailingZeroBitCount >> 3
    if here > 0 {
      value = value &* powerOfTen(here) &+ eightDigits(digits &<< UInt64(64 &- here &* 8))
      position += here
      count &+= here
    }
    return count == 0 || count > 18 ? nil : Int64(truncatingIfNeeded: value)
  }
  while position < end, position.pointee &- 0x30 < 10 {
    value = value &* 10 &+ UInt64(position.pointee &- 0x30)
    position += 1
    count &+= 1
    if count > 18 { return nil }
  }
  return count == 0 ? nil : Int64(truncatingIfNeeded: value)
}

/// Reads a whole field as an integer as a program writes it: digits without leading zeros, a minus before them where
/// `allowsMinus` and then spaces around them, within Int64. What `integerField` reads otherwise is a name to whoever wrote it.
package func canonicalIntegerField(_ field: FieldBytes, allowsMinus: Bool) -> NumberResult<Int64> {
  var digits = trimmed(field)
  if !allowsMinus, digits.count < field.count { return .notANumber }
  if allowsMinus, digits.first == UInt8(ascii: "-") {
    digits = digits.dropFirst()
    if digits.first == 0x30 { return .notANumber }
  }
  guard let first = digits.first, first &- 0x30 < 10, first != 0x30 || digits.count == 1 else {
    return .notANumber
  }
  guard digits.prefix(1000).allSatisfy({ $0 &- 0x30 < 10 }), case .value(let value) = integerField(field)
  else {
    return .notANumber
  }
  return .value(value)
}

/// Reads a whole field as an integer: a sign, digits, spaces around them; all of Int64 is in range. A fraction of zeros
/// only, as in `1700000701.0`, is none.
package func integerField(_ field: FieldBytes) -> NumberResult<Int64> {
  var bytes = trimmed(field)
  if let point = bytes.prefix(40).firstIndex(of: UInt8(ascii: ".")), point > bytes.startIndex,
    bytes[(point + 1)...].allSatisfy({ $0 == 0x30 }), bytes[point - 1] &- 0x30 < 10
  {
    bytes = bytes[..<point]
  }
  var isNegative = false
  if let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
    isNegative = first == UInt8(ascii: "-")
    bytes = bytes.dropFirst()
  }
  // Whatever is longer than any number that anyone writes is not looked through to its end.
  guard !bytes.isEmpty, bytes.prefix(1000).allSatisfy({ $0 &- 0x30 < 10 }) else { return .notANumber }
  var value: Int64 = 0
  for byte in bytes {
    let digit = Int64(byte &- 0x30)
    let (tenfold, overflowA) = value.multipliedReportingOverflow(by: 10)
    let (next, overflowB) =
      isNegative ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
    if overflowA || overflowB { return .outOfRange }
    value = next
  }
  return .value(value)
}

/// Reads a whole field as a decimal number, correctly rounded, with spaces around it allowed.
package func realField(_ field: FieldBytes) -> NumberResult<Double> {
  let bytes = trimmed(field)
  if let value = simpleDecimal(bytes) { return .value(value) }
  guard !bytes.isEmpty, bytes.count <= 400 else { return .notANumber }
  // strtod also takes hexadecimal and the like; a data file holds none of these.
  guard bytes.allSatisfy({ isDecimalLetter($0) }) else { return specialReal(bytes) }
  var text = [CChar](repeating: 0, count: bytes.count + 1)
  for (place, byte) in bytes.enumerated() { text[place] = CChar(bitPattern: byte) }
  let count = bytes.count
  return text.withUnsafeBufferPointer { text in
    guard let start = text.baseAddress else { return .notANumber }
    var stop: UnsafeMutablePointer<CChar>?
    let value = strtod(start, &stop)
    guard let stop, UnsafePointer(stop) == start + count else { return .notANumber }
    return value.isFinite ? .value(value) : .outOfRange
  }
}

/// Decimals of at most 15 digits and no exponent: the digits as an integer divided by a power of ten that
/// Double holds exactly, so that one rounding is all there is.
///
/// Source: W. D. Clinger, "How to Read Floating Point Numbers Accurately", PLDI 1990 (the fast path).
private func simpleDecimal(_ bytes: Slice<FieldBytes>) -> Double? {
  var mantissa: UInt64 = 0
  var digits = 0
  var decimals: Int?
  var isNegative = false
  for (place, byte) in bytes.enumerated() {
    switch byte {
    case 0x30...0x39:
      mantissa = mantissa &* 10 &+ UInt64(byte &- 0x30)
      digits += 1
      if digits > 15 { return nil }
      if let known = decimals { decimals = known + 1 }
    case UInt8(ascii: ".") where decimals == nil: decimals = 0
    case UInt8(ascii: "-") where place == 0: isNegative = true
    default: return nil
    }
  }
  guard digits > 0 else { return nil }
  var divisor = 1.0
  for _ in 0..<(decimals ?? 0) { divisor *= 10 }
  let value = Double(mantissa) / divisor
  return isNegative ? -value : value
}

private func isDecimalLetter(_ byte: UInt8) -> Bool {
  byte &- 0x30 < 10 || "+-.eE".utf8.contains(byte)
}

/// "nan" and "NaN" are numbers that are missing; infinity is out of range.
private func specialReal(_ bytes: Slice<FieldBytes>) -> NumberResult<Double> {
  switch String(decoding: bytes.prefix(10), as: UTF8.self).lowercased() {
  case "nan": .value(.nan)
  case "inf", "-inf", "+inf", "infinity", "-infinity": .outOfRange
  default: .notANumber
  }
}

/// `field` without the blanks and tabs around it.
func trimmed(_ field: FieldBytes) -> Slice<FieldBytes> {
  var slice = field[...]
  while let first = slice.first, first == 0x20 || first == 0x09 { slice = slice.dropFirst() }
  while let last = slice.last, last == 0x20 || last == 0x09 { slice = slice.dropLast() }
  return slice
}

/// An id of whole numbers as a list of ids has it; nil where it is none.
/// - Parameter areNumbers: whether ids are numbers, in whatever way these are written. Else they are their bytes: digits without
///   leading zeros, or these with a fraction of zeros, which programs write that know numbers of one kind alone.
package func listedID(_ text: String, areNumbers: Bool) -> Int64? {
  if areNumbers { return wholeNumber(text) }
  var digits = Array(text.utf8)
  if let point = digits.firstIndex(of: UInt8(ascii: ".")), point + 1 < digits.count,
    digits[(point + 1)...].allSatisfy({ $0 == 0x30 })
  {
    digits.removeSubrange(point...)
  }
  let number = digits.withUnsafeBufferPointer { canonicalIntegerField($0, allowsMinus: false) }
  return if case .value(let value) = number { value } else { nil }
}

/// `text` as a whole number, in whatever way it is written; nil where it is none, or beyond 64 bits.
package func wholeNumber(_ text: String) -> Int64? {
  if case .value(let value) = Array(text.utf8).withUnsafeBufferPointer(integerField) { return value }
  return nil
}
