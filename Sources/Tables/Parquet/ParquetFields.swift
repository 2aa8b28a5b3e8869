import Parquet

/// The fields of a column of a Parquet file, in the few forms that all types of columns are made of.
///
/// A slot is a row, or an element of a row's list.
struct ParquetFields {
  /// The slots' values; zeros where there are nulls.
  enum Values {
    case integers([Int64])
    /// Some are beyond Int64.
    case unsigned([UInt64])
    case reals([Double])
    case floats([Float])
    case booleans([UInt8])
    /// Counts from 1970.
    case moments([Int64], ticksPerSecond: Int64)
    /// Days since 1970, as seconds.
    case dates([Int64])
    /// Days and nanoseconds.
    case oldMoments([Int96])
    /// Times of a day.
    case clock([Int64], ticksPerSecond: Int64)
    case texts(ParquetTexts)
  }

  let values: Values
  /// Whether a slot holds a value; nil where all do.
  let isPresent: [UInt8]?
  /// How many slots each row has, -1 for a null; nil where a row is a slot.
  let lengths: [Int32]?
  let rows: Int

  init(_ column: ParquetColumn) {
    lengths = column.lengths
    rows = column.rows
    switch Self.values(column) {
    case .reals(let numbers):
      let known = Self.known(numbers, column)
      (values, isPresent) = (.reals(known.values), known.isPresent)
    case .floats(let numbers):
      let known = Self.known(numbers, column)
      (values, isPresent) = (.floats(known.values), known.isPresent)
    case let others: (values, isPresent) = (others, column.isPresent)
    }
  }

  /// What is not a number is no value: programs without nulls write them so. In lists it stays what it is.
  private static func known<Number: BinaryFloatingPoint>(_ numbers: [Number], _ column: ParquetColumn)
    -> (values: [Number], isPresent: [UInt8]?)
  {
    guard column.lengths == nil, numbers.contains(where: \.isNaN) else { return (numbers, column.isPresent) }
    var (values, present) = (numbers, column.isPresent ?? [UInt8](repeating: 1, count: numbers.count))
    for slot in numbers.indices where numbers[slot].isNaN { (values[slot], present[slot]) = (0, 0) }
    return (values, present)
  }

  private static func values(_ column: ParquetColumn) -> Values {
    let meaning = column.leaf.meaning
    switch column.values {
    case .booleans(let values): return .booleans(values)
    case .floats(let values): return .floats(values)
    case .doubles(let values): return .reals(values)
    case .int96s(let values): return .oldMoments(values)
    case .int32s(let values):
      switch meaning {
      case .integer(let bits, isSigned: false):
        return .integers(values.map { Int64(UInt32(bitPattern: $0) & mask(bits)) })
      case .date: return .dates(values.map { Int64($0) * 86_400 })
      case .time(let unit): return .clock(values.map(Int64.init), ticksPerSecond: unit.ticksPerSecond)
      case .decimal(let scale):
        return .texts(ParquetTexts(values.count) { decimal(Int64(values[$0]), scale) })
      default: return .integers(values.map(Int64.init))
      }
    case .int64s(let values):
      switch meaning {
      case .integer(_, isSigned: false):
        return values.contains { $0 < 0 }
          ? .unsigned(values.map(UInt64.init(bitPattern:))) : .integers(values)
      case .timestamp(let unit): return .moments(values, ticksPerSecond: unit.ticksPerSecond)
      case .time(let unit): return .clock(values, ticksPerSecond: unit.ticksPerSecond)
      case .decimal(let scale): return .texts(ParquetTexts(values.count) { decimal(values[$0], scale) })
      default: return .integers(values)
      }
    case .bytes(let places, let parts):
      let texts = ParquetTexts(places, parts)
      switch meaning {
      case .uuid: return .texts(texts.mapped(uuid))
      case .decimal(let scale): return .texts(texts.mapped { decimal($0, scale) })
      case .float16: return .floats(places.indices.map { texts.bytes($0).map(half) ?? 0 })
      default: return .texts(texts)
      }
    }
  }

  private static func mask(_ bits: Int) -> UInt32 { bits >= 32 ? .max : 1 << UInt32(bits) - 1 }

  // MARK: Empty fields

  /// The slots of a row.
  func slots(before row: Int) -> Int {
    guard let lengths else { return row }
    return lengths[..<row].reduce(0) { $0 + Int(max($1, 0)) }
  }

  /// The row in which `slot` stands.
  func row(of slot: Int) -> Int {
    guard let lengths else { return slot }
    var end = 0
    for (row, length) in lengths.enumerated() {
      end += Int(max(length, 0))
      if slot < end { return row }
    }
    return rows - 1
  }

  func isNull(slot: Int) -> Bool { isPresent.map { $0[slot] == 0 } ?? false }

  /// Whether the slot holds nothing, or an empty text.
  func isEmpty(slot: Int) -> Bool {
    if isNull(slot: slot) { return true }
    guard case .texts(let texts) = values else { return false }
    return texts.bytes(slot)?.isEmpty ?? true
  }

  func isNull(row: Int) -> Bool { lengths.map { $0[row] < 0 } ?? isNull(slot: row) }

  /// Whether the row's field is empty: a null or an empty text; of lists a null.
  func isEmpty(row: Int) -> Bool { lengths.map { $0[row] < 0 } ?? isEmpty(slot: row) }

  /// The first row whose field is empty.
  var firstEmptyRow: Int? {
    if let lengths { return lengths.firstIndex { $0 < 0 } }
    if case .texts(let texts) = values {
      return [texts.firstEmpty, isPresent?.firstIndex(of: 0)].compactMap(\.self).min()
    }
    return isPresent?.firstIndex(of: 0)
  }

  // MARK: Text

  /// The slot's value as a CSV file has it, nothing for a null.
  func text(_ slot: Int) -> String {
    if isNull(slot: slot) { return "" }
    switch values {
    case .integers(let values): return String(values[slot])
    case .unsigned(let values): return String(values[slot])
    case .reals(let values): return values[slot].description
    case .floats(let values): return values[slot].description
    case .booleans(let values): return values[slot] == 0 ? "false" : "true"
    case .moments(let values, let ticks): return Self.moment(values[slot], ticksPerSecond: ticks)
    case .dates(let values): return String(Self.moment(values[slot], ticksPerSecond: 1).prefix(10))
    case .oldMoments(let values):
      let seconds = values[slot].day &* 86_400 &+ values[slot].nanoseconds / 1_000_000_000
      return Self.moment(seconds, ticksPerSecond: 1)
        + Self.fraction(values[slot].nanoseconds % 1_000_000_000, ticksPerSecond: 1_000_000_000)
    case .clock(let values, let ticks):
      return Self.moment(values[slot], ticksPerSecond: ticks).dropFirst(11).description
    case .texts(let texts): return texts.bytes(slot).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
  }

  /// The row's field as text; of a list all elements.
  func rowText(_ row: Int) -> String {
    guard let lengths else { return text(row) }
    guard lengths[row] >= 0 else { return "" }
    let first = slots(before: row)
    return "[" + (first..<first + Int(lengths[row])).map(text).joined(separator: ", ") + "]"
  }
}
