/// One tower: blocks of features, what makes one vector of them, and that vector's length.
///
/// Every pass works on a range of rows, so that shards of a batch go through the whole tower while they are in
/// the processor's cache.
final class Tower {
  /// What a tower is made of.
  struct Parts {
    /// How the blocks become one vector.
    var kind = TowerKind.mlp
    /// Its input, block beside block.
    var blocks: [FeatureBlock]
    /// Dense layers; none in an identity tower.
    var layers: [DenseLayer]
    /// Identity: from the mapped block to the sum. Residual: from the last layer to the sum.
    var map: LinearMap?
    /// The length of its vectors.
    var length: VectorLength
    /// What gives a row several vectors; nil for one.
    var interests: InterestMap?
    /// The number the masks of this tower's layers begin with.
    var firstLayerNumber: Int
  }

  /// The name its parameters begin with.
  let name: String
  let parts: Parts
  let sources: [any FeatureSource]
  /// The columns that one vector is made of.
  let inputWidth: Int
  /// These, and behind them what interests read.
  let featureWidth: Int
  private let blocks: [FeatureBlock]
  /// The dense parameters: of the sources, of the layers, of the map.
  let parameters: [Parameter]

  init(name: String, _ parts: Parts) {
    self.name = name
    self.parts = parts
    let blocks = parts.blocks + (parts.interests.map { [$0.block] } ?? [])
    let sources = blocks.flatMap(\.sources)
    (self.blocks, self.sources) = (blocks, sources)
    inputWidth = parts.blocks.reduce(0) { $0 + $1.width }
    featureWidth = blocks.reduce(0) { $0 + $1.width }
    parameters =
      sources.flatMap(\.denseParameters) + parts.layers.flatMap(\.parameters)
      + (parts.map.map { [$0.kernel] } ?? []) + (parts.interests.map { [$0.map.kernel] } ?? [])
  }

  var layers: [DenseLayer] { parts.layers }

  /// The widths of the activations behind the features: of the layers, and of a residual tower's sum.
  var outputWidths: [Int] {
    layers.map(\.outputs) + (parts.kind == .residual ? [parts.blocks[0].width] : [])
  }

  var vectorWidth: Int {
    switch parts.kind {
    case .mlp: layers.last?.outputs ?? inputWidth
    case .identity, .residual: parts.blocks[0].width
    }
  }

  /// Whether its vectors are its features as they are: nothing maps them, adds to them or changes their length.
  var passesFeatures: Bool {
    parts.kind != .residual && layers.isEmpty && parts.map == nil && parts.interests == nil
      && parts.length == .free
      && featureWidth == vectorWidth
  }

  /// How many vectors a row has.
  var interests: Int { parts.interests?.count ?? 1 }

  /// Called before a forward pass over `inputs`, by one thread.
  func prepare(_ inputs: RowInputs) {
    for source in sources { source.prepare(inputs) }
  }

  /// Calls `body` with each block and the columns it owns.
  func forEachBlock(_ body: (FeatureBlock, Range<Int>) -> Void) {
    var column = 0
    for block in blocks {
      body(block, column..<column + block.width)
      column += block.width
    }
  }

  /// Calls `body` with each source and the columns it writes to.
  func forEachSource(_ body: (any FeatureSource, Range<Int>) -> Void) {
    forEachBlock { block, columns in
      for source in block.sources { body(source, columns) }
    }
  }

  func mask(_ index: Int, _ rows: Range<Int>, _ dropout: DropoutKey?) -> DropoutMask? {
    let layer = layers[index]
    return layer.mask(dropout?.layer(parts.firstLayerNumber + index))?
      .advanced(by: rows.lowerBound * layer.outputs)
  }
}
