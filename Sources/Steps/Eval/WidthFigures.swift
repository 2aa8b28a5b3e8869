import Notebook
import Numerics
import Recall
import Report

/// What the first dimensions of the model's vectors alone find of the held-out clicks.
struct WidthFigures {
  /// One width.
  struct Row {
    /// How many of the first dimensions count.
    let width: Int
    /// All measures at all cut-offs, by user.
    let scores: RankingScores
  }

  /// Ascending by width.
  let rows: [Row]

  /// What a width is called in the names of metrics.
  static func name(_ width: Int) -> String { "width_\(width)" }

  /// Ranks by vectors cut to each width that was asked for or trained for, by exact search; nil where there is none.
  /// - Parameter places: of all users with held-out clicks.
  /// - Throws: `RunFailure` where vectors are narrower.
  init?(_ evaluation: Evaluation, places: [Int], _ pass: RankingPass) throws {
    let shape = pass.model.shape
    let widths = Set(evaluation.settings.widths + shape.prefixWidths).sorted()
    guard let widest = widths.last, let depth = evaluation.cutoffs.last else { return nil }
    guard widest <= shape.vectorDimension else {
      throw RunFailure("widths: the model's vectors have \(shape.vectorDimension) dimensions, got \(widest)")
    }
    rows = try widths.map { width in
      let (ranker, queries) = try pass.cut(to: width)
      let lists = try ranker.lists(places, of: queries, k: depth, .exact).lists
      return Row(width: width, scores: evaluation.scores(lists, heldOut: evaluation.split.heldOut))
    }
  }
}

extension EvalReport {
  /// The headline's measures by the first dimensions alone, and by all of them; nil where no widths are measured.
  var widths: Table? {
    guard let widths = figures.widths, let whole = figures.rows.first else { return nil }
    let all = widths.rows.map { ("\($0.width)", $0.scores) } + [("all", whole.scores)]
    return Table(
      name: "widths",
      caption: "The first \(k), by the first dimensions of vectors alone.",
      columns: [.init("Dimensions", .trailing)]
        + headlineMetrics.map { .init("\($0.rawValue)@\(k)", .trailing) },
      rows: all.map { name, scores in
        [.text(name)]
          + headlineMetrics.map { metric in scores.mean(metric, at: k).map { .real($0, digits: 4) } ?? .empty
          }
      }
    )
  }
}
