/// The gradient of an embedding table: of the rows that the step touched, each once, ascending.
///
/// Every lookup of a row is a share of its gradient. Shares are sorted by row, equal rows in the order of the
/// batch, and summed segment by segment: no atomics, the same bytes for any number of threads.
final class RowGradient {
  /// How many rows were touched.
  private(set) var count = 0
  /// The width of a row.
  let columns: Int
  private let table: Matrix
  private let unit: UnitLength
  private var shareCount = 0
  private var shareCapacity = 0
  private let shares = Storage<EmbeddingShare>()
  private let keys = Storage<UInt64>()
  private let spareKeys = Storage<UInt64>()
  private let order = Storage<Int32>()
  private let segments = Storage<Int32>()
  private let touched = Storage<Int32>()
  private let sums = Storage<Float>()

  /// Makes the gradient of `table`, whose rows are read at length one by `unit`.
  ///
  /// Shares are then gradients of the rows at length one. The way back to the row itself is linear and the same
  /// for all shares of a row, so that it is taken once for their sum.
  init(of table: Matrix, unit: UnitLength) {
    self.table = table
    self.unit = unit
    columns = table.columns
  }

  private var tableRows: Int { table.rows }

  /// The touched rows, ascending, `[count]`.
  var rows: UnsafePointer<Int32> { UnsafePointer(touched.start) }
  /// Their gradients, `[count, columns]`.
  var values: MatrixView { MatrixView(sums.start, rows: count, columns: columns) }

  /// The gradient as a full table `[table rows, columns]`, for tests and reports.
  func expanded() -> Matrix {
    let full = Matrix(rows: tableRows, columns: columns)
    for index in 0..<count {
      (full.start + Int(rows[index]) * columns).update(from: sums.start + index * columns, count: columns)
    }
    return full
  }

  /// Begins a step with at most `capacity` lookups.
  func begin(capacity: Int) {
    shareCount = 0
    count = 0
    shareCapacity = capacity
    shares.reserve(capacity)
    keys.reserve(capacity)
    spareKeys.reserve(capacity)
    order.reserve(capacity)
    touched.reserve(capacity)
    segments.reserve(capacity + 1)
  }

  /// One lookup a row of `gradient`, which need not be computed yet.
  func add(rows ids: UnsafePointer<Int32>, gradient: MatrixView, with kernels: any Kernels) {
    precondition(shareCount + gradient.rows <= shareCapacity, "a step announces its lookups")
    kernels.shares(ofRows: ids, gradient: gradient, into: shares.start + shareCount)
    shareCount += gradient.rows
  }

  /// The lookups of a mean over histories, one gradient row each, which need not be computed yet.
  func add(histories: HistoryPointers, gradient: MatrixView, with kernels: any Kernels) {
    let added = kernels.shares(ofHistory: histories, gradient: gradient, into: shares.start + shareCount)
    shareCount += added
    precondition(shareCount <= shareCapacity, "a step announces its lookups")
  }

  /// The lookups of a pool over histories, one gradient row each, which need not be computed yet.
  func add(pool: PositionPool, gradient: MatrixView, with kernels: any Kernels) {
    shareCount += kernels.shares(ofPool: pool, gradient: gradient, into: shares.start + shareCount)
    precondition(shareCount <= shareCapacity, "a step announces its lookups")
  }

  /// The lookups of bags, one gradient row each, which need not be computed yet.
  func add(bags: BagRows, gradient: MatrixView, with kernels: any Kernels) {
    shareCount += kernels.shares(ofBags: bags, gradient: gradient, into: shares.start + shareCount)
    precondition(shareCount <= shareCapacity, "a step announces its lookups")
  }

  /// Two lookups a row of `gradient`, which need not be computed yet.
  func add(
    buckets: TimeBuckets,
    hours: UnsafePointer<Float>,
    gradient: MatrixView,
    with kernels: any Kernels
  ) {
    precondition(shareCount + 2 * gradient.rows <= shareCapacity, "a step announces its lookups")
    kernels.shares(
      ofInterpolation: buckets,
      hours: hours,
      gradient: gradient,
      into: shares.start + shareCount
    )
    shareCount += 2 * gradient.rows
  }

  /// Finds the touched rows; needs the ids only, and comes before the forward pass reads them.
  func sort(with kernels: any Kernels) {
    let buffers = ShareSortBuffers(
      keys: (keys.start, spareKeys.start),
      order: order.start,
      rows: touched.start,
      segments: segments.start
    )
    count = kernels.sort(shares.start, count: shareCount, tableRows: tableRows, into: buffers)
    sums.reserve(count * columns)
  }

  /// Sums the shares of the touched rows in `range`.
  func sumSegments(_ range: Range<Int>, with kernels: any Kernels) {
    let sorted = SortedShares(shares: shares.start, order: order.start, segments: segments.start)
    kernels.sumSegments(sorted, range: range, columns: columns, into: sums.start)
    guard unit.isActive else { return }
    kernels.unitBackward(table.view, rows: rows, range: range, unit: unit, gradient: sums.start)
  }
}
