import Tables

/// A column of times of items, in the log's unit.
package struct ItemTimes: Sendable, Equatable {
  /// A time that may lie between two ticks: the last tick up to it and the first from it on.
  package struct Time: Sendable, Equatable {
    /// The last tick that is not later.
    package var floor: Int64
    /// The first tick that is not earlier.
    package var ceiling: Int64
  }

  /// The times, `[items]`; nil where an item has none.
  package var values: [Time?]

  /// Brings the times of `column` to `unit`, that of the log by default.
  ///
  /// Moments say their unit. Numbers are in the unit in which most of them are moments between the years 2001 and 2286; where
  /// none is one in any unit, they count as the log's times do. What is missing is no time.
  /// - Parameter logUnit: the unit of the log, where that is another.
  /// - Throws: `DataError` where the column holds text or lists.
  package init(_ column: LogColumn, in unit: TimeUnit, counting logUnit: TimeUnit? = nil) throws {
    switch column.values {
    case .moments(let moments, let own):
      values = moments.map { $0 == ColumnValues.noTime ? nil : Self.time($0, own, in: unit) }
    case .integers(let numbers):
      let own = Self.unit(of: numbers.lazy.map { $0 }) ?? logUnit ?? unit
      values = numbers.map { $0 == ColumnValues.noTime ? nil : Self.time($0, own, in: unit) }
    case .reals(let numbers):
      let own =
        Self.unit(of: numbers.lazy.compactMap { Int64(exactly: $0.rounded(.down)) }) ?? logUnit ?? unit
      values = numbers.map { $0.isNaN ? nil : Self.time($0, own, in: unit) }
    case .names, .lists, .vectors:
      throw DataError(
        "the item column '\(column.name)' is to be a time, and it holds text; list it in config's item_columns.numbers"
      )
    }
  }

  /// The unit in which most of `numbers` are moments of our days; nil where none is one. Of equals the coarsest.
  private static func unit(of numbers: some Sequence<Int64>) -> TimeUnit? {
    var votes: [TimeUnit: Int] = [:]
    for number in numbers {
      if let unit = TimeUnit(ofMoment: number) { votes[unit, default: 0] += 1 }
    }
    let most = votes.values.max() ?? 0
    return TimeUnit.allCases.first { most > 0 && votes[$0] == most }
  }

  private static func time(_ value: Int64, _ own: TimeUnit, in unit: TimeUnit) -> Time {
    if own.ticksPerSecond <= unit.ticksPerSecond {
      let (product, isTooLarge) = value.multipliedReportingOverflow(
        by: unit.ticksPerSecond / own.ticksPerSecond
      )
      let ticks = isTooLarge ? (value < 0 ? Int64.min : .max) : product
      return Time(floor: ticks, ceiling: ticks)
    }
    let (quotient, rest) = value.quotientAndRemainder(dividingBy: own.ticksPerSecond / unit.ticksPerSecond)
    return Time(floor: rest < 0 ? quotient - 1 : quotient, ceiling: rest > 0 ? quotient + 1 : quotient)
  }

  private static func time(_ value: Double, _ own: TimeUnit, in unit: TimeUnit) -> Time {
    if let whole = Int64(exactly: value) { return time(whole, own, in: unit) }
    let ticks = value / Double(own.ticksPerSecond) * Double(unit.ticksPerSecond)
    return Time(floor: clamped(ticks.rounded(.down)), ceiling: clamped(ticks.rounded(.up)))
  }

  private static func clamped(_ ticks: Double) -> Int64 {
    Int64(exactly: ticks) ?? (ticks < 0 ? .min : .max)
  }
}

extension ItemTimes {
  /// When each item may be shown: from its `first` time on, and before its `end`; a time that is missing is no bound.
  package static func availability(from first: ItemTimes?, until end: ItemTimes?, count: Int) -> [MomentSet] {
    (0..<count).map { item in
      var moments = MomentSet.always
      if let time = first?.values[item] { moments = .from(time.ceiling) }
      if let time = end?.values[item] {
        moments = moments.intersection(.before(time.ceiling))
      }
      return moments
    }
  }
}
