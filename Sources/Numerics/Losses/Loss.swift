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
  /// The cosine contrastive loss over the targets of the batch.
  case inBatchCosine = "in_batch_ccl"
  /// The cosine contrastive loss over a pool.
  case cosine = "ccl"
  /// The softmax at k over the targets of the batch.
  case inBatchSoftmaxAtK = "in_batch_softmax_at_k"
  /// The softmax at k over a pool.
  case softmaxAtK = "softmax_at_k"
  /// The generalised binary cross-entropy over the targets of the batch.
  case inBatchBinary = "in_batch_gbce"
  /// The generalised binary cross-entropy over a pool.
  case binary = "gbce"

  /// What a loss is made of.
  private struct Traits {
    var form: LossForm
    var hasPool = false
    var sides = SoftmaxSides.queries
    var canMergeTargets = false
  }

  private var traits: Traits {
    switch self {
    case .symmetricInBatchSoftmax: Traits(form: .softmax, sides: .symmetric)
    case .inBatchSoftmax: Traits(form: .softmax, canMergeTargets: true)
    case .sampledSoftmax: Traits(form: .softmax, hasPool: true)
    case .inBatchRanking: Traits(form: .bpr, canMergeTargets: true)
    case .ranking: Traits(form: .bpr, hasPool: true)
    case .inBatchCosine: Traits(form: .ccl, canMergeTargets: true)
    case .cosine: Traits(form: .ccl, hasPool: true)
    case .inBatchSoftmaxAtK: Traits(form: .softmaxAtK, canMergeTargets: true)
    case .softmaxAtK: Traits(form: .softmaxAtK, hasPool: true)
    case .inBatchBinary: Traits(form: .gbce, canMergeTargets: true)
    case .binary: Traits(form: .gbce, hasPool: true)
    }
  }

  /// How a query's own candidate is told apart from the others.
  package var form: LossForm { traits.form }

  /// Whether its candidates are a pool, not only the batch's targets.
  package var hasPool: Bool { traits.hasPool }

  /// From which side it looks.
  package var sides: SoftmaxSides { traits.sides }

  /// Whether it takes candidates that are no target of their own sample, merged ones or hard negatives, beside a batch.
  package var canMergeTargets: Bool { traits.canMergeTargets }

  /// The names of those that `isMeant` is true of, in order.
  package static func names(where isMeant: (Loss) -> Bool) -> [String] {
    allCases.filter(isMeant).map(\.rawValue)
  }

  /// The same in words: `'bpr', 'ccl' or 'gbce'`.
  package static func listed(where isMeant: (Loss) -> Bool) -> String {
    let quoted = names(where: isMeant).map { "'\($0)'" }
    guard let last = quoted.last, quoted.count > 1 else { return quoted.joined() }
    return "\(quoted.dropLast().joined(separator: ", ")) or \(last)"
  }

  /// What a recipe's author is told of all of them.
  package static var help: String {
    let forms = LossForm.allCases.map { form in
      "\(names { $0.form == form }.map { "'\($0)'" }.joined(separator: ", ")): \(form.explanation)"
    }
    return forms.joined(separator: "; ") + ". "
      + "\(names(where: \.hasPool).map { "'\($0)'" }.joined(separator: ", ")) take as candidates a pool of the batch's "
      + "distinct targets and other items, drawn uniformly, the others the batch's targets; "
      + "\(names { $0.sides == .symmetric }.map { "'\($0)'" }.joined(separator: ", ")) is the mean of both directions."
  }
}
