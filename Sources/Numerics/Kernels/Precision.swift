/// In what the factors of matrix products are rounded before they are multiplied; sums are in Float32 in any case.
package enum Precision: String, Sendable, CaseIterable, Codable {
  /// Float32: 24 bits, nothing is rounded.
  case float32
  /// bfloat16: Float32's range with 8 bits, so that a factor is off by 2^-8 of itself at most.
  case bf16

  /// Whether this processor multiplies so.
  package var isSupported: Bool { self == .float32 || Processor.multipliesBF16 }

  /// Why it cannot be had, and what to do; nil where it can.
  package var problem: String? { problem(isSupported: isSupported) }

  /// As above for a processor of which it is known.
  func problem(isSupported: Bool) -> String? {
    guard !isSupported else { return nil }
    return
      "'\(rawValue)' takes a processor with AVX-512 BF16 or AMX, which this one has not; set 'precision: "
      + "\(Precision.float32.rawValue)', or run this on another machine"
  }
}
