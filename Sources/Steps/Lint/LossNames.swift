/// The losses of `train` as recipes name them, by what rules ask of them.
enum LossNames {
  /// Those whose candidates are a pool.
  static let pooled = ["sampled_softmax", "bpr"]
  /// Those whose candidates are the batch's targets alone.
  static let inBatch = ["symmetric_in_batch_softmax", "in_batch_softmax", "in_batch_bpr"]
  /// Those that rank in pairs.
  static let pairwise = ["in_batch_bpr", "bpr"]
}
