extension Tower {
  /// Computes the vectors of `rows` of `inputs`.
  func forward(
    _ inputs: RowInputs,
    rows: Range<Int>,
    in workspace: TowerWorkspace,
    dropout: DropoutKey?,
    with kernels: any Kernels
  ) {
    let part = inputs.rows(rows)
    let features = workspace.features.view.rows(rows)
    forEachBlock { block, columns in
      for (index, source) in block.sources.enumerated() {
        source.forward(part, adds: index > 0, into: features.columns(columns), with: kernels)
      }
    }
    let hidden = runLayers(features, rows: rows, in: workspace, dropout: dropout, with: kernels)
    let output =
      switch parts.kind {
      case .mlp: hidden
      case .identity: addMappedBlock(to: features, with: kernels)
      case .residual: addFeatures(features, to: hidden, rows: rows, in: workspace, with: kernels)
      }
    guard let interests = parts.interests, let room = workspace.interests else {
      return finish(output, rows: rows, in: workspace, with: kernels)
    }
    interests.forward(
      output,
      readouts: features.columns(inputWidth..<featureWidth),
      length: parts.length,
      rows: rows,
      in: room,
      with: kernels
    )
  }

  private func runLayers(
    _ features: MatrixView,
    rows: Range<Int>,
    in workspace: TowerWorkspace,
    dropout: DropoutKey?,
    with kernels: any Kernels
  ) -> MatrixView {
    var input = features.columns(0..<inputWidth)
    for (index, layer) in layers.enumerated() {
      let output = workspace.outputs[index].view.rows(rows)
      layer.forward(input, into: output, mask: mask(index, rows, dropout), with: kernels)
      input = output
    }
    return input
  }

  /// The first block, and the mapped one through the map, where there is one.
  private func addMappedBlock(to features: MatrixView, with kernels: any Kernels) -> MatrixView {
    let sum = features.columns(0..<vectorWidth)
    guard let map = parts.map else { return sum }
    map.forward(features.columns(vectorWidth..<inputWidth), adds: true, into: sum, with: kernels)
    return sum
  }

  /// The summed blocks, and the last layer's output through the map.
  private func addFeatures(
    _ features: MatrixView,
    to hidden: MatrixView,
    rows: Range<Int>,
    in workspace: TowerWorkspace,
    with kernels: any Kernels
  ) -> MatrixView {
    let sum = workspace.outputs[layers.count].view.rows(rows)
    parts.map?.forward(hidden, adds: false, into: sum, with: kernels)
    forEachSummedBlock { columns in
      let block = features.columns(columns)
      for row in 0..<sum.rows { kernels.add(block.row(row), to: sum.row(row), count: sum.columns) }
    }
    return sum
  }

  private func finish(
    _ output: MatrixView,
    rows: Range<Int>,
    in workspace: TowerWorkspace,
    with kernels: any Kernels
  ) {
    let vectors = workspace.vectors.view.rows(rows)
    let inverse = workspace.inverseLengths.start + rows.lowerBound
    switch parts.length {
    case .free: workspace.copyVectors(output, rows: rows)
    case .floored: kernels.normalizeRows(output, into: vectors, inverse: inverse)
    case .smooth(let epsilon):
      kernels.normalizeRows(output, into: vectors, inverse: inverse, epsilon: epsilon)
    }
  }

  /// Calls `body` with the columns of each block that is added.
  func forEachSummedBlock(_ body: (Range<Int>) -> Void) {
    forEachBlock { block, columns in
      if block.role == .summed { body(columns) }
    }
  }
}
