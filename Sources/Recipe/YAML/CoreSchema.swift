/// How the YAML 1.2 core schema types a plain scalar.
///
/// Source: YAML 1.2.2, section 10.3.2.
enum CoreSchema {
  static func scalar(plain text: String, style: ScalarNode.Style = .plain) -> ScalarNode {
    switch text {
    case "", "~", "null", "Null", "NULL": return ScalarNode(value: .null, text: text, style: style)
    case "true", "True", "TRUE": return ScalarNode(value: .bool(true), text: text, style: style)
    case "false", "False", "FALSE": return ScalarNode(value: .bool(false), text: text, style: style)
    default: break
    }
    if let number = number(text) {
      return ScalarNode(value: number.value, text: text, style: style, isOversized: number.isOversized)
    }
    return ScalarNode(value: .string(text), text: text, style: style)
  }

  private static func number(_ text: String) -> (value: Scalar, isOversized: Bool)? {
    let bytes = Array(text.utf8)
    guard let first = bytes.first, isDigit(first) || first == plus || first == minus || first == point else {
      return nil
    }
    if let special = special(text) { return (.real(special), false) }
    if bytes.count > 2, bytes[0] == zero, bytes[1] == UInt8(ascii: "x") || bytes[1] == UInt8(ascii: "o") {
      return radixInteger(bytes.dropFirst(2), radix: bytes[1] == UInt8(ascii: "x") ? 16 : 8)
    }
    let digits = first == plus || first == minus ? bytes.dropFirst() : bytes[...]
    if !digits.isEmpty, digits.allSatisfy(isDigit) {
      if let value = Int(text) { return (.int(value), false) }
      return (.real(Double(text) ?? .infinity), true)
    }
    return isDecimal(digits) ? Double(text).map { (.real($0), false) } : nil
  }

  /// `.inf` with an optional sign, and `.nan`.
  private static func special(_ text: String) -> Double? {
    switch text {
    case ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF": .infinity
    case "-.inf", "-.Inf", "-.INF": -.infinity
    case ".nan", ".NaN", ".NAN": .nan
    default: nil
    }
  }

  private static func radixInteger(_ digits: ArraySlice<UInt8>, radix: Int) -> (Scalar, Bool)? {
    let text = String(decoding: digits, as: UTF8.self)
    // Int(_:radix:) also takes a sign, which the core schema does not.
    let isSigned = digits.first == plus || digits.first == minus
    let isOurs = digits.allSatisfy { radix == 16 ? isHexDigit($0) : (zero...UInt8(ascii: "7")).contains($0) }
    guard !isSigned, isOurs else { return nil }
    if let value = Int(text, radix: radix) { return (.int(value), false) }
    let value = digits.reduce(0.0) { $0 * Double(radix) + Double(hexValue($1)) }
    return (.real(value), true)
  }

  /// `(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`
  private static func isDecimal(_ bytes: ArraySlice<UInt8>) -> Bool {
    let mantissa = bytes.prefix { isDigit($0) || $0 == point }
    guard mantissa.contains(where: isDigit), mantissa.lazy.filter({ $0 == point }).count <= 1 else {
      return false
    }
    var exponent = bytes.dropFirst(mantissa.count)
    guard let mark = exponent.first else { return true }
    guard mark == UInt8(ascii: "e") || mark == UInt8(ascii: "E") else { return false }
    exponent = exponent.dropFirst()
    if exponent.first == plus || exponent.first == minus { exponent = exponent.dropFirst() }
    return !exponent.isEmpty && exponent.allSatisfy(isDigit)
  }

  private static let plus = UInt8(ascii: "+")
  private static let minus = UInt8(ascii: "-")
  private static let point = UInt8(ascii: ".")
  private static let zero = UInt8(ascii: "0")

  private static func isDigit(_ byte: UInt8) -> Bool { (zero...UInt8(ascii: "9")).contains(byte) }

  private static func isHexDigit(_ byte: UInt8) -> Bool {
    isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
  }

  private static func hexValue(_ byte: UInt8) -> Int {
    isDigit(byte) ? Int(byte - zero) : Int(byte | 0x20) - Int(UInt8(ascii: "a")) + 10
  }
}
