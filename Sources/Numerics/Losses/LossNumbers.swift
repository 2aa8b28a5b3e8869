/// The numbers that some forms of a loss take; what each is, `LossForm` says.
package struct LossNumbers: Sendable, Equatable {
  /// The cosine contrastive loss: cosines of other candidates up to this cost nothing, -1 ..< 1.
  package var margin = 0.8
  /// The cosine contrastive loss: what the mean over the other candidates counts, above 0.
  package var negativeWeight = 150.0
  /// The generalised binary cross-entropy: the power of the target's probability, above 0, at most 1.
  package var positivePower = 1.0

  /// The softmax at k: of how many best items a target is to be one, 1 ... 1,000.
  package var topK = 20
  /// The softmax at k: how fast a target's weight falls with its similarity below that of the k-th best item, above 0.
  package var weightTemperature = 1.0
  /// The softmax at k: of how many items the candidates are drawn.
  var itemCount = 1
  /// The largest `topK`.
  static let mostAtK = 1_000

  /// Makes the default numbers.
  package init() {}

  /// The power that undoes, as far as `calibration` says, how much likelier a target is among the candidates than it is
  /// among all items:
  ///
  ///     beta = a (t (1 - 1 / a) + 1 / a) = 1 - t (1 - a),   a = others / (items - 1), at most 1
  ///
  /// Source: A. Petrov and C. Macdonald, "gSASRec: reducing overconfidence in sequential recommendation trained with
  /// negative sampling", RecSys 2023, equation 13.
  /// - Parameters:
  ///   - calibration: t, 0 (none) ... 1 (all).
  ///   - others: how many candidates there are beside a target.
  ///   - items: how many items there are.
  static func positivePower(calibration: Double, others: Int, items: Int) -> Double {
    let rate = items > 1 ? min(1, Double(others) / Double(items - 1)) : 1
    // A power of 0 would leave targets out of the loss.
    return max(1 - calibration * (1 - rate), 1e-6)
  }

  /// Checks that a loss can be taken.
  /// - Throws: `TrainingError.invalid` with what was expected, then what came.
  func validate() throws {
    guard margin >= -1 && margin < 1 else {
      throw TrainingError.invalid("the margin of cosines must lie in -1 ..< 1, got \(margin)")
    }
    guard topK >= 1 && topK <= Self.mostAtK else {
      throw TrainingError.invalid("the k of a softmax at k must lie in 1 ... \(Self.mostAtK), got \(topK)")
    }
    guard weightTemperature > 0 && weightTemperature.isFinite else {
      throw TrainingError.invalid("the temperature of weights must be above 0, got \(weightTemperature)")
    }
    guard negativeWeight > 0 && negativeWeight.isFinite else {
      throw TrainingError.invalid("the weight of negatives must be above 0, got \(negativeWeight)")
    }
  }
}
