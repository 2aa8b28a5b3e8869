extension TwoTowerShape {
  /// The blocks of the pooling `transformer`. The defaults are those of SASRec (W.-C. Kang and J. McAuley, ICDM 2018), with
  /// the wider feed-forward network of A. Vaswani et al., NeurIPS 2017.
  package struct Transformer: Sendable, Equatable, Codable {
    /// What stands between the two layers of a feed-forward network.
    package enum FeedForward: String, Sendable, CaseIterable, Codable {
      /// max(x, 0).
      case relu
      /// silu(x) y, silu(x) = x / (1 + exp(-x)), x and y each a layer of its own.
      case swiglu
    }

    /// How many blocks follow one another, 1 or more.
    package var blocks = 2
    /// How many heads attend side by side; they divide the width of embeddings.
    package var heads = 1
    /// The feed-forward networks.
    package var feedForward = FeedForward.relu
    /// Their inner width; nil for four times an embedding's, or for swiglu, which has three matrices and not two, two thirds of
    /// that, down to a multiple of 8.
    package var feedForwardDimension: Int?
    /// The share of inputs, of weights of attention, of inner values and of the outputs of both halves of a block that
    /// training drops, 0 ..< 1.
    package var dropout = 0.2

    /// Makes the usual blocks.
    package init() {}

    /// The inner width of feed-forward networks over vectors of `embedding` numbers.
    package func innerWidth(embedding: Int) -> Int {
      if let feedForwardDimension { return feedForwardDimension }
      guard feedForward == .swiglu else { return 4 * embedding }
      return max(8, 8 * embedding / 3 / 8 * 8)
    }

    /// Above this nothing that a recipe or a file asks for is taken.
    package static let mostBlocks = 16
    package static let mostHeads = 64
    package static let mostInner = 65_536
  }

  /// The blocks of the pooling `transformer`.
  package var blocks: Transformer { transformer ?? Transformer() }

  /// Checks the blocks.
  func validateBlocks() throws {
    let blocks = blocks
    try require((1...Transformer.mostBlocks).contains(blocks.blocks)) {
      "a transformer must have 1 to \(Transformer.mostBlocks) blocks, got \(blocks.blocks)"
    }
    try require((1...Transformer.mostHeads).contains(blocks.heads)) {
      "a transformer must have 1 to \(Transformer.mostHeads) heads, got \(blocks.heads)"
    }
    try require(embeddingDimension % blocks.heads == 0) {
      "heads share embeddings evenly: \(embeddingDimension) does not divide by \(blocks.heads)"
    }
    try require((1...Transformer.mostInner).contains(blocks.feedForwardDimension ?? 1)) {
      "feed-forward networks must be 1 to \(Transformer.mostInner) wide, got \(blocks.feedForwardDimension ?? 0)"
    }
    try require(blocks.dropout >= 0 && blocks.dropout < 1) {
      "the dropout of a transformer must lie in 0 ..< 1, got \(blocks.dropout)"
    }
  }
}
