/// Which items are mined as hard negatives: items that the model ranks high for a query and that are not its target.
///
/// They come from a band of ranks and not from the very first ones, which are often good answers that the query
/// happened not to click. Source: J.-T. Huang et al., "Embedding-based Retrieval in Facebook Search", KDD 2020 (hard
/// mining, ranks 101 to 500); L. Xiong et al., "Approximate Nearest Neighbor Negative Contrastive Learning for Dense
/// Text Retrieval", ICLR 2021 (negatives from an index that follows the training).
///
/// Measured on `recipes/news_best_vectors.yaml`, the mean of three seeds on the test users, hit rate@20 / NDCG@20: with the
/// defaults .6620 / .3677 and without .6619 / .3674, which is within the luck of seeds, for a quarter of the training
/// time; with an in-batch softmax over merged targets .6618 / .3674 and without .6604 / .3667, for half of it.
package struct HardNegativeOptions: Sendable, Equatable {
  /// Steps from one mining to the next, 1 or more. Every epoch begins with one.
  package var everySteps = 200
  /// Items that are drawn for a query, 1 or more.
  package var count = 4
  /// The ranks they are drawn from, from 1, the query's target and history left out of the ranking.
  package var ranks = 20...200
  /// The share of each batch's queries that are mined for, above 0, up to 1. All queries of the batch see what is
  /// found for some, and the search costs that much less.
  package var queryShare = 0.25
  /// The first epoch with hard negatives, from 1: before that the model's ranking says little.
  package var startEpoch = 2

  /// Items that score above this share of the target's own score are left out, as likely positives, above 0, up to 1; nil
  /// for none. Below 0 the margin is as wide as it is above: score - (1 - share) |score|. Source: G. de S. P. Moreira et
  /// al., "NV-Retriever: improving text embedding models with effective hard-negative mining", 2024 (TopK-PercPos).
  package var maxShareOfPositive: Double?

  /// Makes the default options.
  package init() {}

  /// Checks that items can be mined.
  /// - Throws: `TrainingError.invalid` with what was expected, then what came.
  func validate(_ negatives: TrainerOptions.Negatives) throws {
    func require(_ holds: Bool, _ message: @autoclosure () -> String) throws {
      guard holds else { throw TrainingError.invalid(message()) }
    }
    try require(
      negatives != .batch,
      "hard negatives join candidates that all queries share: they take merged targets or a pool"
    )
    try require(everySteps >= 1, "mining must be at least 1 step apart, got \(everySteps)")
    try require(count >= 1, "at least 1 hard negative must be drawn for a query, got \(count)")
    try require(ranks.lowerBound >= 1, "ranks count from 1, got \(ranks.lowerBound)")
    try require(
      queryShare > 0 && queryShare <= 1,
      "the share of the queries must be above 0 and at most 1, got \(queryShare)"
    )
    try require(
      maxShareOfPositive.map { $0 > 0 && $0 <= 1 } ?? true,
      "the share of the target's score must be above 0 and at most 1, got \(maxShareOfPositive ?? 0)"
    )
    try require(startEpoch >= 1, "epochs count from 1, got \(startEpoch)")
  }
}
