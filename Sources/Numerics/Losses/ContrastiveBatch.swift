/// Queries, candidates, and which candidate each query is to find. Nothing is owned.
struct ContrastiveBatch {
  /// The query vectors, `[queries, dim]`.
  var queries: MatrixView
  /// The candidate vectors, `[candidates, dim]`: the batch's own targets, or a pool of any size.
  var candidates: MatrixView
  /// The candidate that belongs to each query, `[queries]`.
  var labels: UnsafePointer<Int32>
  /// Logits are inner products times this: 1 / temperature.
  var inverseTemperature: Float
  /// The most an inner product can be in size (1 for vectors of length 1); nil where there is no bound.
  var productBound: Float?
  /// Added to each candidate's logits, `[candidates]`: -log q of a sampled softmax. Nil for nothing.
  var candidateBias: UnsafePointer<Float>?
  /// Candidates that a query must not see (its own label excepted), as in its history: query `r` does not see
  /// `excluded[offsets[r]..<offsets[r + 1]]`.
  var exclusions: (offsets: UnsafePointer<Int32>, excluded: UnsafePointer<Int32>)?
  /// Candidates that some queries alone see; nil where all see all but what is excluded.
  var own: OwnColumns?
  /// The weight of each query, `[queries]`; nil for 1.
  var weights: UnsafePointer<Float>?
  /// How a query's own candidate is told apart from the others.
  var form = LossForm.softmax
  /// The numbers of that form.
  var numbers = LossNumbers()
  /// Whether a query's own candidate goes without its bias.
  var sparesLabels = false
  /// What was clicked just before each query adds to its logits; nil for nothing.
  var trend: TrendBias?

  /// Makes a batch without bias, exclusions or weights.
  init(
    queries: MatrixView,
    candidates: MatrixView,
    labels: UnsafePointer<Int32>,
    inverseTemperature: Float,
    productBound: Float? = nil
  ) {
    self.queries = queries
    self.candidates = candidates
    self.labels = labels
    self.inverseTemperature = inverseTemperature
    self.productBound = productBound
  }

  /// The same batch asked the other way round: which query belongs to each candidate.
  ///
  /// For in-batch negatives only, where candidate `i` belongs to query `i`. Bias, exclusions and own candidates stay
  /// behind: they speak of candidates.
  var reversed: ContrastiveBatch {
    var reversed = self
    reversed.queries = candidates
    reversed.candidates = queries
    reversed.candidateBias = nil
    reversed.exclusions = nil
    reversed.own = nil
    reversed.sparesLabels = false
    reversed.trend = nil
    return reversed
  }
}
