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

  /// Bytes an element.
  package var byteCount: Int { self == .float32 || self == .int32 ? 4 : 8 }

  /// As NumPy calls it: `f4`, `f8`, `i4`, `i8`.
  var numpyName: String {
    (self == .float32 || self == .float64 ? "f" : "i") + String(byteCount)
  }
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
