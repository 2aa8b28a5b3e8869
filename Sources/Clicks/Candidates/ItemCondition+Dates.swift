import Tables

/// Comparisons with dates.
extension ConditionEvaluation {
  /// Whether the values of `column` may be times: numbers or moments, and no ids.
  func isTime(_ column: Column, _ values: ColumnValues) -> Bool {
    guard ![ItemTableColumns.item, ItemTableColumns.category, categoryName].contains(column.name) else {
      return false
    }
    switch values {
    case .integers, .reals, .moments: return true
    case .names, .lists, .vectors: return false
    }
  }

  /// Whether the time of each item stands so to `moment`; what has no time does not.
  func compare(
    _ column: Column,
    _ values: ColumnValues,
    _ comparison: ItemCondition.Comparison,
    _ moment: Moment
  ) throws -> [Bool] {
    let tick = moment.ticks(around: moment.unit).floor
    let times = try ItemTimes(
      LogColumn(name: column.name, values: values),
      in: moment.unit,
      counting: unit
    )
    return times.values.map { time in
      guard let time else { return false }
      return switch comparison {
      case .equal: time.floor == tick && time.ceiling == tick
      case .less: time.floor < tick
      case .atMost: time.ceiling <= tick
      case .greater: time.ceiling > tick
      case .atLeast: time.floor >= tick
      }
    }
  }

  /// Whether the values of two columns, one of which holds dates, stand so to each other; nil where none does.
  func compareTimes(_ column: Column, _ comparison: ItemCondition.Comparison, _ other: Column) throws
    -> [Bool]?
  {
    let sides = [(column, try values(column)), (other, try values(other))]
    let units = sides.compactMap { side -> TimeUnit? in
      if case .moments(_, let unit) = side.1 { unit } else { nil }
    }
    guard !units.isEmpty else { return nil }
    if let side = sides.first(where: { !isTime($0.0, $0.1) }) { throw ItemCondition.notBoth(side.0) }
    // Nanoseconds reach from 1677 to 2262 only.
    let finest = units.contains(.nanoseconds) ? TimeUnit.nanoseconds : .microseconds
    let times = try sides.map {
      try ItemTimes(LogColumn(name: $0.0.name, values: $0.1), in: finest, counting: unit).values
    }
    return zip(times[0], times[1]).map { a, b in
      guard let a, let b else { return false }
      return comparison.holds(a.floor, b.floor)
    }
  }
}
