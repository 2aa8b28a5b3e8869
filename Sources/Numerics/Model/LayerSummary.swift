/// One line of a model summary.
package struct LayerSummary: Sendable, Equatable {
  /// The layer's name and kind, as in `user_dense0 (Dense)`.
  package let layer: String
  /// The shape of its output, as in `(None, 32)`.
  package let outputShape: String
  /// The number of its weights.
  package let parameterCount: Int
  /// The layers whose outputs it reads.
  package let connectedTo: [String]
}
