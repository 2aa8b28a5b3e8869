/// A block of columns of a tower's input: where its values come from, and where their gradients go.
protocol FeatureSource: AnyObject {
  /// The number of columns.
  var width: Int { get }
  /// The embedding table it reads.
  var table: Parameter { get }
  /// The most lookups that `inputs` make.
  func lookups(_ inputs: RowInputs) -> Int
  /// Writes the columns of all rows of `inputs` to `features` (`[rows, width]`).
  func forward(_ inputs: RowInputs, into features: MatrixView, with kernels: any Kernels)
  /// Tells the table's gradient where the shares of all rows will be: in `gradient` (`[rows, width]`).
  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels)
}

extension FeatureSource {
  var width: Int { table.value.columns }

  /// The table's gradient.
  var rowGradient: RowGradient {
    guard case .rows(let gradient) = table.gradient else {
      preconditionFailure("a table is an embedding parameter")
    }
    return gradient
  }
}
