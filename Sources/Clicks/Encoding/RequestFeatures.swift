import Tables

/// When clicks were made and in which context, as a model takes them: one value for each click of a history.
package struct RequestFeatures: Sendable, Equatable {
  /// The time of each click in the log's unit, `[clicks]`; empty where the log has no times.
  package var times: [Int64]
  /// The codes of each context column, `[columns][clicks]`.
  package var contexts: [[Int32]]

  /// Puts features together.
  package init(times: [Int64] = [], contexts: [[Int32]] = []) {
    self.times = times
    self.contexts = contexts
  }

  /// The features of the clicks of `sequences`, which are rows of `log`.
  /// - Throws: `DataError` where the log does not have a column.
  package init(_ sequences: UserSequences, _ columns: [ContextColumn], in log: ClickLog) throws {
    times = sequences.times ?? []
    contexts = try columns.map { try $0.codes(in: log, rows: sequences.rows) }
  }
}

/// The clock of a model: hours since the first click to learn from.
package struct RequestClock: Sendable, Equatable {
  /// The first click to learn from, in the log's unit.
  package var origin: Int64
  /// The last one.
  package var last: Int64
  /// How many of the log's unit make a second.
  package var ticksPerSecond: Int64

  /// Puts a clock together.
  package init(origin: Int64, last: Int64, ticksPerSecond: Int64) {
    self.origin = origin
    self.last = last
    self.ticksPerSecond = ticksPerSecond
  }

  /// The clock of clicks at `times`; all at the same moment where there are none.
  package init(_ times: [Int64], unit: TimeUnit) {
    self.init(origin: times.min() ?? 0, last: times.max() ?? 0, ticksPerSecond: unit.ticksPerSecond)
  }

  /// The unit that it counts.
  package var unit: TimeUnit { TimeUnit.allCases.first { $0.ticksPerSecond == ticksPerSecond } ?? .seconds }

  /// Hours from the first click to `time`.
  package func hours(_ time: Int64) -> Double { Double(time - origin) / (3600 * Double(ticksPerSecond)) }

  /// Hours from the first click to the last.
  package var span: Double { hours(last) }

  /// What is wrong with `time` where it is a moment of our days in another unit than the clock's, in which its last click is one;
  /// nil where nothing tells that units were mixed up.
  package func problem(with time: Int64) -> String? {
    guard let own = TimeUnit(ofMoment: last), own.ticksPerSecond == ticksPerSecond,
      let other = TimeUnit(ofMoment: time), other != own
    else { return nil }
    return "\(time) would be a time in \(other.words), and the model counts \(own.words), as \(last) does"
  }
}
