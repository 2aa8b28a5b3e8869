import Report

/// Fills the space evenly with a Sobol' sequence, shifted by the seed.
///
/// The point's number is the number of trials in the history, so that repeats of a setting leave no gaps; a stride
/// of two would keep to one half of the first dimension. Each parameter owns the dimension of its place in the
/// space, used or not. Parameters beyond the fortieth are drawn at random.
///
/// Source: I. M. Sobol', USSR Comput. Math. Math. Phys. 7, 1967; I. A. Antonov and V. M. Saleev, 1979 (Gray code
/// order); P. L'Ecuyer and C. Lemieux, "Recent Advances in Randomized Quasi-Monte Carlo Methods", 2002 (digital
/// shift).
package struct SobolSampler: Sampler {
  /// Makes a sampler.
  package init() {}

  /// The next point of the sequence.
  package func propose(_ request: SamplingRequest) -> Assignment? {
    let index = UInt32(truncatingIfNeeded: request.history.count)
    return request.space.assignment { dimension, parameter in
      guard dimension < SobolDirections.dimensions else {
        var stream = RandomStream(seed: request.seed, number: request.history.count, parameter: dimension)
        return parameter.distribution.value(at: stream.unit())
      }
      var stream = RandomStream(seed: request.seed, number: -1, parameter: dimension)
      let shift = UInt32(truncatingIfNeeded: stream.next())
      let bits = Self.bits(index, dimension: dimension) ^ shift
      return parameter.distribution.value(at: (Double(bits) + 0.5) * 0x1p-32)
    }
  }

  /// The coordinate `dimension` of point `index` of the sequence, in units of 2^-32, not shifted.
  static func bits(_ index: UInt32, dimension: Int) -> UInt32 {
    let gray = index ^ index >> 1
    return SobolDirections.numbers(dimension: dimension).enumerated().reduce(0) { bits, entry in
      gray >> UInt32(entry.offset) & 1 == 1 ? bits ^ entry.element : bits
    }
  }
}
