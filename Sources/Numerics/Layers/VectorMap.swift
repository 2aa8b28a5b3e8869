/// The pretrained vector of each row's item through a learned matrix, which brings it to the width of embeddings.
///
/// The matrix begins at zero, so that the vectors say nothing until something was learned. The vectors stay as they came,
/// or are themselves learned from there; row 0 is that of items without a vector, and begins as zeros.
final class VectorMap: FeatureSource {
  let table: Parameter
  /// `[vector width, width]`.
  private let kernel: Parameter
  /// The vectors of all rows that were prepared, and the gradients of those, `[rows, vector width]`.
  private let vectors = Storage<Float>()
  private let gradients = Storage<Float>()
  private var origin = 0
  private var count = 0

  /// Reads rows of `table` through the matrix `kernel`.
  init(in table: Parameter, kernel: Parameter) {
    self.table = table
    self.kernel = kernel
  }

  var width: Int { kernel.value.columns }
  var denseParameters: [Parameter] { [kernel] }

  func prepare(_ inputs: RowInputs) {
    (origin, count) = (inputs.firstRow, inputs.count)
    vectors.reserve(count * vectorWidth)
    if isLearned { gradients.reserve(count * vectorWidth) }
  }

  func lookups(_ inputs: RowInputs) -> Int { inputs.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    let vectors = view(vectors, inputs)
    kernels.gather(table.value.start, ids: inputs.ids(.vector), into: vectors)
    kernels.multiply(.plain(vectors), .plain(kernel.value.view), into: features, scale: 1, accumulate: adds)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(rows: inputs.ids(.vector), gradient: view(gradients, inputs), with: kernels)
  }

  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    kernels.multiply(
      .transposed(view(vectors, inputs)),
      .plain(gradient),
      into: kernel.gradientPart(shard),
      scale: 1,
      accumulate: false
    )
    guard isLearned else { return }
    kernels.multiply(
      .plain(gradient),
      .transposed(kernel.value.view),
      into: view(gradients, inputs),
      scale: 1,
      accumulate: false
    )
  }

  private var vectorWidth: Int { table.value.columns }
  private var isLearned: Bool { table.kind == .embedding }

  private func view(_ storage: Storage<Float>, _ inputs: RowInputs) -> MatrixView {
    MatrixView(
      storage.start + (inputs.firstRow - origin) * vectorWidth,
      rows: inputs.count,
      columns: vectorWidth
    )
  }
}
