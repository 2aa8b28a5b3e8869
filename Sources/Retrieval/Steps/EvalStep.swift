import Notebook
import Numerics
import Recipe
import Report

/// `eval`: measures how well held-out clicks are found.
package struct EvalStep: Step {
  /// The name.
  package static let name = "eval"
  /// One sentence.
  package static let summary = "Measures how many held-out clicks are among each user's best unseen items."
  /// The revision.
  package static let revision = 2
  /// What it writes.
  package static let writes: String? = EvalArtifact.kind

  private let index: ArtifactInput
  private let train: ArtifactInput
  private let encode: ArtifactInput
  private let split: ArtifactInput
  /// The values of `k`, ascending.
  let cutoffs: [Int]
  private let comparisons: ComparisonSettings
  private let settings: EvalSettings

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    index = fields.input(IndexArtifact.kind)
    train = fields.input(TrainArtifact.kind)
    encode = fields.input(EncodeArtifact.kind)
    split = fields.input(SplitArtifact.kind)
    let listed = fields.ints(
      "k",
      default: [5, 10, 20, 50, 100],
      in: 1...10_000,
      count: 1...50,
      "How many of the best items count."
    )
    cutoffs = distinctKeys(listed.map(Int64.init)).map(Int.init)
    comparisons = ComparisonSettings(&fields)
    settings = EvalSettings(&fields, cutoffs: cutoffs)
  }

  /// What it reads.
  package var reads: [ArtifactInput] { [index, train, encode, split] }

  /// What it measures.
  package var metrics: [String] {
    let own = RankingMetric.allCases.flatMap { metric in cutoffs.map { "\(metric.rawValue)@\($0)" } }
    let others =
      comparisons.names.flatMap { name in own.map { "\(name).\($0)" } }
      + comparisons.baselineNames.flatMap { name in cutoffs.map { "lift_over_\(name)@\($0)" } }
    return ["users"] + own + others + ["index_recall@\(cutoffs.last ?? 0)", "query_ms"]
      + EvalMetrics(cutoffs: cutoffs, settings: settings)
      .names(baselines: comparisons.names)
  }

  /// Ranks, measures, compares.
  package func run(in context: RunContext) throws -> [Block] {
    let split = try context.read(split, as: SplitArtifact.self).data
    let pass = try RankingPass(index: index, train: train, encode: encode, context: context)
    guard let widest = cutoffs.last else { return [] }
    let places = try pass.places(of: split.heldOut.users)
    let (lists, seconds) = try pass.lists(places, k: widest, keeping: comparisons.mergedDepth)
    let milliseconds = 1000 * seconds / Double(max(1, places.count))
    let evaluation = Evaluation(
      split,
      pass.encoded.catalogue,
      cutoffs: cutoffs,
      settings,
      threads: context.threads
    )
    var rows = [evaluation.row("two-tower", lists)]
    for (name, lists) in try comparisons.lists(k: widest, split, pass, places, context) {
      rows.append(evaluation.row(name, lists))
    }
    let figures = EvalFigures(
      rows,
      validation: try validation(evaluation, pass),
      evaluation,
      index: pass.ranker.index,
      ticksPerSecond: pass.encoded.clock.ticksPerSecond
    )
    let recall = try pass.recallOfExact(places, lists, k: widest)
    let scores = rows[0].scores
    give(figures, indexRecall: recall, queryMilliseconds: milliseconds, context)
    context.write(
      EvalArtifact(
        users: split.heldOut.users,
        rows: rows.map { EvalArtifact.Row(name: $0.name, scores: $0.scores) },
        validation: figures.validation
      )
    )
    let shown = scores.mean(.hitRate, at: widest) ?? 0
    context.summarize("hit_rate@\(widest) \(NumberFormat.fixed(shown, digits: 4))")
    let report = EvalReport(
      figures: figures,
      evaluation: evaluation,
      indexRecall: pass.isExact ? nil : recall,
      queryMilliseconds: milliseconds
    )
    return report.blocks
  }

  /// The model's measures on the clicks held out for validation; nil where there are none, or none are wanted.
  private func validation(_ evaluation: Evaluation, _ pass: RankingPass) throws -> RankingScores? {
    guard settings.measuresValidation, let widest = cutoffs.last,
      let heldOut = evaluation.split.validation, !heldOut.users.isEmpty
    else { return nil }
    let lists = try pass.listsBeforeValidation(
      pass.places(of: heldOut.users),
      history: evaluation.split.history,
      k: widest
    )
    return evaluation.scores(lists, heldOut: heldOut)
  }

  private func give(
    _ figures: EvalFigures,
    indexRecall: Double,
    queryMilliseconds: Double,
    _ context: RunContext
  ) {
    let scores = figures.rows[0].scores
    context.metric("users", Double(scores.userCount))
    for (name, value) in scores.named { context.metric(name, value) }
    for row in figures.rows.dropFirst() { giveBaseline(row, against: scores, context) }
    context.metric("index_recall@\(cutoffs.last ?? 0)", indexRecall)
    context.metric("query_ms", queryMilliseconds)
    for (name, value) in EvalMetrics(cutoffs: cutoffs, settings: settings).values(figures) {
      context.metric(name, value)
    }
  }

  private func giveBaseline(_ row: EvalRow, against scores: RankingScores, _ context: RunContext) {
    for (name, value) in row.scores.named { context.metric("\(row.name).\(name)", value) }
    guard comparisons.baselineNames.contains(row.name) else { return }
    for k in cutoffs {
      let (own, other) = (scores.mean(.hitRate, at: k) ?? 0, row.scores.mean(.hitRate, at: k) ?? 0)
      context.metric("lift_over_\(row.name)@\(k)", other > 0 ? own / other : own > 0 ? .infinity : 1)
    }
  }
}
