/// One batch for a two-tower model: query rows, candidate rows, and which candidate belongs to each query. Nothing
/// is owned; the pointers must hold for the call.
struct TwoTowerBatch {
  /// Users and histories.
  var queries: RowInputs
  /// Items and categories: the batch's own targets, or a pool.
  var candidates: RowInputs
  /// The candidate of each query, `[queries]`.
  var labels: UnsafePointer<Int32>
  /// How a query's own candidate is told apart from the others.
  var form = LossForm.softmax
  /// The numbers of that form.
  var numbers = LossNumbers()
  /// Which way the loss is taken; symmetric only where candidate `i` belongs to query `i`.
  var sides = SoftmaxSides.symmetric
  /// Added to each candidate's logits, `[candidates]`, as in -log q; nil for nothing.
  var candidateBias: UnsafePointer<Float>?
  /// Whether a query's own candidate goes without that.
  var sparesLabels = false
  /// Query `r` does not see the candidates `excluded[offsets[r]..<offsets[r + 1]]`; nil where all see all.
  var exclusions: (offsets: UnsafePointer<Int32>, excluded: UnsafePointer<Int32>)?
  /// Candidates that some queries alone see, behind all others; nil where there are none.
  var own: OwnColumns?
  /// Candidates of earlier batches, behind the others; bias and exclusions speak of them too. Nil for none.
  var queued: CrossBatchQueue.Rows?
  /// Where the vectors of the first so many candidates are to be kept, once those of `queued` are read; nil for nowhere.
  var kept: (vectors: UnsafeMutablePointer<Float>, count: Int)?
  /// The weight of each query, `[queries]`; nil for 1.
  var weights: UnsafePointer<Float>?
  /// What was clicked just before each query among all candidates; nil where nobody counted.
  var trend: TrendRows?
  /// Where dropout's masks come from; nil for no dropout.
  var dropout: DropoutKey?

  /// Makes a batch without bias, exclusions, weights or dropout.
  init(queries: RowInputs, candidates: RowInputs, labels: UnsafePointer<Int32>) {
    self.queries = queries
    self.candidates = candidates
    self.labels = labels
  }
}

extension TwoTowerBatch {
  /// How many candidates there are, those of earlier batches among them.
  var candidateCount: Int { candidates.count + (queued?.count ?? 0) }

  /// The loss of a model of `shape` that tells nothing apart, at none of its widths.
  func chanceLoss(of shape: TwoTowerShape) -> Double { chanceLoss * Double(1 + shape.prefixWidths.count) }

  /// The loss of a model that tells no candidates of a query apart, histories not counted; see ``LossForm``.
  var chanceLoss: Double {
    guard let own, queries.count > 0 else { return form.chance(candidates: candidateCount, numbers) }
    let sum = (0..<queries.count).reduce(0.0) {
      $0 + form.chance(candidates: own.shared + own.places(of: $1).count, numbers)
    }
    return sum / Double(queries.count)
  }
}
