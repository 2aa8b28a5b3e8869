/// Gathers the columns of chosen samples into memory of its own, batch after batch.
final class BatchAssembler {
  private let samples: SampleColumns
  private let maxSeqLen: Int32
  private let users = Storage<Int32>()
  private let items = Storage<Int32>()
  private let categories = Storage<Int32>()
  private let starts = Storage<Int32>()
  private let ends = Storage<Int32>()
  private let labels = Storage<Int32>()

  init(_ samples: SampleColumns, maxSeqLen: Int) {
    self.samples = samples
    self.maxSeqLen = Int32(clamping: maxSeqLen)
  }

  /// Calls `body` with the batch of the samples numbered `rows`, whose own targets are its candidates.
  func withBatch<Result>(_ rows: ArraySlice<Int>, _ body: (TwoTowerBatch) throws -> Result) rethrows -> Result
  {
    for column in [users, items, categories, starts, ends, labels] { column.reserve(rows.count) }
    for (place, row) in rows.enumerated() {
      users[place] = samples.users[row]
      items[place] = samples.items[row]
      categories[place] = samples.categories[row]
      let end = samples.histories.ends[row]
      starts[place] = max(samples.histories.starts[row], end - maxSeqLen)
      ends[place] = end
      labels[place] = Int32(place)
    }
    return try samples.histories.clicks.withUnsafeBufferPointer { clicks in
      let windows = HistoryPointers(
        clicks: clicks.baseAddress ?? UnsafePointer(starts.start),
        starts: starts.start,
        ends: ends.start
      )
      return try body(
        TwoTowerBatch(
          queries: RowInputs(count: rows.count, users: users.start, histories: windows),
          candidates: RowInputs(count: rows.count, items: items.start, categories: categories.start),
          labels: labels.start
        )
      )
    }
  }
}
