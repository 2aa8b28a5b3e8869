/// The mean of the embedding rows of each row's history; padding (item 0) does not count, and an empty history
/// gives zeros.
final class HistoryMean: FeatureSource {
  let table: Parameter

  init(in table: Parameter) { self.table = table }

  func lookups(_ inputs: RowInputs) -> Int { inputs.clickCount }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    precondition(!adds, "the history is the first source of its block")
    kernels.meanOfHistory(table.value.start, inputs.windows, into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(histories: inputs.windows, gradient: gradient, with: kernels)
  }
}
