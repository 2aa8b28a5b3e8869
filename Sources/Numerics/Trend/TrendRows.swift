/// What was clicked just before each query of a batch among its candidates. Nothing is owned.
struct TrendRows {
  /// Query `r` has the entries `offsets[r]..<offsets[r + 1]`, `[rows + 1]`.
  var offsets: UnsafePointer<Int32>
  /// The candidate that each entry is of.
  var columns: UnsafePointer<Int32>
  /// log(1 + n) of each entry, n its item's clicks in each window before the query, `[entries, windows]`.
  var logs: UnsafePointer<Float>
  /// How many windows there are.
  var windows: Int
}

/// What the clicks just before each query add to logits: sum_w weight_w log(1 + n_rcw), so that an item's odds have the factor
/// (1 + n)^weight. Nothing is owned.
struct TrendBias {
  /// The counts.
  var rows: TrendRows
  /// What they count, `[windows]`.
  var weights: UnsafePointer<Float>

  /// Adds it to the `logits` of the rows `range`.
  func add(to logits: MatrixView, _ range: Range<Int>) {
    for row in range {
      let line = logits.row(row - range.lowerBound)
      for entry in Int(rows.offsets[row])..<Int(rows.offsets[row + 1]) {
        var sum: Float = 0
        for window in 0..<rows.windows { sum += weights[window] * rows.logs[entry * rows.windows + window] }
        line[Int(rows.columns[entry])] += sum
      }
    }
  }

  /// Writes, for each of the rows `range`, the derivative of the loss by the weights to `sums` (`[rows, windows]`), out of its
  /// derivatives by the logits.
  func differentiate(_ gradient: MatrixView, _ range: Range<Int>, into sums: UnsafeMutablePointer<Double>) {
    for row in range {
      let line = gradient.row(row - range.lowerBound)
      let own = sums + row * rows.windows
      own.update(repeating: 0, count: rows.windows)
      for entry in Int(rows.offsets[row])..<Int(rows.offsets[row + 1]) {
        let share = Double(line[Int(rows.columns[entry])])
        for window in 0..<rows.windows {
          own[window] += share * Double(rows.logs[entry * rows.windows + window])
        }
      }
    }
  }
}
