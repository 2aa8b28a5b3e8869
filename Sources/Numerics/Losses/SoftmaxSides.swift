/// Which way a contrastive loss is taken.
package enum SoftmaxSides: String, Sendable, CaseIterable {
  /// Each query finds its candidate among all candidates.
  case queries = "one_direction"
  /// The mean of that and of each candidate finding its query, as in the notebook; in-batch negatives only.
  case symmetric
}
