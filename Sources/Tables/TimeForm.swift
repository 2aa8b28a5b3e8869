/// How the times of a column are written, and the finest unit that one of them so far took.
enum TimeForm: Sendable, Hashable {
  /// Whole numbers.
  case counts
  /// Decimal numbers: counts of a unit, and parts of it down to a thousandth, a millionth or a billionth.
  case decimals(TimeUnit)
  /// Dates, with or without a time of day.
  case dates(TimeUnit)

  /// What became of reading a field.
  enum Reading {
    /// A count, or the ticks of the form's unit since 1970 (of decimals: thousandths and so on of what they count).
    case value(Int64)
    case failure(RowFailure.Problem)
  }

  /// Reads a field as a time of this form.
  func read(_ field: FieldBytes) -> Reading {
    let shown = { Array(field.prefix(41)) }
    switch self {
    case .counts:
      switch integerField(field) {
      case .value(let value): return .value(value)
      case .outOfRange: return .failure(.outOfRange(shown()))
      case .notANumber: break
      }
      if let decimal = DecimalTime(field) { return .failure(.timesAre(.decimals(decimal.unit), shown())) }
      if let moment = Moment(field) { return .failure(.timesAre(.dates(moment.unit), shown())) }
      return .failure(.notATime(shown()))
    case .decimals(let unit):
      guard let decimal = DecimalTime(field) else {
        return .failure(Moment(field) == nil ? .notATime(shown()) : .mixedTimes(shown()))
      }
      guard decimal.unit <= unit else { return .failure(.timesAre(.decimals(decimal.unit), shown())) }
      return decimal.ticks(of: unit).map(Reading.value) ?? .failure(.timeOutOfRange(shown()))
    case .dates(let unit):
      guard let moment = Moment(field) else {
        return .failure(DecimalTime(field) == nil ? .notATime(shown()) : .mixedTimes(shown()))
      }
      guard moment.unit <= unit else { return .failure(.timesAre(.dates(moment.unit), shown())) }
      return moment.ticks(of: unit).map(Reading.value) ?? .failure(.timeOutOfRange(shown()))
    }
  }

  /// The unit of its ticks.
  var unit: TimeUnit {
    switch self {
    case .counts: .seconds
    case .decimals(let unit), .dates(let unit): unit
    }
  }

  /// What a column of such times holds, `ticks` being what ``read(_:)`` made of its fields.
  /// - Parameter counted: what decimals count; nil to tell it by their size.
  /// - Throws: `DataError` where decimals count what is too fine for any unit.
  func values(_ ticks: [Int64], counting counted: TimeUnit?, file: String) throws -> ColumnValues {
    switch self {
    case .counts: return .integers(ticks)
    case .dates(let unit): return .moments(ticks, unit)
    case .decimals(let unit):
      // What the whole numbers count is told by their size, as of a log without fractions; the unit is finer by as much.
      let counts = { ticks.filter { $0 != ColumnValues.noTime }.map { $0 / unit.ticksPerSecond } }
      let counted = try counted ?? TimeUnit.decided(by: counts(), file: file)
      let (coarse, steps) = (
        TimeUnit.allCases.firstIndex(of: counted), TimeUnit.allCases.firstIndex(of: unit)
      )
      let place = (coarse ?? 0) + (steps ?? 0)
      guard place < TimeUnit.allCases.count else {
        throw DataError(
          "its times count \(counted.words) with decimals that no unit down to nanoseconds has; round them",
          file: file
        )
      }
      return .moments(ticks, TimeUnit.allCases[place])
    }
  }
}

extension TimeUnit: Comparable {
  /// Whether `a` is coarser than `b`.
  package static func < (a: TimeUnit, b: TimeUnit) -> Bool { a.ticksPerSecond < b.ticksPerSecond }

  /// The coarsest unit that holds `digits` decimals of a second; nil beyond nanoseconds.
  init?(decimals digits: Int) {
    guard digits <= 9 else { return nil }
    self = Self.allCases[(max(digits, 0) + 2) / 3]
  }
}

/// Decimals of a second: at most nine digits that count, zeros at their end left out.
struct Decimals {
  /// As billionths.
  var billionths: Int64 = 0
  /// How many digits there are up to the last that is not zero.
  var digits = 0

  /// Reads the digits from `place` on and moves it behind them; nil where there are none, or more than billionths.
  init?(_ field: some RandomAccessCollection<UInt8>, _ place: inout Int) where Int: Equatable {
    let bytes = field.dropFirst(place)
    var count = 0
    for byte in bytes {
      guard byte &- 0x30 < 10 else { break }
      count += 1
      if byte != 0x30 {
        guard count <= 9 else { return nil }
        digits = count
      }
      if count <= 9 { billionths = billionths * 10 + Int64(byte &- 0x30) }
    }
    guard count > 0 else { return nil }
    for _ in min(count, 9)..<9 { billionths *= 10 }
    place += count
  }
}

/// A time written as a decimal number, such as `1507029570.190`, exactly.
struct DecimalTime {
  private let whole: Int64
  private let decimals: Int64
  private let isNegative: Bool
  /// The coarsest unit that holds it, where it counts seconds.
  let unit: TimeUnit

  /// Reads a whole field, blanks around it allowed; nil where it is no such number, or one of more than nine decimals.
  init?(_ field: FieldBytes) {
    var bytes = Array(trimmed(field).prefix(60))
    isNegative = bytes.first == UInt8(ascii: "-")
    if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
    let digits = bytes.prefix { $0 &- 0x30 < 10 }
    guard !digits.isEmpty, digits.count <= 18 else { return nil }
    whole = digits.reduce(0) { $0 * 10 + Int64($1 &- 0x30) }
    guard digits.count < bytes.count else {
      (decimals, unit) = (0, .seconds)
      return
    }
    var place = digits.count + 1
    guard bytes[digits.count] == UInt8(ascii: "."), let fraction = Decimals(bytes, &place),
      place == bytes.count,
      let unit = TimeUnit(decimals: fraction.digits)
    else { return nil }
    decimals = fraction.billionths
    self.unit = unit
  }

  /// As ticks of `unit`, which is not coarser than its own; nil beyond 64 bits.
  func ticks(of unit: TimeUnit) -> Int64? {
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: unit.ticksPerSecond)
    let (sum, further) = scaled.addingReportingOverflow(decimals / (1_000_000_000 / unit.ticksPerSecond))
    return overflow || further ? nil : isNegative ? -sum : sum
  }
}
