import Clicks
import Tables
import Notebook
import Recall

extension RankingPass {
  /// Baselines that rank the same items for the same requests as the model.
  /// - Throws: `DataError` where one needs times and the log has none.
  func baselines(
    _ baselines: [Baseline],
    _ options: BaselineOptions,
    _ split: SplitData,
    _ context: RunContext
  ) throws -> BaselineRankers {
    try BaselineRankers(
      baselines,
      options,
      split,
      ticksPerSecond: encoded.clock.ticksPerSecond,
      at: encoded.requestMoment,
      among: Vocabulary(keysOf: ranker.index.ids),
      threads: context.threads,
      checkpoint: { try context.checkCancellation() }
    )
  }
}
