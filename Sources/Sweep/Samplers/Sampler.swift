/// A strategy that chooses the settings of the next trial.
///
/// A proposal depends on nothing but the request, so that a resumed study goes on to the same trials.
package protocol Sampler: Sendable {
  /// The values of all parameters that count in the next trial, or nil where nothing is left to try.
  func propose(_ request: SamplingRequest) -> Assignment?
}
