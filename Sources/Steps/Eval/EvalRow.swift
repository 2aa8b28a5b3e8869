import Recall

/// One row of the table of metrics: a model's or a baseline's lists, measured.
struct EvalRow {
  /// What the row is called, in tables and in the names of metrics.
  var name: String
  /// All measures at all cut-offs, by user.
  var scores: RankingScores
  /// 1 for each target among the first `headline_k`, else 0, `[targets]`.
  var found: [Double]
  /// How the first `headline_k` use the catalogue.
  var use: CatalogueUse
  /// The same measures on the clicks held out for validation, whose users may be fewer; nil where these are not
  /// measured.
  var validation: RankingScores?
}
