/// One line of a model summary.
public struct LayerSummary: Sendable, Equatable {
  /// The layer's name and kind, as in `user_dense0 (Dense)`.
  public let layer: String
  /// The shape of its output, as in `(None, 32)`.
  public let outputShape: String
  /// The number of its weights.
  public let parameterCount: Int
  /// The layers whose outputs it reads.
  public let connectedTo: [String]
}
