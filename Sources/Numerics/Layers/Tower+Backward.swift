extension Tower {
  /// From the vectors' gradients of `rows` to those of the features and of this shard's parameters.
  func backward(
    _ inputs: RowInputs,
    rows: Range<Int>,
    shard: Int,
    in workspace: TowerWorkspace,
    dropout: DropoutKey?,
    with kernels: any Kernels
  ) {
    guard let gradients = workspace.gradients else { preconditionFailure("training has room for gradients") }
    let features = gradients.features.view.rows(rows)
    let output: MatrixView
    switch parts.kind {
    case .identity: output = features.columns(0..<vectorWidth)
    case .mlp, .residual:
      output = gradients.outputs.last?.view.rows(rows) ?? features.columns(0..<inputWidth)
    }
    undoLength(gradients.vectors.view.rows(rows), into: output, rows: rows, in: workspace, with: kernels)
    if let interests = parts.interests, let room = workspace.interests {
      interests.backward(
        output,
        readouts: workspace.features.view.rows(rows).columns(inputWidth..<featureWidth),
        readoutGradient: features.columns(inputWidth..<featureWidth),
        rows: rows,
        shard: shard,
        in: room,
        with: kernels
      )
    }
    switch parts.kind {
    case .mlp: break
    case .identity: mappedBlockBackward(output, rows: rows, shard: shard, in: workspace, with: kernels)
    case .residual:
      parts.map?.backward(
        workspace.outputs[layers.count - 1].view.rows(rows),
        gradient: output,
        into: gradients.outputs[layers.count - 1].view.rows(rows),
        shard: shard,
        with: kernels
      )
    }
    layersBackward(rows: rows, shard: shard, in: workspace, dropout: dropout, with: kernels)
    if parts.kind == .residual { add(output, toFeatures: features, with: kernels) }
    let part = inputs.rows(rows)
    forEachSource { source, columns in
      source.backward(part, gradient: features.columns(columns), shard: shard, with: kernels)
    }
  }

  private func undoLength(
    _ vectorGradient: MatrixView,
    into output: MatrixView,
    rows: Range<Int>,
    in workspace: TowerWorkspace,
    with kernels: any Kernels
  ) {
    guard parts.length == .free else {
      return kernels.normalizeRowsBackward(
        vectorGradient,
        output: workspace.vectors.view.rows(rows),
        inverse: workspace.inverseLengths.start + rows.lowerBound,
        into: output
      )
    }
    guard output.start != vectorGradient.start else { return }
    for row in 0..<output.rows {
      output.row(row).update(from: vectorGradient.row(row), count: output.columns)
    }
  }

  private func mappedBlockBackward(
    _ gradient: MatrixView,
    rows: Range<Int>,
    shard: Int,
    in workspace: TowerWorkspace,
    with kernels: any Kernels
  ) {
    guard let map = parts.map, let gradients = workspace.gradients else { return }
    let columns = vectorWidth..<inputWidth
    map.backward(
      workspace.features.view.rows(rows).columns(columns),
      gradient: gradient,
      into: gradients.features.view.rows(rows).columns(columns),
      shard: shard,
      with: kernels
    )
  }

  private func layersBackward(
    rows: Range<Int>,
    shard: Int,
    in workspace: TowerWorkspace,
    dropout: DropoutKey?,
    with kernels: any Kernels
  ) {
    guard let gradients = workspace.gradients else { return }
    for index in layers.indices.reversed() {
      let gradient = gradients.outputs[index].view.rows(rows)
      let input =
        index == 0
        ? workspace.features.view.rows(rows).columns(0..<inputWidth)
        : workspace.outputs[index - 1].view.rows(rows)
      let below =
        index == 0
        ? gradients.features.view.rows(rows).columns(0..<inputWidth)
        : gradients.outputs[index - 1].view.rows(rows)
      let mask = mask(index, rows, dropout)
      layers[index].activationBackward(
        gradient,
        output: workspace.outputs[index].view.rows(rows),
        mask: mask,
        with: kernels
      )
      layers[index].parameterGradient(input, gradient: gradient, shard: shard, with: kernels)
      layers[index].inputGradient(gradient, into: below, with: kernels)
    }
  }

  private func add(_ gradient: MatrixView, toFeatures features: MatrixView, with kernels: any Kernels) {
    forEachSummedBlock { columns in
      let block = features.columns(columns)
      for row in 0..<block.rows { kernels.add(gradient.row(row), to: block.row(row), count: block.columns) }
    }
  }
}
