/// What a tower does to the length of its vectors.
enum VectorLength: Equatable {
  /// Nothing.
  case free
  /// x / sqrt(max(|x|^2, 1e-12)), as `tf.nn.l2_normalize`.
  case floored
  /// x / sqrt(|x|^2 + epsilon).
  case smooth(epsilon: Float)
}
