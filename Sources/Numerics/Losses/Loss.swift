/// The losses as recipes name them: the one list that settings, schema, lint and bench read.
///
/// A loss is what its candidates are, how they are told apart, and from which side; a new one is a case here with what it
/// says of these three.
package enum Loss: String, CaseIterable, Sendable {
  /// Softmax over the targets of the batch, the mean of query to item and item to query.
  case symmetricInBatchSoftmax = "symmetric_in_batch_softmax"
  /// Softmax over the targets of the batch, from query to item.
  case inBatchSoftmax = "in_batch_softmax"
  /// Softmax over a pool of the batch's targets and items drawn uniformly.
  case sampledSoftmax = "sampled_softmax"
  /// Pairwise ranking over the targets of the batch.
  case inBatchRanking = "in_batch_bpr"
  /// Pairwise ranking over a pool.
  case ranking = "bpr"

  /// How a query's own candidate is told apart from the others.
  package var form: LossForm {
    switch self {
    case .symmetricInBatchSoftmax, .inBatchSoftmax, .sampledSoftmax: .softmax
    case .inBatchRanking, .ranking: .bpr
    }
  }

  /// Whether its candidates are a pool, not only the batch's targets.
  package var hasPool: Bool { self == .sampledSoftmax || self == .ranking }

  /// The names of those that `isMeant` is true of, in order.
  package static func names(where isMeant: (Loss) -> Bool) -> [String] {
    allCases.filter(isMeant).map(\.rawValue)
  }

  /// From which side it looks.
  package var sides: SoftmaxSides { self == .symmetricInBatchSoftmax ? .symmetric : .queries }

  /// Whether it takes candidates that are no target of their own sample, merged ones or hard negatives, beside a batch.
  package var canMergeTargets: Bool { self == .inBatchSoftmax || self == .inBatchRanking }
}
