/// Which candidates have -log q added to their logits, q the chance that a step has them among its candidates.
package enum SamplingCorrection: String, Sendable, CaseIterable {
  /// All of them, as in Yi et al., RecSys 2019.
  case all
  /// All but the query's own target, which is there for certain and not by chance:
  ///
  ///     loss = log(exp s_target + sum_c exp(s_c - log q_c)) - s_target,   c other than target
  ///
  /// The sum stands for that over all items without the target, and each c is in it with the chance q_c that one of the
  /// other samples of the batch, or the pool, brings it. The gradient is that of a softmax over the others times
  /// 1 - P(target), the chance that the model is wrong. Source: K. Khrylchenko et al., "Correcting the LogQ correction:
  /// revisiting sampled softmax for large-scale retrieval", RecSys 2025 (arXiv 2507.09331), where 1 - P(target) is a
  /// weight that no gradient goes through; estimated from the same candidates it is the factor above.
  case refined

  /// Checks that it goes with a loss.
  /// - Throws: `TrainingError.invalid`.
  func validate(_ form: LossForm, _ negatives: TrainerOptions.Negatives) throws {
    if let problem = problem(form, negatives) { throw TrainingError.invalid(problem) }
  }

  /// Why it cannot be taken with a loss over such candidates; nil where it can.
  package func problem(_ form: LossForm, _ negatives: TrainerOptions.Negatives) -> String? {
    guard form.canCorrectSampling else {
      return "the loss '\(form.rawValue)' is one of cosines, which are no log-odds that -log q could correct"
    }
    guard self == .refined else { return nil }
    guard form == .softmax || form == .softmaxAtK else {
      return "the refined correction is one of the softmax; '\(form.rawValue)' takes the plain one (true)"
    }
    guard negatives != .batch else {
      return "the refined correction takes each item once: a pool, or merged targets"
    }
    return nil
  }
}
