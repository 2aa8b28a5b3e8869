import Notebook
import Numerics
import Recipe
import Report

/// `eval`: measures how well held-out clicks are found.
public struct EvalStep: Step {
  /// The name.
  public static let name = "eval"
  /// One sentence.
  public static let summary = "Measures how many held-out clicks are among each user's best unseen items."
  /// The revision.
  public static let revision = 1
  /// What it writes.
  public static let writes: String? = EvalArtifact.kind

  private enum Baseline: String, CaseIterable, Sendable {
    case none, popularity
  }

  private let index: ArtifactInput
  private let train: ArtifactInput
  private let encode: ArtifactInput
  private let split: ArtifactInput
  private let cutoffs: [Int]
  private let baseline: Baseline

  /// Reads the settings.
  public init(_ fields: inout Fields) {
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
    baseline = fields.choice(
      "baseline",
      default: Baseline.popularity,
      "What is measured beside the model: 'popularity', the most clicked items of the history, or 'none'."
    )
  }

  /// What it reads.
  public var reads: [ArtifactInput] { [index, train, encode, split] }

  /// What it measures.
  public var metrics: [String] {
    let own = RankingMetric.allCases.flatMap { metric in cutoffs.map { "\(metric.rawValue)@\($0)" } }
    let others =
      baseline == .none ? [] : own.map { "popularity.\($0)" } + cutoffs.map { "lift_over_popularity@\($0)" }
    return ["users"] + own + others + ["index_recall@\(cutoffs.last ?? 0)", "query_ms"]
  }

  /// Ranks, measures, compares.
  public func run(in context: RunContext) throws -> [Block] {
    let split = try context.read(split, as: SplitArtifact.self).data
    let pass = try RankingPass(index: index, train: train, encode: encode, context: context)
    let places = split.heldOut.users.map { Int(pass.encoded.clicks.userVocabulary.code(of: $0)) - 1 }
    guard let widest = cutoffs.last, places.allSatisfy({ $0 >= 0 }) else {
      throw RunFailure(
        "the split and the encoding are of different users; let both cells read the same 'split'"
      )
    }
    let clock = ContinuousClock()
    let start = clock.now
    let lists = try pass.lists(places, k: widest)
    let milliseconds = (clock.now - start) / .milliseconds(1) / Double(max(1, places.count))
    let scores = RankingScores(lists, heldOut: split.heldOut, cutoffs: cutoffs, threads: context.threads)
    var rows = [EvalRow(name: "two-tower", scores: scores)]
    if baseline == .popularity {
      let popular = Popularity(split.history)
        .top(widest, for: split.heldOut.users, unseenIn: split.requestHistory)
      rows.append(
        EvalRow(
          name: "popularity",
          scores: RankingScores(popular, heldOut: split.heldOut, cutoffs: cutoffs, threads: context.threads)
        )
      )
    }
    context.metric("users", Double(split.heldOut.users.count))
    for (name, value) in scores.named { context.metric(name, value) }
    if rows.count > 1 { giveBaseline(rows[1].scores, against: scores, context) }
    let recall = try pass.recallOfExact(places, lists, k: widest)
    context.metric("index_recall@\(widest)", recall)
    context.metric("query_ms", milliseconds)
    context.write(EvalArtifact(metrics: scores.named))
    let shown = scores.mean(.hitRate, at: widest) ?? 0
    context.summarize("hit_rate@\(widest) \(NumberFormat.fixed(shown, digits: 4))")
    let report = EvalReport(
      rows: rows,
      cutoffs: cutoffs,
      split: split,
      catalogue: pass.encoded.catalogue,
      indexRecall: pass.isExact ? nil : recall,
      queryMilliseconds: milliseconds
    )
    return report.blocks
  }

  private func giveBaseline(_ baseline: RankingScores, against scores: RankingScores, _ context: RunContext) {
    for (name, value) in baseline.named { context.metric("popularity.\(name)", value) }
    for k in cutoffs {
      let (own, other) = (scores.mean(.hitRate, at: k) ?? 0, baseline.mean(.hitRate, at: k) ?? 0)
      context.metric("lift_over_popularity@\(k)", other > 0 ? own / other : own > 0 ? .infinity : 1)
    }
  }
}

/// One row of the table of metrics.
struct EvalRow {
  var name: String
  var scores: RankingScores
}
