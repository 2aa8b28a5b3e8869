import Parquet

/// Times.
extension ParquetFields {
  /// Counts where the column holds whole numbers; moments, in the coarsest unit that loses nothing, where it holds times.
  func times() throws(RowProblem) -> ColumnValues {
    switch values {
    case .integers(let values): return .integers(values)
    case .unsigned, .reals, .floats, .texts: return .integers(try integers())
    case .dates(let values): return Self.coarsest(values, ticksPerSecond: 1)
    case .moments(let values, let ticks): return Self.coarsest(values, ticksPerSecond: ticks)
    case .oldMoments(let values): return try moments(values)
    case .booleans, .clock:
      throw RowProblem(row: 0, message: "expected a time, got \(quotedBytes(text(0).utf8))")
    }
  }

  private static func coarsest(_ values: [Int64], ticksPerSecond ticks: Int64) -> ColumnValues {
    for unit in TimeUnit.allCases where unit.ticksPerSecond <= ticks {
      let factor = ticks / unit.ticksPerSecond
      if factor == 1 { return .moments(values, unit) }
      if values.allSatisfy({ $0 % factor == 0 }) { return .moments(values.map { $0 / factor }, unit) }
    }
    return .moments(values, .nanoseconds)
  }

  /// Days and nanoseconds of a day.
  private func moments(_ values: [Int96]) throws(RowProblem) -> ColumnValues {
    let unit =
      TimeUnit.allCases.first { unit in
        values.indices.allSatisfy {
          isNull(slot: $0) || values[$0].nanoseconds % (1_000_000_000 / unit.ticksPerSecond) == 0
        }
      } ?? .nanoseconds
    var moments: [Int64] = []
    moments.reserveCapacity(values.count)
    for (slot, value) in values.enumerated() {
      guard !isNull(slot: slot) else {
        moments.append(0)
        continue
      }
      let whole = (value.day * 86_400).multipliedReportingOverflow(by: unit.ticksPerSecond)
      let part = value.nanoseconds / (1_000_000_000 / unit.ticksPerSecond)
      let moment = whole.partialValue.addingReportingOverflow(part)
      guard !whole.overflow, !moment.overflow else {
        throw RowProblem(
          row: row(of: slot),
          message: "\(text(slot)) is beyond what \(unit.words) since 1970 can count in 64 bits"
        )
      }
      moments.append(moment.partialValue)
    }
    return .moments(moments, unit)
  }
}
