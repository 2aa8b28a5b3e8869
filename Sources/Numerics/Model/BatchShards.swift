/// How a batch is cut into shards: the query tower's first, then the item tower's.
struct BatchShards {
  /// Where each shard of queries begins, and where the last one ends.
  private let queryCuts: [Int]
  private let candidates: Int

  /// Cuts `batch` into shards of `TwoTowerModel.shardRows` rows; where it `keepsWindows`, those of queries whose windows grow
  /// from one to the next are not cut, and a shard may have more rows.
  init(_ batch: TwoTowerBatch, keepsWindows: Bool) {
    candidates = batch.candidates.count
    let (rows, size) = (batch.queries.count, TwoTowerModel.shardRows)
    var cuts = [0]
    while let start = cuts.last, start < rows {
      var end = min(start + size, rows)
      while keepsWindows && end < rows && batch.queries.windows.continues(end) { end += 1 }
      cuts.append(end)
    }
    queryCuts = cuts
  }

  var queryShards: Int { queryCuts.count - 1 }
  var candidateShards: Int { (candidates + TwoTowerModel.shardRows - 1) / TwoTowerModel.shardRows }
  var count: Int { queryShards + candidateShards }

  func isQuery(_ task: Int) -> Bool { task < queryShards }
  func shard(_ task: Int) -> Int { isQuery(task) ? task : task - queryShards }

  func rows(_ task: Int) -> Range<Int> {
    guard !isQuery(task) else { return queryCuts[task]..<queryCuts[task + 1] }
    let start = shard(task) * TwoTowerModel.shardRows
    return start..<min(start + TwoTowerModel.shardRows, candidates)
  }

  func candidateRows(_ task: Int) -> Range<Int>? { isQuery(task) ? nil : rows(task) }
}
