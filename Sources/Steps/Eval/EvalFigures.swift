import Clicks
import Recall
import Report

/// All that `eval` finds: what its report shows and its metrics are taken from.
struct EvalFigures {
  /// One list held against another, at every cut-off.
  struct SubjectComparison {
    /// The row that is spoken of.
    let subject: Int
    /// The row that it is held against.
    let other: Int
    /// Its differences in hit rate, `[cutoffs]`.
    let byCutoff: [PairedComparison]
  }

  /// The model first, then the baselines, then the merged list.
  let rows: [EvalRow]
  /// The rows that the evaluation is of: the model, and the merged list where there is one.
  let subjects: [Int]
  /// The resampled means of `rows`; nil without resamples.
  let bootstrap: BootstrapMeans?
  /// The same of their measures on validation clicks.
  let validationBootstrap: BootstrapMeans?
  /// Every subject held against every other row.
  let comparisons: [SubjectComparison]
  /// What can be found at all.
  let reachability: Reachability
  /// What became of every held-out item in the model's lists.
  let waterfall: MissWaterfall
  /// The model's scores of held-out items.
  let targetScores: TargetScores
  /// What comes from the future; nil where there are no times.
  let future: FutureClicks?
  /// What is held out, in slices.
  let slicings: [Slicing]
  /// What is found of items that nobody clicked in the history; nil where nobody asked.
  let newItems: NewItemFigures?

  /// What the first dimensions of vectors alone find; nil where no widths are measured.
  let widths: WidthFigures?

  /// Compares `rows`, all measured by `evaluation`.
  /// - Parameters:
  ///   - lists: the model's, of the users at `places`.
  ///   - newItems: what is found of new items, where anybody asked.
  ///   - widths: what the first dimensions of vectors find, where any are measured.
  init(
    _ rows: [EvalRow],
    _ evaluation: Evaluation,
    lists: RankedLists,
    places: [Int],
    _ pass: RankingPass,
    newItems: NewItemFigures?,
    widths: WidthFigures?
  ) throws {
    self.newItems = newItems
    self.widths = widths
    let options = evaluation.settings.bootstrap
    self.rows = rows
    let scores = rows.map(\.scores)
    let bootstrap = BootstrapMeans(scores, options, threads: evaluation.threads)
    self.bootstrap = bootstrap
    validationBootstrap = BootstrapMeans(rows.compactMap(\.validation), options, threads: evaluation.threads)
    let subjects = rows.indices.filter { $0 == 0 || rows[$0].name == FusedLists.name }
    self.subjects = subjects
    comparisons = Self.comparisons(of: subjects, scores, bootstrap, evaluation)
    let targets = evaluation.targets
    let reachability = Reachability(
      targets,
      of: evaluation.split.heldOut,
      seen: pass.ranker.rules.seen == .keep ? nil : evaluation.requestHistory,
      isCandidate: pass.isCandidate(places),
      index: pass.ranker.index,
      catalogue: evaluation.catalogue,
      clicks: evaluation.clicks
    )
    self.reachability = reachability
    let isFound = (rows.first?.found ?? []).map { $0 > 0 }
    let removed = Vocabulary(sortedKeys: evaluation.split.removedItems)
    let k = evaluation.settings.headlineK
    waterfall = try MissWaterfall(
      targets,
      isFound: isFound,
      obstacles: reachability.obstacles,
      isFoundExactly: pass.isExact
        ? nil : { try pass.isFound($0, of: targets, users: places, k: k, .exact) },
      isFoundLookingEverywhere: SearchIndex.isQuantised(pass.indexed.factory)
        ? { try pass.isFound($0, of: targets, users: places, k: k, .everywhere) } : nil,
      removed: removed.contains
    )
    targetScores = try TargetScores(
      targets,
      obstacles: reachability.obstacles,
      isFound: isFound,
      lists: lists,
      users: places,
      pass
    )
    future = FutureClicks(evaluation.split)
    slicings = evaluation.slicings(ticksPerSecond: pass.encoded.clock.ticksPerSecond)
  }

  /// Each subject held against every other row.
  private static func comparisons(
    of subjects: [Int],
    _ scores: [RankingScores],
    _ bootstrap: BootstrapMeans?,
    _ evaluation: Evaluation
  ) -> [SubjectComparison] {
    subjects.flatMap { subject in
      scores.indices.filter { $0 != subject }.map { other in
        SubjectComparison(
          subject: subject,
          other: other,
          byCutoff: evaluation.cutoffs.compactMap { k in
            PairedComparison(
              .hitRate,
              at: k,
              of: subject,
              over: other,
              in: scores,
              bootstrap: bootstrap,
              evaluation.settings.bootstrap
            )
          }
        )
      }
    }
  }

  /// Whether lists were measured on validation clicks too.
  var hasValidation: Bool { rows.contains { $0.validation != nil } }

  /// The hit rate of every subject, and the best baseline: `hit_rate@20 0.5512, fused 0.5640; popularity 0.1210`.
  func liveLine(k: Int) -> String {
    func shown(_ row: Int) -> String {
      NumberFormat.fixed(rows[row].scores.mean(.hitRate, at: k) ?? 0, digits: 4)
    }
    let others = subjects.dropFirst().map { ", \(rows[$0].name) \(shown($0))" }.joined()
    let baselines = rows.indices.filter { !subjects.contains($0) }
    let best = baselines.max { a, b in
      let (left, right) = (rows[a].scores.mean(.hitRate, at: k), rows[b].scores.mean(.hitRate, at: k))
      return (left ?? 0, -a) < (right ?? 0, -b)
    }
    return "hit_rate@\(k) \(shown(0))\(others)" + (best.map { "; \(rows[$0].name) \(shown($0))" } ?? "")
  }
}
