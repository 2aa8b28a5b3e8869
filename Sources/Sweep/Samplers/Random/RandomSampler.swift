import Report

/// Draws each parameter from its distribution, whatever was tried before.
///
/// Source: J. Bergstra and Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13, 2012.
package struct RandomSampler: Sampler {
  /// Makes a sampler.
  package init() {}

  /// Values drawn by the seed, the trial's number and each parameter's place in the space.
  package func propose(_ request: SamplingRequest) -> Assignment? {
    request.space.assignment { index, parameter in
      var stream = RandomStream(seed: request.seed, number: request.number, parameter: index)
      return parameter.distribution.value(at: stream.unit())
    }
  }
}
