import Clicks
import Tables
import Recall

/// Evaluations of the same users side by side.
struct Comparison {
  /// One list under the name it was asked for by, and the evaluation it is of.
  typealias Entry = (name: String, row: EvalArtifact.Row, evaluation: EvalArtifact)

  let entries: [Entry]
  /// The k of the hit rate that is compared.
  let k: Int
  let options: BootstrapOptions
  /// The resampled means of the entries' models.
  let bootstrap: BootstrapMeans?
  /// How much each entry but the first has more than the one it is held against, in hit rate.
  let differences: [PairedComparison]

  /// Compares `entries`, two or more; entry `i` is held against entry `reference(i)`.
  /// - Throws: `DataError` where they are of different users or did not measure the hit rate at `k`.
  init(
    _ entries: [Entry],
    k: Int,
    reference: (Int) -> Int,
    _ options: BootstrapOptions,
    threads: Int
  ) throws {
    guard let first = entries.first else { throw DataError("there is nothing to compare") }
    for entry in entries {
      guard entry.evaluation.users == first.evaluation.users else {
        throw DataError(
          "'\(first.name)' and '\(entry.name)' evaluate different users; let both read the same 'split'"
        )
      }
      guard entry.row.scores.mean(.hitRate, at: k) != nil else {
        throw DataError("'\(entry.name)' does not measure the hit rate at \(k); add \(k) to its 'k'")
      }
    }
    let scores = entries.compactMap { Self.only(.hitRate, at: k, $0.row.scores) }
    let bootstrap = BootstrapMeans(scores, options, threads: threads)
    self.entries = entries
    self.k = k
    self.options = options
    self.bootstrap = bootstrap
    differences = entries.indices.dropFirst().compactMap { place in
      PairedComparison(
        .hitRate,
        at: k,
        of: place,
        over: reference(place),
        in: scores,
        bootstrap: bootstrap,
        options
      )
    }
  }

  /// One measure at one cut-off: evaluations may differ in the others.
  private static func only(_ metric: RankingMetric, at k: Int, _ scores: RankingScores?) -> RankingScores? {
    scores?.perUser(metric, at: k).map { RankingScores(metrics: [metric], cutoffs: [k], values: Array($0)) }
  }
}
