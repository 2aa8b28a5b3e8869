import Numerics
import Recipe

/// The settings of `model` that say what the blocks of the pooling `transformer` are.
enum TransformerSettings {
  private typealias Blocks = TwoTowerShape.Transformer

  /// Reads them; nil where the pooling is another.
  static func read(_ fields: inout Fields, isUsed: Bool) -> TwoTowerShape.Transformer? {
    var blocks = Blocks()
    blocks.blocks = fields.int(
      "blocks",
      default: blocks.blocks,
      in: 1...4,
      "transformer: how many blocks of self-attention and a feed-forward network follow one another, each normalising "
        + "what it reads first."
    )
    blocks.heads = fields.int(
      "heads",
      default: blocks.heads,
      in: 1...Blocks.mostHeads,
      "transformer: how many heads attend side by side; embedding_dim must divide by it."
    )
    blocks.feedForward = fields.choice(
      "feed_forward",
      default: blocks.feedForward,
      "transformer: what stands between the two layers of a feed-forward network: 'relu', or 'swiglu', one layer's silu "
        + "times another's output."
    )
    blocks.feedForwardDimension = fields.optionalInt(
      "feed_forward_dim",
      in: 1...Blocks.mostInner,
      "transformer: the inner width of feed-forward networks; by default 4 embedding_dim, with swiglu 8/3 of it, which is as "
        + "many weights. (SASRec has 1 embedding_dim.)"
    )
    blocks.dropout = fields.double(
      "history_dropout",
      default: blocks.dropout,
      in: .halfOpen(0, 1),
      "transformer: the share of its inputs, of the weights of attention, of inner values and of the outputs of both halves "
        + "of a block that training drops."
    )
    return isUsed ? blocks : nil
  }
}
