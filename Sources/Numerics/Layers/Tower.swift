/// One tower: features side by side, dense layers, and a vector of length 1 (or any, for dot products).
///
/// Every pass works on a range of rows, so that shards of a batch go through the whole tower while they are in
/// the processor's cache.
final class Tower {
  /// The name its parameters begin with.
  let name: String
  let sources: [any FeatureSource]
  let layers: [DenseLayer]
  let normalizes: Bool
  /// The number the masks of this tower's layers begin with.
  private let firstLayerNumber: Int

  init(
    name: String,
    sources: [any FeatureSource],
    layers: [DenseLayer],
    normalizes: Bool,
    firstLayerNumber: Int
  ) {
    self.name = name
    self.sources = sources
    self.layers = layers
    self.normalizes = normalizes
    self.firstLayerNumber = firstLayerNumber
  }

  var featureWidth: Int { sources.reduce(0) { $0 + $1.width } }
  var vectorWidth: Int { layers.last?.outputs ?? featureWidth }
  var parameters: [Parameter] { layers.flatMap(\.parameters) }

  /// Calls `body` with each source and the columns it owns.
  func forEachSource(_ body: (any FeatureSource, Range<Int>) -> Void) {
    var column = 0
    for source in sources {
      body(source, column..<column + source.width)
      column += source.width
    }
  }

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
    forEachSource { source, columns in
      source.forward(part, into: features.columns(columns), with: kernels)
    }
    var input = features
    for (index, layer) in layers.enumerated() {
      let output = workspace.outputs[index].view.rows(rows)
      layer.forward(input, into: output, mask: mask(index, rows, dropout), with: kernels)
      input = output
    }
    guard normalizes else { return workspace.copyVectors(input, rows: rows) }
    kernels.normalizeRows(
      input,
      into: workspace.vectors.view.rows(rows),
      inverse: workspace.inverseLengths.start + rows.lowerBound
    )
  }

  /// From the vectors' gradients of `rows` to those of the features and of this shard's parameters.
  func backward(
    rows: Range<Int>,
    shard: Int,
    in workspace: TowerWorkspace,
    dropout: DropoutKey?,
    with kernels: any Kernels
  ) {
    guard let gradients = workspace.gradients else { preconditionFailure("training has room for gradients") }
    let last = (gradients.outputs.last ?? gradients.features).view.rows(rows)
    let vectorGradient = gradients.vectors.view.rows(rows)
    if normalizes {
      kernels.normalizeRowsBackward(
        vectorGradient,
        output: workspace.vectors.view.rows(rows),
        inverse: workspace.inverseLengths.start + rows.lowerBound,
        into: last
      )
    } else {
      last.start.update(from: vectorGradient.start, count: rows.count * last.columns)
    }
    for index in layers.indices.reversed() {
      let gradient = gradients.outputs[index].view.rows(rows)
      let input = (index == 0 ? workspace.features : workspace.outputs[index - 1]).view.rows(rows)
      let below = (index == 0 ? gradients.features : gradients.outputs[index - 1]).view.rows(rows)
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

  private func mask(_ index: Int, _ rows: Range<Int>, _ dropout: DropoutKey?) -> DropoutMask? {
    let layer = layers[index]
    return layer.mask(dropout?.layer(firstLayerNumber + index))?.advanced(by: rows.lowerBound * layer.outputs)
  }
}
