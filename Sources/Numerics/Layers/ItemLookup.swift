/// The embedding of each row's item, which training leaves out of some rows: those read zeros, and their gradient goes to
/// the features alone.
///
/// An item that was never clicked has no embedding of its own, and what its features give is all there is of it. A tower
/// that always sees both learns to read the embedding and little from the features; one that is shown items without it
/// learns features that can stand alone. Source: M. Volkovs et al., "DropoutNet", NeurIPS 2017, algorithm 1 (the input is
/// set to zero, and what is kept is not scaled up).
final class ItemLookup: FeatureSource {
  let table: Parameter

  init(in table: Parameter) { self.table = table }

  func lookups(_ inputs: RowInputs) -> Int { inputs.count }

  func forward(_ inputs: RowInputs, adds: Bool, into features: MatrixView, with kernels: any Kernels) {
    precondition(!adds, "the item is the first source of its block")
    kernels.gather(
      table.value.start,
      ids: inputs.ids(.item),
      unit: table.unit,
      adds: false,
      into: features
    )
    guard let own = inputs.ownItems else { return }
    for row in 0..<features.rows where own.entries(row).isEmpty {
      features.row(row).update(repeating: 0, count: features.columns)
    }
  }

  func addShares(_ inputs: RowInputs, gradient: MatrixView, with kernels: any Kernels) {
    guard let own = inputs.ownItems else {
      return rowGradient.add(rows: inputs.ids(.item), gradient: gradient, with: kernels)
    }
    rowGradient.add(bags: own, gradient: gradient, with: kernels)
  }
}
