import Clicks
import Files
import Notebook
import Numerics
import Recall
import Recipe
import Report

/// `eval`: measures how well held-out clicks are found.
package struct EvalStep: Step {
  package static let name = "eval"
  package static let summary = "Measures how many held-out clicks are among each user's best unseen items."
  /// The revision.
  package static let revision = 9
  /// What it writes.
  package static let writes: String? = EvalArtifact.kind

  let ranking: RankingPass.Inputs
  let split: ArtifactInput
  private let config: ArtifactInput
  /// The values of `k`, ascending.
  private let cutoffs: [Int]
  private let comparisons: ComparisonSettings
  private let settings: EvalSettings
  private let wishes: RankingPass.Wishes

  /// Reads the settings.
  package init(_ fields: inout Fields) {
    ranking = RankingPass.Inputs(&fields)
    split = fields.input(SplitArtifact.kind)
    config = fields.input(ConfigArtifact.kind)
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
    wishes = RankingPass.Wishes(
      candidates: CandidateSettings.read(&fields, "of this cell, of those of its index"),
      seen: SeenItems.read(&fields),
      config: config
    )
  }

  /// The files that say which items are candidates.
  package func files(_ outlines: ArtifactOutlines) -> [InputFile] {
    RankingPass.files(ranking, wishes, outlines)
  }

  /// Conditions must fit the item table, which must have what baselines need.
  package func preflight(_ check: Preflight) {
    RankingPass.preflight(wishes, check)
    comparisons.preflight(
      check,
      check.outlines.of(ranking.encode, EncodeArtifact.self),
      check.outlines.of(config, ConfigArtifact.self)
    )
    if check.outlines.of(split, SplitArtifact.self)?.holdsOut == false {
      check.fail(
        "split",
        "the split holds nothing out ('strategy: none'), so there is nothing to measure; leave this cell out, or write "
          + "'\(Self.name): false' where another recipe has it"
      )
    }
  }

  /// What it reads.
  package var reads: [ArtifactInput] { ranking.all + [split, config] }

  /// What it writes into the run directory.
  package var outputs: [OutputName] { [OutputName(EvaluationHits.file)] }

  /// What its settings say of the evaluation.
  package var outline: (any Sendable)? { EvalArtifact.Outline(cutoffs: cutoffs, others: comparisons.names) }

  /// What it measures.
  package var metrics: [String] {
    ["users"] + metricList.names + ["index_recall@\(cutoffs.last ?? 0)", "short_users", "query_ms"]
  }

  /// `ndcg@20` of `validation.ndcg@20`.
  package func testTwin(of metric: String) -> String? {
    let prefix = "validation."
    return metric.hasPrefix(prefix) ? String(metric.dropFirst(prefix.count)) : nil
  }

  /// All figures of rankings but those of validation.
  package func isOnTest(_ metric: String) -> Bool {
    testTwin(of: metric) == nil && metricList.names.contains(metric)
  }

  /// The values of `ndcg@20`, `fused.ndcg@20`, `validation.ndcg@20` and the like, user by user.
  package func unitValues(of metric: String, in artifact: Bundle) throws -> UnitValues? {
    var parts = metric.split(separator: ".").map(String.init)
    let isValidation = parts.first == "validation"
    if isValidation { parts.removeFirst() }
    guard let measure = parts.popLast()?.split(separator: "@"), measure.count == 2, let k = Int(measure[1]),
      let kind = RankingMetric(rawValue: String(measure[0]))
    else { return nil }
    let eval = try EvalArtifact(bundle: artifact)
    let row = parts.isEmpty ? eval.rows.first : eval.row(parts.joined(separator: "."))
    let scores = isValidation ? row?.validation : row?.scores
    return scores?.perUser(kind, at: k).map {
      UnitValues(ids: isValidation ? eval.validationUsers : eval.users, values: Array($0))
    }
  }

  /// What it says of how it measures.
  package var protocolPoints: [ProtocolPoint] { EvalProtocol.points }

  private var metricList: EvalMetrics {
    EvalMetrics(
      cutoffs: cutoffs,
      settings: settings,
      baselines: comparisons.baselineNames,
      fuses: comparisons.fuses
    )
  }

  /// Ranks, measures, compares.
  package func run(in context: RunContext) throws -> [Block] {
    // Baselines count the clicks that the model learned from.
    let split = try context.read(split, as: SplitArtifact.self).data.learned
    let pass = try RankingPass(ranking, wishes, context: context)
    guard let widest = cutoffs.last else { return [] }
    let places = try pass.places(of: split.heldOut.users)
    let (ranked, seconds) = try pass.lists(places, k: widest, keeping: comparisons.mergedDepth)
    let catalogue = pass.encoded.catalogue
    let evaluation = Evaluation(split, catalogue, cutoffs: cutoffs, settings, threads: context.threads)
    let rankers = try comparisons.rankers(split, pass, context)
    let others = try comparisons.lists(split.heldOut.users, k: widest, rankers, context) {
      try pass.source(places, depth: $0)
    }
    let validation = try validation(evaluation, pass, rankers, context)
    let all = [(name: Self.modelName, lists: ranked.lists)] + others
    let figures = try EvalFigures(
      all.enumerated().map { place, ranked in
        evaluation.row(ranked.name, ranked.lists, validation: validation?.scores[place])
      },
      evaluation,
      lists: ranked.lists,
      places: places,
      pass,
      newItems: settings.measuresNewItems
        ? NewItemFigures(all, evaluation, places: places, pass, rankers, comparisons, context) : nil,
      widths: try WidthFigures(evaluation, places: places, pass)
    )
    let search = EvalReport.Search(
      recallOfExact: pass.isExact ? nil : try pass.recallOfExact(places, ranked.lists, k: widest),
      shortUsers: ranked.shortUsers,
      fill: pass.ranker.settings.fill,
      queryMilliseconds: 1000 * seconds / Double(max(1, places.count)),
      candidates: EvalReport.Candidates(pass, places)
    )
    give(figures, search, context)
    if search.candidates.counts?.most == 0 { context.warn([RankingPass.noCandidates]) }
    let hits = try Self.hits(all, split.heldOut, depth: widest)
    try EvaluationHits(cutoffs: cutoffs, test: hits, validation: validation?.hits)
      .write(to: try context.outputFile(EvaluationHits.file))
    context.write(
      EvalArtifact(
        users: split.heldOut.users,
        rows: figures.rows.map { .init(name: $0.name, scores: $0.scores, validation: $0.validation) },
        validationUsers: validation == nil ? [] : split.validation?.users ?? [],
        index: EvalArtifact.Index(factory: pass.indexed.factory, bytes: pass.indexed.bytes)
      )
    )
    context.summarize(figures.liveLine(k: settings.headlineK))
    let report = EvalReport(
      figures: figures,
      evaluation: evaluation,
      search: search,
      learnedBefore: try learnedBefore(context),
      examples: try examples(evaluation, all, context)
    )
    if let headline = report.headlineFigure { context.headline(headline) }
    if let weakest = report.weakest { context.highlight("Weakest", weakest) }
    for (name, digest) in try report.measuredUnder() { context.measured(under: name, digest) }
    let ranks = EvalProtocol(
      outline: context.outlines.of(self.split, SplitArtifact.self),
      split: split,
      items: catalogue.count,
      seen: pass.ranker.rules.seen
    )
    for (name, value) in ranks.values { context.measured(name, as: value) }
    return report.blocks
  }

  /// What the model that training began with knows of what is held out; nil for nothing.
  private func learnedBefore(_ context: RunContext) throws -> LearnedBefore? {
    guard let from = context.outlines.of(ranking.train, TrainArtifact.self)?.from else { return nil }
    let log = try context.read(config, as: ConfigArtifact.self).log
    return try LearnedBefore(from, try context.read(split, as: SplitArtifact.self).data, log)
  }

  private func examples(
    _ evaluation: Evaluation,
    _ lists: [(name: String, lists: RankedLists)],
    _ context: RunContext
  ) throws -> [Block] {
    guard settings.examples > 0 else { return [] }
    let data: ConfigArtifact = try context.read(config)
    return EvalExamples(evaluation, lists, data).blocks
  }

  /// What the model's row is called.
  static let modelName = "two-tower"

  /// Where `lists` have what `heldOut` holds.
  private static func hits(
    _ lists: [(name: String, lists: RankedLists)],
    _ heldOut: UserSequences,
    depth: Int
  ) throws -> HitRecord {
    var record = try HitRecord(heldOut, depth: depth)
    for (name, ranked) in lists { record.add(name, ranked, heldOut) }
    return record
  }

  /// The measures and hits of the model and of all beside it on the clicks held out for validation; nil where there are
  /// none, or none are wanted.
  private func validation(
    _ evaluation: Evaluation,
    _ pass: RankingPass,
    _ rankers: BaselineRankers,
    _ context: RunContext
  ) throws -> (scores: [RankingScores], hits: HitRecord)? {
    guard settings.measuresValidation, let widest = cutoffs.last,
      let heldOut = evaluation.split.validation, !heldOut.users.isEmpty
    else { return nil }
    let history = evaluation.split.history
    let places = try pass.places(of: heldOut.users)
    let own = try pass.listsBeforeValidation(places, history: history, k: widest)
    let earlier = rankers.beforeValidation(history, moments: pass.encoded.validationMoments)
    let others = try comparisons.lists(heldOut.users, k: widest, earlier, context) {
      try pass.sourceBeforeValidation(places, history: history, depth: $0)
    }
    let all = [(name: Self.modelName, lists: own)] + others
    return (
      all.map { evaluation.scores($0.lists, heldOut: heldOut) }, try Self.hits(all, heldOut, depth: widest)
    )
  }

  private func give(_ figures: EvalFigures, _ search: EvalReport.Search, _ context: RunContext) {
    context.metric("users", Double(figures.rows[0].scores.userCount))
    for (name, value) in metricList.values(figures) { context.metric(name, value) }
    context.metric("index_recall@\(cutoffs.last ?? 0)", search.recallOfExact ?? 1)
    if search.recallOfExact != nil { context.metric("short_users", Double(search.shortUsers)) }
    context.metric("query_ms", search.queryMilliseconds)
  }
}
