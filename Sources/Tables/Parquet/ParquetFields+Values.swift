import Memory
import Parquet

/// The types that columns are asked for as.
extension ParquetFields {
  /// All rows as `request` asks for them; what an empty field holds then is that of `EmptyFieldRule.substitute`.
  func made(
    as request: ColumnRequest,
    threads: Threads
  ) throws(RowProblem) -> (values: ColumnValues, namesSince: String?) {
    switch request.type {
    case .names where lengths != nil: return (try lists(request, threads), nil)
    case .vector: return (try vectors(), nil)
    default: break
    }
    guard lengths == nil else {
      throw RowProblem(row: 0, message: "expected one value, got a list of them")
    }
    switch request.type {
    case .integer: return (.integers(try integers()), nil)
    case .real: return (.reals(try reals()), nil)
    case .time:
      let times = try times(counting: request.timeUnit)
      return (request.empty == .substitute ? withoutTimesOfNulls(times) : times, nil)
    case .integerOrName, .identifier:
      switch try identifiers(request) {
      case .integers(let values): return (.integers(values), nil)
      case .names(let since): return (try names(request, threads), since)
      }
    case .names(let separator): return (try names(request, threads).cut(at: separator), nil)
    case .name: return (try names(request, threads), nil)
    case .vector:
      throw RowProblem(
        row: 0,
        message: "expected a list of numbers, got \(quotedBytes(text(firstPresent ?? 0).utf8))"
      )
    }
  }

  private func problem(_ slot: Int, expected: String) -> RowProblem {
    var got = quotedBytes(Array(text(slot).utf8))
    if case .texts(let texts) = values, let bytes = texts.bytes(slot) { got = quotedBytes(Array(bytes)) }
    return RowProblem(row: row(of: slot), message: "expected \(expected), got \(got)")
  }

  static let integerRange = "an integer from \(Int64.min) to \(Int64.max)"

  // MARK: Whole numbers

  func integers() throws(RowProblem) -> [Int64] {
    switch values {
    case .integers(let values): return values
    case .booleans(let values): return values.map(Int64.init)
    case .unsigned(let values):
      let slot = values.firstIndex { $0 > UInt64(Int64.max) } ?? 0
      throw problem(slot, expected: Self.integerRange)
    case .reals(let values): return try whole(values)
    case .floats(let values): return try whole(values.map(Double.init))
    case .texts(let texts): return try integers(texts, integerField)
    case .moments, .dates, .oldMoments, .clock:
      throw problem(firstPresent ?? 0, expected: "an integer")
    }
  }

  private var firstPresent: Int? { isPresent.map { $0.firstIndex(of: 1) } ?? (rows > 0 ? 0 : nil) }

  private func whole(_ values: [Double]) throws(RowProblem) -> [Int64] {
    var whole: [Int64] = []
    whole.reserveCapacity(values.count)
    for (slot, value) in values.enumerated() {
      guard let number = Int64(exactly: value) else {
        let isWhole = value.isFinite && value == value.rounded()
        throw problem(slot, expected: isWhole ? Self.integerRange : "an integer")
      }
      whole.append(number)
    }
    return whole
  }

  /// Texts as whole numbers, each entry read once.
  private func integers(
    _ texts: ParquetTexts,
    _ read: (FieldBytes) -> NumberResult<Int64>
  ) throws(RowProblem) -> [Int64] {
    try numbers(texts, empty: 0, read) { slot, isOutOfRange in
      problem(slot, expected: isOutOfRange ? Self.integerRange : "an integer")
    }
  }

  private func numbers<Number>(
    _ texts: ParquetTexts,
    empty: Number,
    _ read: (FieldBytes) -> NumberResult<Number>,
    _ problem: (_ slot: Int, _ isOutOfRange: Bool) -> RowProblem
  ) throws(RowProblem) -> [Number] {
    var numbers: [Number] = []
    numbers.reserveCapacity(texts.places.count)
    for part in texts.parts {
      let entries = part.entries.map { $0.isEmpty ? .value(empty) : read($0) }
      for slot in part.slots {
        guard texts.places[slot] >= 0 else {
          numbers.append(empty)
          continue
        }
        switch entries[Int(texts.places[slot])] {
        case .value(let value): numbers.append(value)
        case .outOfRange: throw problem(slot, true)
        case .notANumber: throw problem(slot, false)
        }
      }
    }
    return numbers
  }

  // MARK: Numbers

  func reals() throws(RowProblem) -> [Double] {
    var reals: [Double]
    switch values {
    case .integers(let values): reals = values.map(Double.init)
    case .unsigned(let values): reals = values.map(Double.init)
    case .booleans(let values): reals = values.map(Double.init)
    case .reals(let values): reals = values
    case .floats(let values): reals = values.map(Double.init)
    case .texts(let texts):
      return try numbers(texts, empty: .nan, realField) { slot, isOutOfRange in
        problem(slot, expected: isOutOfRange ? "a finite number" : "a number")
      }
    case .moments, .dates, .oldMoments, .clock: throw problem(firstPresent ?? 0, expected: "a number")
    }
    if let slot = reals.firstIndex(where: \.isInfinite) { throw problem(slot, expected: "a finite number") }
    guard let isPresent else { return reals }
    for slot in reals.indices where isPresent[slot] == 0 { reals[slot] = .nan }
    return reals
  }

  // MARK: Ids

  private enum Identifiers {
    case integers([Int64])
    case names(since: String?)
  }

  private func identifiers(_ request: ColumnRequest) throws(RowProblem) -> Identifiers {
    let found = try identifiers(request.type)
    // Nothing is no whole number.
    if case .integers = found, request.empty == .substitute, firstEmptyRow != nil {
      return .names(since: nil)
    }
    return found
  }

  private func identifiers(_ type: ColumnType) throws(RowProblem) -> Identifiers {
    let allowsMinus = type == .integerOrName
    switch values {
    case .integers(let values):
      let negative = allowsMinus ? nil : values.firstIndex { $0 < 0 }
      return negative.map { .names(since: text($0)) } ?? .integers(values)
    case .unsigned(let values):
      return .names(since: text(values.firstIndex { $0 > UInt64(Int64.max) } ?? 0))
    case .texts(let texts):
      do {
        return .integers(try integers(texts) { canonicalIntegerField($0, allowsMinus: allowsMinus) })
      } catch {
        return .names(since: text(error.row))
      }
    case .reals, .floats, .booleans, .moments, .dates, .oldMoments, .clock:
      // Text of these is never an integer; without any the column is empty.
      return firstPresent.map { .names(since: text($0)) } ?? .integers([Int64](repeating: 0, count: rows))
    }
  }
}
