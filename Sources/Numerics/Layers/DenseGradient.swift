/// The gradient of a dense parameter: one part for each shard of the batch, then their sum in shard order.
///
/// Shards are cut by rows of the batch, never by threads: the sum is the same for any number of threads.
final class DenseGradient {
  /// The sum of all parts, of the parameter's shape.
  let sum: Matrix
  private let parts = Storage<Float>()
  private var shards = 0

  init(rows: Int, columns: Int) { sum = Matrix(rows: rows, columns: columns) }

  /// Begins a step whose batch has `shards` shards. Each must write its part.
  func begin(shards: Int) {
    self.shards = shards
    parts.reserve(shards * sum.elements.count)
  }

  /// The part of shard `index`, of the parameter's shape; not yet written.
  func part(_ index: Int) -> MatrixView {
    MatrixView(parts.start + index * sum.elements.count, rows: sum.rows, columns: sum.columns)
  }

  /// Adds up the parts.
  func reduce(with kernels: any Kernels) {
    let count = sum.elements.count
    guard shards > 0 else { return sum.elements.update(repeating: 0) }
    sum.start.update(from: parts.start, count: count)
    for shard in 1..<max(shards, 1) {
      kernels.add(parts.start + shard * count, to: sum.start, count: count)
    }
  }
}
