import Memory
import Numerics

/// The means of measures over users drawn anew, many times, for several lists of the same users.
///
/// A resample has as many users as there are, drawn with replacement: resample `b` is
/// `rng.integers(0, users, users)` of the stream `bootstrap b` of the seed. All measures of all lists are averaged
/// over the same draws, so that differences between lists are paired by user. The result does not depend on the
/// number of threads.
///
/// Source: B. Efron, "Bootstrap Methods: Another Look at the Jackknife", Annals of Statistics 7(1), 1979; by user,
/// since the values of one user are not independent of each other.
package struct BootstrapMeans: Sendable, Equatable {
  private let metrics: [RankingMetric]
  private let cutoffs: [Int]
  private let options: BootstrapOptions
  /// `[lists, metrics, cutoffs, samples]`.
  private let means: [Double]

  /// Resamples the users of `lists`, which have the same users, measures and cut-offs.
  ///
  /// Nil where `options` asks for no resamples, or there are no lists or users.
  package init?(_ lists: [RankingScores], _ options: BootstrapOptions, threads: Int = 1) {
    guard options.samples > 0, let first = lists.first, first.userCount > 0 else { return nil }
    precondition(
      lists.allSatisfy {
        $0.userCount == first.userCount && $0.metrics == first.metrics && $0.cutoffs == first.cutoffs
      },
      "lists to compare have the same users, measures and cut-offs"
    )
    metrics = first.metrics
    cutoffs = first.cutoffs
    self.options = options
    let users = first.userCount
    let groups = lists.map { ScoreGroups($0) }
    let columns = metrics.count * cutoffs.count
    let samples = options.samples
    var all = [Double](repeating: 0, count: lists.count * columns * samples)
    all.withUnsafeMutableBufferPointer { all in
      Threads(threads).forEach(samples) { sample in
        var generator = NumpyGenerator(seed: options.seed, stream: "bootstrap \(sample)")
        let drawn = generator.integers(0, users, count: users)
        for (list, group) in groups.enumerated() {
          for (column, mean) in group.means(over: drawn).enumerated() {
            all[(list * columns + column) * samples + sample] = mean
          }
        }
      }
    }
    means = all
  }

  /// The interval of one measure's mean for the list at place `list`; nil where it was not measured.
  package func interval(_ metric: RankingMetric, at k: Int, of list: Int) -> ConfidenceInterval? {
    resampled(metric, at: k, of: list).map {
      ConfidenceInterval(percentilesOf: $0, level: options.level)
    }
  }

  /// The interval of how much a measure's mean is higher for one list than for another.
  package func difference(_ metric: RankingMetric, at k: Int, of list: Int, over other: Int)
    -> ConfidenceInterval?
  {
    guard let own = resampled(metric, at: k, of: list), let others = resampled(metric, at: k, of: other)
    else { return nil }
    return ConfidenceInterval(percentilesOf: zip(own, others).map { $0 - $1 }, level: options.level)
  }

  /// One measure's means, `[samples]`.
  func resampled(_ metric: RankingMetric, at k: Int, of list: Int) -> ArraySlice<Double>? {
    guard let row = metrics.firstIndex(of: metric), let column = cutoffs.firstIndex(of: k) else { return nil }
    let start = ((list * metrics.count + row) * cutoffs.count + column) * options.samples
    return means[start..<start + options.samples]
  }
}
