/// The unit in which a log's times count.
package enum TimeUnit: String, CaseIterable, Sendable, Hashable {
  /// Seconds.
  case seconds = "s"
  /// Milliseconds.
  case milliseconds = "ms"
  /// Microseconds.
  case microseconds = "us"
  /// Nanoseconds.
  case nanoseconds = "ns"

  /// How many of the unit make a second.
  package var ticksPerSecond: Int64 {
    switch self {
    case .seconds: 1
    case .milliseconds: 1000
    case .microseconds: 1_000_000
    case .nanoseconds: 1_000_000_000
    }
  }

  /// The unit that `times`, taken as counted from 1970, must be in, by the largest magnitude.
  ///
  /// Up to 10^11 are seconds (until the year 5138), up to 10^14 milliseconds, up to 10^17 microseconds.
  package init(guessedFrom times: [Int64]) {
    self.init(guessedFrom: times.extremes)
  }

  private init(guessedFrom extremes: (least: Int64, greatest: Int64)?) {
    switch extremes.map({ max($0.least.magnitude, $0.greatest.magnitude) }) ?? 0 {
    case ..<100_000_000_000: self = .seconds
    case ..<100_000_000_000_000: self = .milliseconds
    case ..<100_000_000_000_000_000: self = .microseconds
    default: self = .nanoseconds
    }
  }

  /// The unit in which `time` is a moment between the years 2001 and 2286; nil where there is none.
  package init?(ofMoment time: Int64) {
    let unit = Self.allCases.first { (1_000_000_000..<10_000_000_000).contains(time / $0.ticksPerSecond) }
    guard let unit else { return nil }
    self = unit
  }

  /// The unit in words: "milliseconds".
  package var words: String {
    switch self {
    case .seconds: "seconds"
    case .milliseconds: "milliseconds"
    case .microseconds: "microseconds"
    case .nanoseconds: "nanoseconds"
    }
  }

  /// How many digits `time` has where it reads as a month, a day, an hour, a minute or a second of the years 1970 to 2100, from
  /// 202311 to 20231115223248; nil where it reads as none.
  private static func calendarDigits(_ time: Int64) -> Int? {
    guard time >= 197_001, time < 100_000_000_000_000 else { return nil }
    let digits = String(time).utf8.count
    // The pairs behind the year, of which the last is read first.
    let pairs = [1...12, 1...31, 0...23, 0...59, 0...59].prefix((digits - 4) / 2)
    var rest = time
    for pair in pairs.reversed() {
      guard pair.contains(Int(rest % 100)) else { return nil }
      rest /= 100
    }
    return digits % 2 == 0 && (1970...2100).contains(rest) ? digits : nil
  }

  /// Whether times in this unit all lie before `end`, in seconds since 1970, though they are no counts from a beginning of
  /// their own, which lies near 0. Days since 1970 are more than 7,305 since 1990.
  /// - Parameter end: the beginning of 1990 by default.
  package func isTooEarly(_ times: [Int64], before end: Int64 = 631_152_000) -> Bool {
    guard let (least, greatest) = times.extremes, least >= 7_305 else { return false }
    return least > greatest - least && greatest < end * ticksPerSecond
  }

  /// How many of `times` are no moments of our days in this unit, where most are, and one of them; nil for none.
  package func strangers(in times: [Int64]) -> (count: Int, example: Int64)? {
    let strange = times.lazy.filter { TimeUnit(ofMoment: $0) != self }
    guard let example = strange.first else { return nil }
    let count = strange.count
    return 2 * count < times.count ? (count, example) : nil
  }

  /// The first of `times` that is a moment of our days in another unit, and how many are, where one is a moment in this unit;
  /// nil for none.
  package func otherUnit(in times: [Int64]) -> (row: Int, unit: TimeUnit, count: Int)? {
    var first: (row: Int, unit: TimeUnit)?
    var (others, isUsed) = (0, false)
    for (row, time) in times.enumerated() {
      guard let unit = TimeUnit(ofMoment: time) else { continue }
      if unit == self {
        isUsed = true
      } else {
        others += 1
        if first == nil { first = (row, unit) }
      }
    }
    guard let first, isUsed else { return nil }
    return (first.row, first.unit, others)
  }

  /// `times`, which count this unit, in another one; nil where one of them is no whole number there, or beyond 64 bits.
  package func recounted(_ times: [Int64], in unit: TimeUnit) -> [Int64]? {
    var recounted: [Int64] = []
    recounted.reserveCapacity(times.count)
    for time in times {
      if unit.ticksPerSecond >= ticksPerSecond {
        let (ticks, overflow) = time.multipliedReportingOverflow(by: unit.ticksPerSecond / ticksPerSecond)
        guard !overflow else { return nil }
        recounted.append(ticks)
      } else {
        let (ticks, rest) = time.quotientAndRemainder(dividingBy: ticksPerSecond / unit.ticksPerSecond)
        guard rest == 0 else { return nil }
        recounted.append(ticks)
      }
    }
    return recounted
  }

  /// A moment as text, `2024-01-31 10:00:00.250`; nothing for ``ColumnValues/noTime``.
  package func text(_ ticks: Int64) -> String {
    ticks == ColumnValues.noTime ? "" : ParquetFields.moment(ticks, ticksPerSecond: ticksPerSecond)
  }

  /// The one unit that all of `times`, which `reader` read, are in.
  /// - Throws: `DataError` where some are moments of our days in one unit and some in another.
  package static func decided(by times: [Int64], of reader: any TableReader) throws -> TimeUnit {
    try decided(by: times, origin: reader.origin)
  }

  /// The one unit that all of `times`, which stand in `file`, are in.
  static func decided(by times: [Int64], file: String) throws -> TimeUnit {
    try decided(by: times) { (file, $0) }
  }

  private static func decided(by times: [Int64], origin: (Int) -> (file: String, row: Int)) throws -> TimeUnit
  {
    let extremes = times.extremes
    // Some of the days and seconds may stand for an unknown time; the other forms are more likely to be counts.
    if let first = times.first, let digits = calendarDigits(first),
      times.prefix([8, 14].contains(digits) ? 1000 : .max).allSatisfy({ calendarDigits($0) == digits })
    {
      throw DataError(
        "times such as \(first) look like dates of the calendar, not like counts; turn them into seconds since 1970, or set "
          + "columns.time_unit where they are counts",
        file: origin(0).file
      )
    }
    let unit = TimeUnit(guessedFrom: extremes)
    // Where the least is a moment in that unit, or none is one in any, there is nothing to look for.
    if let extremes, TimeUnit(ofMoment: extremes.least) == unit { return unit }
    guard let row = times.firstIndex(where: { TimeUnit(ofMoment: $0).map { $0 != unit } ?? false }),
      let other = TimeUnit(ofMoment: times[row]),
      let usual = times.first(where: { TimeUnit(ofMoment: $0) == unit })
    else { return unit }
    let origin = origin(row)
    throw DataError(
      "times jump by a factor of a thousand: click \(origin.row + 1) has \(times[row]), which would be \(other.words), and "
        + "others such as \(usual) would be \(unit.words); bring them to one unit, or set columns.time_unit where that "
        + "is right",
      file: origin.file
    )
  }
}

extension [Int64] {
  /// The least and the greatest of them, in one pass; nil where there are none.
  package var extremes: (least: Int64, greatest: Int64)? {
    guard let first else { return nil }
    return withUnsafeBufferPointer { values in
      var (least, greatest) = (first, first)
      for value in values {
        least = value < least ? value : least
        greatest = value > greatest ? value : greatest
      }
      return (least, greatest)
    }
  }
}
