import Glibc

/// How a query's own candidate is told apart from the others.
///
/// Measured once on Amazon Beauty with the starter recipe at 64 dimensions over a pool of 2,048, validation NDCG@10 after 25
/// epochs, best epoch, one seed: softmax .0703, with the refined correction .0712, softmax at k .0714, ccl .0232 and still
/// rising (after 10 epochs a margin of 0.5 with a weight of 20 has .0154, the defaults .0031). gbce found next to nothing
/// there in 8 epochs (.0003, temperatures 0.05 and 0.1): it first learns that nothing is clicked, and leaves that slowly;
/// its temperatures are not measured.
package enum LossForm: String, Sendable, CaseIterable {
  /// Softmax cross-entropy over all candidates at once.
  case softmax
  /// Bayesian personalised ranking: the mean over the other candidates, one at a time, of the cross-entropy of which
  /// of both it was.
  case bpr
  /// The cosine contrastive loss: 1 - cosine of the target, and the mean over the others of what their cosines have
  /// above a margin.
  case ccl
  /// The generalised binary cross-entropy: each candidate apart is the target or is not.
  case gbce
  /// The softmax times a weight that is high where the target is among the best k items already, or nearly.
  case softmaxAtK = "softmax_at_k"

  /// The loss of the best model that tells no candidates apart, so that all of `candidates` have one score: ln
  /// `candidates`, or ln 2; with `numbers` where it takes some.
  package func chance(candidates: Int, _ numbers: LossNumbers = LossNumbers()) -> Double {
    switch self {
    case .softmax: return log(Double(candidates))
    case .bpr: return log(2)
    // What scores as high as the k-th best weighs a half.
    case .softmaxAtK: return log(Double(candidates)) / 2
    case .ccl:
      // At the margin the others cost nothing; where they weigh less than the target, at 1.
      return candidates > 1 ? (1 - numbers.margin) * min(1, numbers.negativeWeight) : 0
    case .gbce:
      let (beta, others) = (numbers.positivePower, Double(candidates - 1))
      guard others > 0 else { return 0 }
      let total = beta + others
      return beta * log(total / beta) + others * log(total / others)
    }
  }

  /// The temperatures to divide cosines by that warnings advise, from the lowest to the highest; none of them is warned of
  /// as too high. Nil where the loss is one of bare cosines.
  package var usualTemperatures: ClosedRange<Double>? {
    switch self {
    case .softmax: 0.05...0.1
    case .bpr: 0.2...0.5
    case .ccl: nil
    case .gbce: 0.05...0.2
    case .softmaxAtK: 0.05...0.2
    }
  }

  /// Whether similarities are divided by the model's temperature; else they are cosines as they are.
  package var usesTemperature: Bool { usualTemperatures != nil }

  /// Whether it takes scores below 0 as well as above: half of all probabilities are there.
  package var needsSignedScores: Bool { self == .gbce }

  /// Why it cannot be taken with a model that compares vectors so; nil where it can.
  /// - Parameter isSigned: whether its scores can be below 0.
  package func problem(_ similarity: TwoTowerShape.Similarity, learnsTemperature: Bool, isSigned: Bool)
    -> String?
  {
    if needsSignedScores && !isSigned {
      return
        "the loss '\(rawValue)' gives items a probability below a half by scores below 0, and both 'mlp' towers end in a "
        + "ReLU, so that no score of theirs is below 0; set query_tower or item_tower in 'model' to identity or "
        + "residual_mlp"
    }
    guard !usesTemperature else { return nil }
    if similarity != .cosine {
      return "the loss '\(rawValue)' is one of cosines; set 'similarity: cosine' in 'model'"
    }
    guard learnsTemperature else { return nil }
    return
      "the loss '\(rawValue)' takes no temperature, so that none is learned; leave 'learn_temperature' out of 'model'"
  }

  /// Whether -log q of a candidate can be added to its score.
  package var canCorrectSampling: Bool {
    switch self {
    case .softmax, .bpr, .gbce, .softmaxAtK: true
    case .ccl: false
    }
  }

  /// Whether it can be taken from candidates to queries too.
  package var canBeSymmetric: Bool {
    switch self {
    case .softmax: true
    case .bpr, .ccl, .gbce, .softmaxAtK: false
    }
  }

  /// What it is counted in.
  package var unit: String {
    switch self {
    case .softmax, .bpr, .gbce, .softmaxAtK: "nats"
    case .ccl: "cosine"
    }
  }

  /// What it is, for who chooses a loss.
  package var explanation: String {
    switch self {
    case .softmax: "softmax over the candidates"
    case .bpr: "the mean over pairs of softplus(logit of another candidate - logit of the target)"
    case .ccl:
      "1 - cosine of the target + negative_weight x the mean over the other candidates of max(0, cosine - margin), as "
        + "in SimpleX, which takes no temperature"
    case .gbce:
      "the sum over the candidates of the cross-entropy of being the target or not, the target's probability to the "
        + "power that 'calibration' gives, as in gSASRec"
    case .softmaxAtK:
      "that softmax times sigmoid((similarity of the target - that of the at_k-th best item) / weight_temperature), as in "
        + "SL@K, so that targets count that are among the best already, or nearly"
    }
  }

  /// What a model does that knows nothing, in words.
  package var guessing: String {
    switch self {
    case .softmax, .softmaxAtK: "guessing among a batch's items"
    case .bpr: "guessing which of two items was clicked"
    case .ccl: "one cosine for all items"
    case .gbce: "one probability for all items"
    }
  }

  /// What to try where it stays at chance.
  package var stalledAdvice: String {
    switch self {
    case .softmax, .softmaxAtK: "A larger learning rate or more epochs are what to try first."
    case .bpr, .gbce: "Another temperature, a larger learning rate or more epochs are what to try first."
    case .ccl: "Another margin, a larger learning rate or more epochs are what to try first."
    }
  }
}
