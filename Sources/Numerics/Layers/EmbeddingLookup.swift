/// One embedding row for each row's id.
final class EmbeddingLookup: FeatureSource {
  let table: Parameter
  let column: RowInputs.Column

  init(_ column: RowInputs.Column, in table: Parameter) {
    self.table = table
    self.column = column
  }

  func lookups(_ inputs: RowInputs) -> Int { inputs.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    let (ids, start) = (inputs.ids(column), table.value.start)
    guard adds || table.unit.isActive else { return kernels.gather(start, ids: ids, into: features) }
    kernels.gather(start, ids: ids, unit: table.unit, adds: adds, into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(rows: inputs.ids(column), gradient: gradient, with: kernels)
  }
}
