/// One embedding row for each row's id.
final class EmbeddingLookup: FeatureSource {
  let table: Parameter
  let column: RowInputs.Column

  init(_ column: RowInputs.Column, in table: Parameter) {
    self.table = table
    self.column = column
  }

  func lookups(_ inputs: RowInputs) -> Int { inputs.count }

  func forward(_ inputs: RowInputs, into features: MatrixView, with kernels: any Kernels) {
    kernels.gather(table.value.start, ids: inputs.ids(column), into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(rows: inputs.ids(column), gradient: gradient, with: kernels)
  }
}
