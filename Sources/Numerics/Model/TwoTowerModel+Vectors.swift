import Files

extension TwoTowerModel {
  /// Rows that inference takes at a time: fewer where clicks are kept, as many as a batch of training.
  private static func inferenceRows(_ tower: Tower) -> Int {
    tower.sources.contains(where: \.keepsClicks) ? 1_024 : 4_096
  }

  /// The query vectors `[rows, queryDimension]` of users and their histories, without dropout; of each history
  /// the newest `maxSeqLen` clicks count. Where a query has several vectors they stand one after another in its row.
  /// - Throws: `ModelError.input` where numbers of rows differ or a number lies outside of its vocabulary; `OutOfMemory`.
  package func queryVectors(users: [Int32], histories: HistoryWindows) throws -> Matrix {
    try queryVectors(QueryInputs(users: users, histories: histories))
  }

  /// The query vectors `[rows, queryDimension]` of requests, without dropout.
  /// - Throws: `ModelError.input` where numbers of rows or columns differ or a number lies outside of its
  ///   vocabulary; `OutOfMemory`.
  package func queryVectors(_ inputs: QueryInputs) throws -> Matrix {
    guard members.isEmpty else { return try joined { try $0.queryVectors(inputs) } }
    try inputs.validate(for: shape)
    let (users, histories) = (inputs.users, inputs.histories)
    let starts = zip(histories.starts, histories.ends).map { max($0, $1 - Int32(clamping: shape.maxSeqLen)) }
    return try users.withUnsafeBufferPointer { users in
      try histories.clicks.withUnsafeBufferPointer { clicks in
        try starts.withUnsafeBufferPointer { starts in
          try histories.ends.withUnsafeBufferPointer { ends in
            try inputs.contexts.flatMap { $0 }.withUnsafeBufferPointer { contexts in
              try inputs.hours.withUnsafeBufferPointer { hours in
                var rows = RowInputs(users: users, clicks: clicks, starts: starts, ends: ends)
                rows.contexts = contexts.baseAddress
                rows.contextStride = users.count
                rows.hours = hours.baseAddress
                return try inputs.features.withColumns(of: &rows) { try vectors(queryTower, $0) }
              }
            }
          }
        }
      }
    }
  }

  /// As ``queryVectors(_:)``, and a row's vector is the same bits whatever other rows there are: products of one row alone
  /// add up in another order, so that no row goes through the tower alone.
  /// - Throws: as ``queryVectors(_:)``.
  package func steadyQueryVectors(_ inputs: QueryInputs) throws -> Matrix {
    let rows = inputs.users.count
    guard rows % Self.shardRows == 1, inputs.histories.count == rows else { return try queryVectors(inputs) }
    var pair = inputs
    pair.users.append(inputs.users[rows - 1])
    pair.histories.starts.append(inputs.histories.starts[rows - 1])
    pair.histories.ends.append(inputs.histories.ends[rows - 1])
    for column in pair.contexts.indices {
      pair.contexts[column].last.map { pair.contexts[column].append($0) }
    }
    inputs.hours.last.map { pair.hours.append($0) }
    pair.features = inputs.features.rows(Array(0..<rows) + [rows - 1])
    let vectors = try queryVectors(pair)
    let result = try Matrix(rows: rows, columns: vectors.columns, for: "\(rows) vectors")
    result.start.update(from: vectors.start, count: rows * vectors.columns)
    return result
  }

  /// The item vectors `[rows, vectorDimension]` of items and their categories, without dropout.
  /// - Throws: `ModelError.input` where numbers of rows differ or a number lies outside of its vocabulary; `OutOfMemory`.
  package func itemVectors(items: [Int32], categories: [Int32]) throws -> Matrix {
    try itemVectors(ItemInputs(items: items, categories: categories))
  }

  /// The item vectors `[rows, vectorDimension]` of items with all their features, without dropout.
  /// - Throws: `ModelError.input` where numbers of rows or columns differ or a number lies outside of its
  ///   vocabulary; `OutOfMemory`.
  package func itemVectors(_ inputs: ItemInputs) throws -> Matrix {
    guard members.isEmpty else { return try joined { try $0.itemVectors(inputs) } }
    try inputs.validate(for: shape)
    return try inputs.items.withUnsafeBufferPointer { items in
      try inputs.categories.withUnsafeBufferPointer { categories in
        try inputs.features.codes.flatMap { $0 }.withUnsafeBufferPointer { codes in
          try inputs.places(for: shape).withUnsafeBufferPointer { places in
            var rows = RowInputs(
              count: items.count,
              items: items.baseAddress,
              categories: categories.baseAddress
            )
            rows.codes = codes.baseAddress
            rows.places = places.baseAddress
            rows.stride = items.count
            let bags = inputs.features.bags.map(BagColumn.init)
            rows.bags = bags.map(\.all)
            return try inputs.features.vectorRows.withUnsafeBufferPointer { vectorRows in
              rows.vectorRows = vectorRows.baseAddress
              return try withExtendedLifetime(bags) { try vectors(itemTower, rows) }
            }
          }
        }
      }
    }
  }

  /// As ``itemVectors(_:)``, and a row's vector is the same bits whatever other rows there are, as of
  /// ``steadyQueryVectors(_:)``.
  /// - Throws: as ``itemVectors(_:)``.
  package func steadyItemVectors(_ inputs: ItemInputs) throws -> Matrix {
    let rows = inputs.items.count
    guard rows % Self.shardRows == 1, inputs.categories.count == rows else { return try itemVectors(inputs) }
    try inputs.validate(for: shape)
    let places = Array(0..<rows) + [rows - 1]
    let pair = ItemInputs(
      items: places.map { inputs.items[$0] },
      categories: places.map { inputs.categories[$0] },
      features: inputs.features.rows(places),
      atHours: inputs.atHours
    )
    let vectors = try itemVectors(pair)
    let result = try Matrix(rows: rows, columns: vectors.columns, for: "\(rows) vectors")
    result.start.update(from: vectors.start, count: rows * vectors.columns)
    return result
  }

  private func vectors(_ tower: Tower, _ inputs: RowInputs) throws(OutOfMemory) -> Matrix {
    let width = tower.interests * tower.vectorWidth
    let result = try Matrix(rows: inputs.count, columns: width, for: "\(inputs.count) vectors")
    let rowsAtOnce = Self.inferenceRows(tower)
    let workspace = TowerWorkspace(tower, capacity: min(inputs.count, rowsAtOnce), trains: false)
    for start in stride(from: 0, to: inputs.count, by: rowsAtOnce) {
      let part = inputs.rows(start..<min(start + rowsAtOnce, inputs.count))
      tower.prepare(part)
      compute.threads.forEachRange(of: part.count, size: Self.shardRows) { rows in
        tower.forward(part, rows: rows, in: workspace, dropout: nil, with: compute.kernels)
      }
      (result.start + start * result.columns).update(
        from: workspace.allVectors.start,
        count: part.count * result.columns
      )
    }
    return result
  }
}

extension UserFeatures {
  /// Calls `body` with `rows` pointing at these features, one a row.
  fileprivate func withColumns<Result>(
    of rows: inout RowInputs,
    _ body: (RowInputs) throws -> Result
  ) rethrows -> Result {
    let columns = bags.map(BagColumn.init)
    rows.bags = columns.map(\.all)
    return try codes.flatMap { $0 }.withUnsafeBufferPointer { codes in
      try places.flatMap { $0 }.withUnsafeBufferPointer { places in
        rows.codes = codes.baseAddress
        rows.places = places.baseAddress
        rows.stride = rows.count
        return try withExtendedLifetime(columns) { try body(rows) }
      }
    }
  }
}

extension RowInputs {
  /// Query rows from whole arrays; without any clicks the windows are empty and their pointer is never read.
  fileprivate init(
    users: UnsafeBufferPointer<Int32>,
    clicks: UnsafeBufferPointer<Int32>,
    starts: UnsafeBufferPointer<Int32>,
    ends: UnsafeBufferPointer<Int32>
  ) {
    self.init(count: users.count, users: users.baseAddress)
    guard let first = starts.baseAddress, let last = ends.baseAddress else { return }
    histories = HistoryPointers(clicks: clicks.baseAddress ?? first, starts: first, ends: last)
  }
}
