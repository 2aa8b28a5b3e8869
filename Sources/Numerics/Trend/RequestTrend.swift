/// The clicks of all users, and when the request of each sample came: what tells how often each item was clicked just before.
package struct RequestTrend: Sendable {
  /// The clicks, by item numbers.
  package var clicks: RecentClicks
  /// When each sample's target was asked for, in the unit of the clicks, `[samples]`; not after its own click, which
  /// therefore never counts itself.
  package var moments: [Int64]

  /// Puts both together.
  package init(clicks: RecentClicks, moments: [Int64]) {
    self.clicks = clicks
    self.moments = moments
  }

  /// Checks that it is of so many samples and fits a model of `shape`.
  /// - Throws: `ModelError.input`.
  func validate(samples: Int, for shape: TwoTowerShape) throws {
    guard moments.count == samples else {
      throw ModelError.input("expected the moments of \(samples) requests, got \(moments.count)")
    }
    guard clicks.windows.count == shape.trendHours.count else {
      throw ModelError.input(
        "the model counts clicks in \(shape.trendHours.count) windows, the samples in \(clicks.windows.count)"
      )
    }
    guard clicks.codes.allSatisfy({ $0 >= 0 && Int($0) < shape.itemVocabulary }) else {
      throw ModelError.input("item numbers of clicks must be below \(shape.itemVocabulary)")
    }
  }
}

/// Gathers what was clicked just before the requests of a batch, into memory of its own.
final class TrendAssembler {
  private let trend: RequestTrend
  private var counts: RecentCounts
  /// The first column of each item among the candidates, or -1, and of each column the next one of the same item.
  private let first: Storage<Int32>
  private let next = Storage<Int32>()
  private var candidates: [Int32] = []
  private let offsets = Storage<Int32>()
  private let columns = Storage<Int32>()
  private let logs = Storage<Float>()
  private var found: (columns: [Int32], logs: [Float]) = ([], [])

  /// Nil where samples say nothing of it, or the model of `shape` takes none.
  init?(_ samples: SampleColumns, shape: TwoTowerShape) {
    guard let trend = samples.trend, shape.learnsTrend else { return nil }
    self.trend = trend
    counts = RecentCounts(vocabulary: shape.itemVocabulary)
    first = Storage(repeating: -1, count: shape.itemVocabulary)
  }

  /// The entries of the samples numbered `samples` whose candidates are `items`, good until the next batch.
  func gather(_ samples: ArraySlice<Int32>, among items: UnsafeBufferPointer<Int32>) -> TrendRows {
    take(items)
    let windows = trend.clicks.windows.count
    offsets.reserve(samples.count + 1)
    offsets[0] = 0
    found.columns.removeAll(keepingCapacity: true)
    found.logs.removeAll(keepingCapacity: true)
    for (row, sample) in samples.enumerated() {
      counts.count(trend.clicks, before: trend.moments[Int(sample)])
      for (place, item) in counts.codes.enumerated() {
        var column = first[Int(item)]
        while column >= 0 {
          found.columns.append(column)
          for window in 0..<windows { found.logs.append(counts.logarithm(place, in: window)) }
          column = next[Int(column)]
        }
      }
      offsets[row + 1] = Int32(found.columns.count)
    }
    columns.reserve(found.columns.count)
    logs.reserve(found.logs.count)
    found.columns.withUnsafeBufferPointer { all in
      if let start = all.baseAddress { columns.start.update(from: start, count: all.count) }
    }
    found.logs.withUnsafeBufferPointer { all in
      if let start = all.baseAddress { logs.start.update(from: start, count: all.count) }
    }
    return TrendRows(offsets: offsets.start, columns: columns.start, logs: logs.start, windows: windows)
  }

  /// Notes in which columns each item stands: the targets of a batch may be one item several times.
  private func take(_ items: UnsafeBufferPointer<Int32>) {
    for item in candidates { first[Int(item)] = -1 }
    candidates.removeAll(keepingCapacity: true)
    candidates.append(contentsOf: items)
    next.reserve(items.count)
    for column in items.indices.reversed() {
      next[column] = first[Int(items[column])]
      first[Int(items[column])] = Int32(column)
    }
  }
}
