/// The widths of a transformer's layers.
struct TransformerWidths: Equatable {
  /// Of vectors between blocks.
  var vector: Int
  /// How many heads there are; they divide the vectors.
  var heads: Int
  /// Between the two layers of a feed-forward network.
  var inner: Int
  /// Whether the first of these two gives a gate besides, as wide again.
  var isGated: Bool

  init(_ shape: TwoTowerShape.Transformer, embedding: Int) {
    vector = embedding
    heads = shape.heads
    inner = shape.innerWidth(embedding: embedding)
    isGated = shape.feedForward == .swiglu
  }
}

/// What a transformer computes of clicks: of all blocks where the way back needs it, else of one block at a time.
final class TransformerActivations {
  /// One block's, of some clicks.
  struct Block {
    /// `[clicks, width]`: what comes in, that normalised, the heads' outputs, their sum with the input, that normalised,
    /// and what goes out, which may lie where the input does.
    var input, normalized, attended, middle, middleNormalized, output: MatrixView
    /// Queries, keys and values, `[clicks, 3 width]`.
    var projections: MatrixView
    /// Weights of attention; see `CausalAttention`.
    var weights: MatrixView
    /// The outputs of the first layer of the feed-forward network, `[clicks, inner]`, or both halves of a gate.
    var inner: MatrixView
    /// What the second layer reads, `[clicks, inner]`.
    var activated: MatrixView
    /// Of both normalisations, `[clicks, 2]`.
    var statistics, middleStatistics: UnsafeMutablePointer<Float>
  }

  private final class BlockStorage {
    let (normalized, attended, middle, middleNormalized) =
      (Storage<Float>(), Storage<Float>(), Storage<Float>(), Storage<Float>())
    let (projections, weights, inner, gated) =
      (Storage<Float>(), Storage<Float>(), Storage<Float>(), Storage<Float>())
    let (statistics, middleStatistics) = (Storage<Float>(), Storage<Float>())
  }

  private let widths: TransformerWidths
  private let blocks: [BlockStorage]
  private let inputs: [Storage<Float>]
  private let outputs = Storage<Float>()
  private let outputStatistics = Storage<Float>()
  private var longest = 0

  /// Makes room for nothing yet.
  /// - Parameter keeping: for how many blocks; nil for one that all use in turn.
  init(_ widths: TransformerWidths, keeping blocks: Int?) {
    self.widths = widths
    self.blocks = (0..<(blocks ?? 1)).map { _ in BlockStorage() }
    inputs = (0...(blocks ?? 0)).map { _ in Storage<Float>() }
  }

  /// Makes room for `clicks` clicks in sequences of at most `longest`.
  func reserve(clicks: Int, longest: Int) {
    self.longest = longest
    for storage in inputs + [outputs] { storage.reserve(clicks * widths.vector) }
    outputStatistics.reserve(2 * clicks)
    for block in blocks {
      for storage in [block.normalized, block.attended, block.middle, block.middleNormalized] {
        storage.reserve(clicks * widths.vector)
      }
      block.projections.reserve(clicks * 3 * widths.vector)
      block.weights.reserve(clicks * weightColumns)
      block.inner.reserve(clicks * widths.inner * (widths.isGated ? 2 : 1))
      if widths.isGated { block.gated.reserve(clicks * widths.inner) }
      for storage in [block.statistics, block.middleStatistics] { storage.reserve(2 * clicks) }
    }
  }

  /// What block `index` computes of `clicks`.
  func block(_ index: Int, _ clicks: Range<Int>) -> Block {
    let storage = blocks[min(index, blocks.count - 1)]
    let inner = view(storage.inner, clicks, widths.inner * (widths.isGated ? 2 : 1))
    return Block(
      input: input(index, clicks),
      normalized: view(storage.normalized, clicks, widths.vector),
      attended: view(storage.attended, clicks, widths.vector),
      middle: view(storage.middle, clicks, widths.vector),
      middleNormalized: view(storage.middleNormalized, clicks, widths.vector),
      output: input(index + 1, clicks),
      projections: view(storage.projections, clicks, 3 * widths.vector),
      weights: view(storage.weights, clicks, weightColumns),
      inner: inner,
      activated: widths.isGated ? view(storage.gated, clicks, widths.inner) : inner,
      statistics: storage.statistics.start + 2 * clicks.lowerBound,
      middleStatistics: storage.middleStatistics.start + 2 * clicks.lowerBound
    )
  }

  /// What goes into block `index`, or out of the last one.
  func input(_ index: Int, _ clicks: Range<Int>) -> MatrixView {
    view(inputs[min(index, inputs.count - 1)], clicks, widths.vector)
  }

  /// What comes out of it all, `[clicks, width]`, and the statistics of its normalisation.
  func output(_ clicks: Range<Int>) -> (vectors: MatrixView, statistics: UnsafeMutablePointer<Float>) {
    (view(outputs, clicks, widths.vector), outputStatistics.start + 2 * clicks.lowerBound)
  }

  private var weightColumns: Int { (widths.heads + 1) * longest }

  private func view(_ storage: Storage<Float>, _ rows: Range<Int>, _ columns: Int) -> MatrixView {
    MatrixView(storage.start + rows.lowerBound * columns, rows: rows.count, columns: columns)
  }
}

/// The gradients that go back through a transformer's blocks, one block at a time.
final class TransformerGradients {
  /// Of some clicks.
  struct Views {
    /// That of what comes out of a block, and of what goes in once it was passed; `[clicks, width]`.
    var residual: MatrixView
    /// That of a branch's end, and that of its beginning, likewise.
    var branch, normalized: MatrixView
    /// `[clicks, 3 width]`.
    var projections: MatrixView
    /// `[clicks, inner]`.
    var activated: MatrixView
  }

  private let widths: TransformerWidths
  private let (residual, branch, normalized) = (Storage<Float>(), Storage<Float>(), Storage<Float>())
  private let (projections, activated) = (Storage<Float>(), Storage<Float>())

  init(_ widths: TransformerWidths) { self.widths = widths }

  /// Makes room for `clicks` clicks.
  func reserve(clicks: Int) {
    for storage in [residual, branch, normalized] { storage.reserve(clicks * widths.vector) }
    projections.reserve(clicks * 3 * widths.vector)
    activated.reserve(clicks * widths.inner)
  }

  /// Those of `clicks`.
  func views(_ clicks: Range<Int>) -> Views {
    func view(_ storage: Storage<Float>, _ columns: Int) -> MatrixView {
      MatrixView(storage.start + clicks.lowerBound * columns, rows: clicks.count, columns: columns)
    }
    return Views(
      residual: view(residual, widths.vector),
      branch: view(branch, widths.vector),
      normalized: view(normalized, widths.vector),
      projections: view(projections, 3 * widths.vector),
      activated: view(activated, widths.inner)
    )
  }
}
