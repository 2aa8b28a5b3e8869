import CKernels

/// One share of an embedding row's gradient: `scale * source[0..<columns]` belongs to table row `row`.
typealias EmbeddingShare = tb_share

/// Shares of embedding gradients, sorted by table row. Nothing is owned.
struct SortedShares {
  /// The shares, in the order they came.
  var shares: UnsafePointer<EmbeddingShare>
  /// Which share comes i-th when sorted by row.
  var order: UnsafePointer<Int32>
  /// Where each distinct row's shares begin in `order`, and where the last ones end.
  var segments: UnsafePointer<Int32>
}

/// Where a sort of shares puts its results. Each array has room for all shares, `segments` for one more.
struct ShareSortBuffers {
  /// The sort's keys, and room to move them.
  var keys: (UnsafeMutablePointer<UInt64>, UnsafeMutablePointer<UInt64>)
  /// Which share comes i-th.
  var order: UnsafeMutablePointer<Int32>
  /// The distinct rows, ascending.
  var rows: UnsafeMutablePointer<Int32>
  /// Where each distinct row's shares begin in `order`, and where the last ones end.
  var segments: UnsafeMutablePointer<Int32>
}
