extension ReferenceKernels {
  func gather(_ table: UnsafePointer<Float>, ids: UnsafePointer<Int32>, into output: MatrixView) {
    output.forEach { row, column in output[row, column] = table[Int(ids[row]) * output.columns + column] }
  }

  func meanOfHistory(
    _ table: UnsafePointer<Float>,
    _ windows: HistoryPointers,
    into output: MatrixView
  ) {
    for row in 0..<output.rows {
      let ids = windows.known(row)
      for column in 0..<output.columns {
        var sum: Float = 0
        for id in ids { sum += table[Int(id) * output.columns + column] }
        output[row, column] = sum / Float(max(ids.count, 1))
      }
    }
  }

  func shares(
    ofRows ids: UnsafePointer<Int32>,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) {
    for row in 0..<gradient.rows {
      shares[row] = EmbeddingShare(source: gradient.row(row), scale: 1, row: ids[row])
    }
  }

  func shares(
    ofHistory windows: HistoryPointers,
    gradient: MatrixView,
    into shares: UnsafeMutablePointer<EmbeddingShare>
  ) -> Int {
    var count = 0
    for row in 0..<gradient.rows {
      let ids = windows.known(row)
      for id in ids {
        shares[count] = EmbeddingShare(source: gradient.row(row), scale: 1 / Float(ids.count), row: id)
        count += 1
      }
    }
    return count
  }

  func sort(
    _ shares: UnsafePointer<EmbeddingShare>,
    count: Int,
    tableRows: Int,
    into buffers: ShareSortBuffers
  ) -> Int {
    var distinct = 0
    let sorted = (0..<count).sorted { (shares[$0].row, $0) < (shares[$1].row, $1) }
    for (place, share) in sorted.enumerated() {
      buffers.order[place] = Int32(share)
      if place == 0 || shares[sorted[place - 1]].row != shares[share].row {
        buffers.rows[distinct] = shares[share].row
        buffers.segments[distinct] = Int32(place)
        distinct += 1
      }
    }
    buffers.segments[distinct] = Int32(count)
    return distinct
  }

  func sumSegments(
    _ sorted: SortedShares,
    range: Range<Int>,
    columns: Int,
    into gradient: UnsafeMutablePointer<Float>
  ) {
    for segment in range {
      for column in 0..<columns {
        var sum: Float = 0
        for place in Int(sorted.segments[segment])..<Int(sorted.segments[segment + 1]) {
          let share = sorted.shares[Int(sorted.order[place])]
          sum += share.scale * share.source[column]
        }
        gradient[segment * columns + column] = sum
      }
    }
  }
}

extension HistoryPointers {
  /// The ids of row `row`'s window other than 0.
  fileprivate func known(_ row: Int) -> [Int32] {
    (Int(starts[row])..<Int(ends[row])).map { clicks[$0] }.filter { $0 != 0 }
  }
}
