/// The hard negatives of one batch.
struct MinedItems {
  /// The first item of each query, then the second of each, and so on. An item may be there more than once, and be
  /// the target of another query.
  var items: [Int32] = []
  /// For how many of the batches since the last mining each item was drawn, as a share of them,
  /// `[item vocabulary]`; empty where there are no items.
  var shares: [Double] = []
}
