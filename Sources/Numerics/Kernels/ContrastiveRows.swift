/// What a contrastive loss over rows of logits needs besides the logits. Nothing is owned.
struct ContrastiveRows {
  /// The column of each row's own candidate, `[rows]`.
  var labels: UnsafePointer<Int32>
  /// What each row's gradient is multiplied by, `[rows]`.
  var weights: UnsafePointer<Float>
  /// Added to the logits of each column, `[columns]`, as in -log q; nil for nothing.
  var bias: UnsafePointer<Float>?
  /// Row `r` does not see the columns `excluded[offsets[r]..<offsets[r + 1]]` (its own label excepted).
  var exclusions: (offsets: UnsafePointer<Int32>, excluded: UnsafePointer<Int32>)?
  /// Which columns some rows alone see; nil where there are none.
  var own: OwnColumns?
  /// Whether a row's own candidate goes without its bias.
  var sparesLabels = false
  /// Receives each row's loss before its weight, `[rows]`.
  var losses: UnsafeMutablePointer<Double>

  /// Makes the description of rows with labels, weights and a place for their losses.
  init(
    labels: UnsafePointer<Int32>,
    weights: UnsafePointer<Float>,
    losses: UnsafeMutablePointer<Double>
  ) {
    self.labels = labels
    self.weights = weights
    self.losses = losses
  }

  /// The description from row `row` on.
  func advanced(by row: Int) -> ContrastiveRows {
    var rest = ContrastiveRows(labels: labels + row, weights: weights + row, losses: losses + row)
    rest.bias = bias
    rest.sparesLabels = sparesLabels
    rest.exclusions = exclusions.map { ($0.offsets + row, $0.excluded) }
    rest.own = own.map { OwnColumns(shared: $0.shared, offsets: $0.offsets + row, places: $0.places) }
    return rest
  }
}
