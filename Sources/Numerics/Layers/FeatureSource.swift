/// What a tower reads of one table: where values come from, and where their gradients go.
protocol FeatureSource: AnyObject {
  /// The number of columns.
  var width: Int { get }
  /// The embedding table it reads.
  var table: Parameter { get }
  /// The dense parameters it has besides.
  var denseParameters: [Parameter] { get }
  /// Whether it keeps what it computes of every click, so that a pass over many rows takes much memory.
  var keepsClicks: Bool { get }
  /// Whether rows whose windows grow from one to the next are computed together, so that training keeps them in one shard.
  var sharesWindows: Bool { get }
  /// Called before each forward pass over `inputs`, by one thread.
  func prepare(_ inputs: RowInputs)
  /// The most lookups that `inputs` make.
  func lookups(_ inputs: RowInputs) -> Int
  /// Writes the columns of all rows of `inputs` to `features` (`[rows, width]`), or adds them to what is there.
  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels)
  /// Tells the table's gradient where the shares of all rows will be: in `gradient` (`[rows, width]`).
  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels)
  /// Writes the part of shard `shard` of the dense parameters' gradients, from that of the columns.
  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels)
}

extension FeatureSource {
  var width: Int { table.value.columns }
  var denseParameters: [Parameter] { [] }
  var keepsClicks: Bool { false }
  var sharesWindows: Bool { false }
  func prepare(_ inputs: RowInputs) {}
  func backward(_ inputs: RowInputs, gradient: MatrixView, shard: Int, with kernels: any Kernels) {}

  /// The table's gradient.
  var rowGradient: RowGradient {
    guard case .rows(let gradient) = table.gradient else {
      preconditionFailure("a table is an embedding parameter")
    }
    return gradient
  }
}
