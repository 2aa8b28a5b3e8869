/// How a batch is cut into shards: the query tower's first, then the item tower's.
struct BatchShards {
  let queries: Int
  let candidates: Int

  var queryShards: Int { (queries + TwoTowerModel.shardRows - 1) / TwoTowerModel.shardRows }
  var candidateShards: Int { (candidates + TwoTowerModel.shardRows - 1) / TwoTowerModel.shardRows }
  var count: Int { queryShards + candidateShards }

  func isQuery(_ task: Int) -> Bool { task < queryShards }
  func shard(_ task: Int) -> Int { isQuery(task) ? task : task - queryShards }

  func rows(_ task: Int) -> Range<Int> {
    let start = shard(task) * TwoTowerModel.shardRows
    return start..<min(start + TwoTowerModel.shardRows, isQuery(task) ? queries : candidates)
  }

  func candidateRows(_ task: Int) -> Range<Int>? { isQuery(task) ? nil : rows(task) }
}
