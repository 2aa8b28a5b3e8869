import Memory

/// How a model computes: by which loops, on how many threads.
package struct Compute: Sendable {
  /// The loops; `FastKernels` unless a test wants the reference.
  var kernels: any Kernels
  /// The threads.
  package var threads: Threads

  /// Computes on `threads`, by default one for each processor.
  package init(threads: Threads = .available) {
    self.init(kernels: FastKernels(), threads: threads)
  }

  init(kernels: any Kernels, threads: Threads) {
    self.kernels = kernels
    self.threads = threads
  }

  /// The same with products of factors in `precision`, which this processor must have.
  func multiplying(in precision: Precision) -> Compute {
    var compute = self
    compute.kernels.precision = precision
    return compute
  }
}
