/// What a step is about to do, as far as the sizes of what it reads tell before it runs.
package struct Forecast: Sendable, Equatable {
  /// What makes work of one kind: only such steps are compared, as `Flat` of an index, or the loss of a training.
  package var kind: String
  /// How much work it is, in a unit of the step's own to which its time is about proportional.
  package var work: Double
  /// The bytes that it holds in memory at its height by its sizes alone; nil where these do not tell.
  package var memory: Double?
  /// Sizes of what it gives that are known before it has run, by the names of ``Step/sizeMetrics`` or others.
  package var sizes: [String: Double]
  /// The bytes of files that it needs while it runs, beside its result.
  package var scratch: Double

  /// Says what is known.
  package init(
    kind: String = "",
    work: Double,
    memory: Double? = nil,
    sizes: [String: Double] = [:],
    scratch: Double = 0
  ) {
    self.kind = kind
    self.work = work
    self.memory = memory
    self.sizes = sizes
    self.scratch = scratch
  }
}

/// What a step is told of what it reads, for its ``Step/forecast(_:)``.
package struct ForecastInputs {
  /// The bytes of the files that it reads.
  package let fileBytes: Double
  /// What the steps behind the cell's inputs say of what they write.
  package let outlines: ArtifactOutlines
  private let sizes: (ArtifactInput) -> [String: Double]

  init(fileBytes: Double, outlines: ArtifactOutlines, sizes: @escaping (ArtifactInput) -> [String: Double]) {
    self.fileBytes = fileBytes
    self.outlines = outlines
    self.sizes = sizes
  }

  /// A size of what the cell behind `input` writes, as it measured it or as it is expected; nil where nobody knows.
  package func size(_ name: String, of input: ArtifactInput) -> Double? { sizes(input)[name] }
}
