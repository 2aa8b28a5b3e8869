import Parquet

/// Times.
extension ParquetFields {
  /// Counts where the column holds whole numbers; moments, in the coarsest unit that loses nothing, where it holds times.
  /// - Parameter unit: what decimals count; nil to tell it by their size.
  func times(counting unit: TimeUnit?) throws(RowProblem) -> ColumnValues {
    switch values {
    case .integers(let values): return .integers(values)
    case .unsigned: return .integers(try integers())
    case .reals(let values): return try times(of: decimals(values), unit)
    case .floats(let values): return try times(of: decimals(values.map(Double.init)), unit)
    case .texts(let texts): return try times(of: texts, unit)
    case .dates(let values): return Self.coarsest(values, ticksPerSecond: 1)
    case .moments(let values, let ticks): return Self.coarsest(values, ticksPerSecond: ticks)
    case .oldMoments(let values): return try moments(values)
    case .booleans, .clock:
      throw RowProblem(row: 0, message: "expected a time, got \(quotedBytes(text(0).utf8))")
    }
  }

  /// The same with ``ColumnValues/noTime`` in rows that are empty.
  func withoutTimesOfNulls(_ times: ColumnValues) -> ColumnValues {
    guard firstEmptyRow != nil else { return times }
    func marked(_ values: [Int64]) -> [Int64] {
      values.indices.map { isEmpty(row: $0) ? ColumnValues.noTime : values[$0] }
    }
    switch times {
    case .integers(let values): return .integers(marked(values))
    case .moments(let values, let unit): return .moments(marked(values), unit)
    default: return times
    }
  }

  /// Numbers as a program prints them, with the fewest digits that tell them from their neighbours.
  private func decimals(_ values: [Double]) -> ParquetTexts {
    ParquetTexts(values.count) { slot in
      if isNull(slot: slot) { return [] }
      let whole = Int64(exactly: values[slot]).map { Array("\($0)".utf8) }
      return whole ?? Array("\(values[slot])".utf8)
    }
  }

  /// Texts as times: all of one form, the finest that one of them asks for.
  private func times(of texts: ParquetTexts, _ unit: TimeUnit?) throws(RowProblem) -> ColumnValues {
    var form = TimeForm.counts
    while true {
      switch read(texts, as: form) {
      case .success(let ticks):
        do { return try form.values(ticks, counting: unit, file: "") } catch {
          throw RowProblem(row: 0, message: (error as? DataError)?.message ?? "\(error)")
        }
      case .failure(.other(let next)): form = next
      case .failure(.problem(let problem)): throw problem
      }
    }
  }

  /// Why texts are no times of a form.
  private enum FormFailure: Error {
    /// They are times of this one.
    case other(TimeForm)
    case problem(RowProblem)
  }

  private func read(_ texts: ParquetTexts, as form: TimeForm) -> Result<[Int64], FormFailure> {
    var ticks: [Int64] = []
    ticks.reserveCapacity(texts.places.count)
    for part in texts.parts {
      var known = [Int64?](repeating: nil, count: part.entries.count)
      for slot in part.slots {
        let place = Int(texts.places[slot])
        guard place >= 0, !part.entries[place].isEmpty else {
          ticks.append(0)
          continue
        }
        if let value = known[place] {
          ticks.append(value)
          continue
        }
        switch form.read(part.entries[place]) {
        case .value(let value):
          known[place] = value
          ticks.append(value)
        case .failure(.timesAre(let other, _)): return .failure(.other(other))
        case .failure(let problem):
          let got = quotedBytes(Array(part.entries[place].prefix(41)))
          let message = Self.words(of: problem, got: got, form)
          return .failure(.problem(RowProblem(row: row(of: slot), message: message)))
        }
      }
    }
    return .success(ticks)
  }

  /// What is wrong with a time, as of delimited text.
  private static func words(of problem: RowFailure.Problem, got: String, _ form: TimeForm) -> String {
    switch problem {
    case .outOfRange: return "expected \(integerRange), got \(got)"
    case .mixedTimes:
      let (expected, other) = if case .dates = form { ("a date", "a number") } else { ("a number", "a date") }
      return
        "expected \(expected), as in other rows, got \(other): \(got); write all times of a column in one way"
    case .timeOutOfRange:
      return "\(got) is beyond what 64 bits count in \(form.unit.words), which the column takes"
    default: return "\(expectedTime), got \(got)"
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
