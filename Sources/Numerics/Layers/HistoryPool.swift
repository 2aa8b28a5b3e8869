import Glibc

/// The clicks of each row's history, newest first, each with the weight of its position:
///
///     p = sum_j w_j e_j / (sum_j w_j + 1e-6)
///
/// Unknown clicks (item 0) count for nothing, and an empty history gives zeros. Weights are fixed, or learned as
/// w_j = exp(a_j).
final class HistoryPool: FeatureSource {
  let table: Parameter
  private let logWeights: Parameter?
  private let weights: Storage<Float>

  /// Pools with fixed weights, of the newest click first.
  init(in table: Parameter, weights: [Float]) {
    self.table = table
    logWeights = nil
    self.weights = Storage(repeating: 0, count: weights.count)
    for (position, weight) in weights.enumerated() { self.weights[position] = weight }
  }

  /// Pools with the weights exp(`logWeights`), `[1, positions]`, of the newest click first.
  init(in table: Parameter, logWeights: Parameter) {
    self.table = table
    self.logWeights = logWeights
    weights = Storage(repeating: 0, count: logWeights.value.columns)
  }

  var denseParameters: [Parameter] { logWeights.map { [$0] } ?? [] }

  func prepare(_ inputs: RowInputs) {
    guard let logWeights else { return }
    // Never 0: what has a weight that learns is read and has a share of the gradient.
    for position in 0..<logWeights.value.columns {
      weights[position] = max(exp(logWeights.value[0, position]), .leastNormalMagnitude)
    }
  }

  func lookups(_ inputs: RowInputs) -> Int { inputs.clickCount }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    kernels.pool(pool(inputs), adds: adds, into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(pool: pool(inputs), gradient: gradient, with: kernels)
  }

  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {
    guard case .dense(let weightGradient)? = logWeights?.gradient else { return }
    let part = weightGradient.part(shard)
    part.start.update(repeating: 0, count: part.columns)
    kernels.addWeightGradient(ofPool: pool(inputs), gradient: gradient, to: part.start)
    // dw_j/da_j = w_j.
    for position in 0..<part.columns { part[0, position] *= weights[position] }
  }

  private func pool(_ inputs: RowInputs) -> PositionPool {
    PositionPool(
      table: table.value.start,
      windows: inputs.windows,
      weights: UnsafePointer(weights.start),
      unit: table.unit
    )
  }
}
