/// The weighed sum of the embedding rows of each row's bag: the values of a multi-valued feature, or the words of a text.
///
/// An empty bag gives zeros. What the weights are (1, one over the number of values, counts of words) is the bags' own.
final class BagLookup: FeatureSource {
  let table: Parameter
  private let column: Int

  /// Reads the bags of column `column` in `table`.
  init(_ column: Int, in table: Parameter) {
    precondition(!table.unit.isActive, "the rows of bags are read as they are")
    self.table = table
    self.column = column
  }

  func lookups(_ inputs: RowInputs) -> Int { inputs.bags(column).count(inputs.count) }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    kernels.sumBags(inputs.bags(column), of: table.value.start, adds: adds, into: features)
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    rowGradient.add(bags: inputs.bags(column), gradient: gradient, with: kernels)
  }
}
