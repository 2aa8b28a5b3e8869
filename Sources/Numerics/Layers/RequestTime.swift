/// The time of the request, read from a table of buckets with linear interpolation.
///
/// Row `b` stands for the moment `b * width` after the first training click; between two rows their vectors are
/// mixed by distance, so that a moment's vector moves without jumps.
final class RequestTime: FeatureSource {
  let table: Parameter
  private let inverseWidth: Float

  /// Reads `table`, whose rows are `widthHours` apart.
  init(in table: Parameter, widthHours: Double) {
    self.table = table
    inverseWidth = Float(1 / widthHours)
  }

  func lookups(_ inputs: RowInputs) -> Int { 2 * inputs.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    kernels.interpolate(buckets, hours: inputs.times, adds: adds, into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(buckets: buckets, hours: inputs.times, gradient: gradient, with: kernels)
  }

  private var buckets: TimeBuckets {
    TimeBuckets(table: table.value.start, rows: table.value.rows, inverseWidth: inverseWidth)
  }
}
