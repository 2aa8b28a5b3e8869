/// A type whose arrays go to files: Float, Double, Int32 or Int64, little-endian.
package protocol ArrayElement: BitwiseCopyable, Sendable {
  /// The kind that formats write for this type.
  static var elementKind: ElementKind { get }
}

/// What the elements of a stored array are.
package enum ElementKind: String, Sendable, CaseIterable {
  /// 32-bit floating point.
  case float32 = "F32"
  /// 64-bit floating point.
  case float64 = "F64"
  /// 32-bit signed integer.
  case int32 = "I32"
  /// 64-bit signed integer.
  case int64 = "I64"
  /// 8-bit unsigned integer.
  case uint8 = "U8"
  /// 16-bit unsigned integer.
  case uint16 = "U16"

  /// Bytes an element.
  package var byteCount: Int {
    switch self {
    case .uint8: 1
    case .uint16: 2
    case .float32, .int32: 4
    case .float64, .int64: 8
    }
  }

  /// As NumPy calls it: `f4`, `f8`, `i4`, `i8`, `u1`, `u2`.
  var numpyName: String { rawValue.prefix(1).lowercased() + String(byteCount) }
}

extension Float: ArrayElement {
  /// What formats write for it.
  package static let elementKind = ElementKind.float32
}

extension Double: ArrayElement {
  /// What formats write for it.
  package static let elementKind = ElementKind.float64
}

extension Int32: ArrayElement {
  /// What formats write for it.
  package static let elementKind = ElementKind.int32
}

extension Int64: ArrayElement {
  /// What formats write for it.
  package static let elementKind = ElementKind.int64
}

/// `a * b * …`, or nil where the product does not fit.
func checkedProduct(_ factors: [Int]) -> Int? {
  var product = 1
  for factor in factors {
    let (value, overflow) = product.multipliedReportingOverflow(by: factor)
    if overflow || factor < 0 { return nil }
    product = value
  }
  return product
}
