/// The system gives no memory for something.
package struct OutOfMemory: Error, Equatable, CustomStringConvertible {
  /// What it was for, as in `a digest`.
  package var purpose: String
  /// How many bytes were asked for.
  package var byteCount: Int

  /// Makes the error.
  package init(_ purpose: String, byteCount: Int) {
    self.purpose = purpose
    self.byteCount = byteCount
  }

  /// `there is no memory for item vectors: 64000000000 bytes`.
  package var description: String { "there is no memory for \(purpose): \(byteCount) bytes" }
}
