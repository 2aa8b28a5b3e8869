/// A number of each row, read from a table of buckets with linear interpolation: the time of the request, or a
/// number of the item.
///
/// Row `b` stands for the number `b * width`; between two rows their vectors are mixed by distance, so that the
/// vector moves with the number without jumps. Item numbers come as places among their buckets, which are a width
/// of 1 apart: a piecewise-linear encoding. Source: Y. Gorishniy et al., "On Embeddings for Numerical Features in
/// Tabular Deep Learning", NeurIPS 2022, equation 1 with a linear layer behind it, which is this table written as
/// the sums of its steps.
final class BucketLookup: FeatureSource {
  let table: Parameter
  private let line: RowInputs.Line
  private let inverseWidth: Float

  /// Reads `table`, whose rows are `width` apart on `line`.
  init(_ line: RowInputs.Line, in table: Parameter, width: Double) {
    self.line = line
    self.table = table
    inverseWidth = Float(1 / width)
  }

  func lookups(_ inputs: RowInputs) -> Int { 2 * inputs.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    kernels.interpolate(buckets, hours: inputs.numbers(line), adds: adds, into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(buckets: buckets, hours: inputs.numbers(line), gradient: gradient, with: kernels)
  }

  private var buckets: TimeBuckets {
    TimeBuckets(table: table.value.start, rows: table.value.rows, inverseWidth: inverseWidth)
  }
}
