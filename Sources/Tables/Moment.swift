/// A moment written as a date, with or without a time of day: text of many forms, exactly.
///
/// `2017-10-03`, `2017-10-03T11:19:30.19Z`, `2017-10-03 11:19`, `2017/10/03 11:19:30 +02:00`, `20171003T111930Z` (ISO 8601);
/// `01-Jan-1995`, `03/Oct/2017:11:19:30 +0000` (logs of web servers); `Tue, 03 Oct 2017 11:19:30 GMT` (RFC 2822);
/// `Tue Oct 03 11:19:30 +0000 2017`, `Tue Oct  3 11:19:30 2017` (`ctime` of C, with a zone or without). Without a
/// zone it is Coordinated Universal Time, as the dates of the calendar are.
package struct Moment: Sendable, Hashable {
  /// Seconds since 1970, rounded down.
  private(set) var seconds: Int64
  /// Billionths of a second above them.
  private(set) var billionths: Int64 = 0
  /// The coarsest unit that holds it.
  package private(set) var unit = TimeUnit.seconds

  /// As ticks of `unit` since 1970, which is not coarser than its own; nil beyond 64 bits.
  package func ticks(of unit: TimeUnit) -> Int64? {
    let scale = unit.ticksPerSecond
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: scale)
    let (sum, further) = scaled.addingReportingOverflow(billionths / (1_000_000_000 / scale))
    return overflow || further ? nil : sum
  }

  /// The last tick of `unit` since 1970 that is not later, and the first that is not earlier; beyond 64 bits the nearest there
  /// is.
  package func ticks(around unit: TimeUnit) -> (floor: Int64, ceiling: Int64) {
    let scale = unit.ticksPerSecond
    let (part, rest) = billionths.quotientAndRemainder(dividingBy: 1_000_000_000 / scale)
    let (scaled, overflow) = seconds.multipliedReportingOverflow(by: scale)
    let (floor, further) = scaled.addingReportingOverflow(part)
    guard !overflow, !further, floor < .max else {
      let nearest: Int64 = seconds < 0 ? .min : .max
      return (nearest, nearest)
    }
    return (floor, rest > 0 ? floor + 1 : floor)
  }

  /// As a tick of `unit` since 1970; nil where it lies between two.
  package func tick(of unit: TimeUnit) -> Int64? {
    let (floor, ceiling) = ticks(around: unit)
    return floor == ceiling ? floor : nil
  }

  /// Reads `text`; nil where it is no moment.
  package init?(_ text: String) {
    let read = Array(text.utf8).withUnsafeBufferPointer { Moment($0) }
    guard let read else { return nil }
    self = read
  }

  /// Reads a whole field, blanks around it allowed; nil where it is no moment of the years 1 to 9999.
  init?(_ field: FieldBytes) {
    var text = MomentText(FieldBytes(rebasing: trimmed(field).prefix(64)))
    guard trimmed(field).count <= 64, let days = text.date() else { return nil }
    seconds = days * 86_400
    guard !text.isAtEnd else { return }
    guard let time = text.timeOfDay(), let zone = text.zone(), text.isAtEnd else { return nil }
    seconds += time.seconds - zone
    guard let decimals = time.decimals else { return }
    guard let unit = TimeUnit(decimals: decimals.digits) else { return nil }
    billionths = decimals.billionths
    self.unit = unit
  }
}

extension Moment: Comparable {
  /// Whether `a` is earlier than `b`.
  package static func < (a: Moment, b: Moment) -> Bool {
    (a.seconds, a.billionths) < (b.seconds, b.billionths)
  }
}

/// The text of a moment, read from its beginning.
private struct MomentText {
  private var bytes: FieldBytes
  private var place = 0
  /// Whether a date without marks was read, as `20171003`, behind which a time has none either.
  private var isCompact = false

  init(_ bytes: FieldBytes) { self.bytes = bytes }

  var isAtEnd: Bool { place == bytes.count }
  private var next: UInt8 { place < bytes.count ? bytes[place] : 0 }

  private mutating func take(_ wanted: StaticString) -> Bool {
    guard place < bytes.count else { return false }
    let isWanted = wanted.withUTF8Buffer { $0.contains(bytes[place]) }
    if isWanted { place += 1 }
    return isWanted
  }

  /// A number of `count` digits.
  private mutating func digits(_ count: ClosedRange<Int>) -> Int64? {
    var value: Int64 = 0
    let start = place
    while place - start < count.upperBound, next &- 0x30 < 10 {
      value = value * 10 + Int64(next &- 0x30)
      place += 1
    }
    return place - start >= count.lowerBound ? value : nil
  }

  /// The days since 1970 of the date that stands here.
  mutating func date() -> Int64? {
    if isWeekday(before: " ") { return dateWithYearLast() }
    if isWeekday(before: ",") { place = 5 }
    let start = place
    var leading = 0
    while start + leading < bytes.count, bytes[start + leading] &- 0x30 < 10 { leading += 1 }
    switch leading {
    case 4:
      guard let year = digits(4...4), case let mark = next, take("-/"), let month = digits(2...2),
        next == mark,
        take("-/"), let day = digits(2...2), next &- 0x30 >= 10
      else { return nil }
      return Self.days(year, month, day)
    case 8 where start + 8 < bytes.count && bytes[start + 8] == UInt8(ascii: "T"):
      isCompact = true
      guard let year = digits(4...4), let month = digits(2...2), let day = digits(2...2) else { return nil }
      return Self.days(year, month, day)
    case 1, 2:
      guard let day = digits(1...2), case let mark = next, take("-/ "), let month = month(), next == mark,
        take("-/ "), let year = digits(4...4), next &- 0x30 >= 10
      else { return nil }
      return Self.days(year, month, day)
    default: return nil
    }
  }

  /// Whether the name of a weekday stands at the beginning, and `mark` behind it.
  private func isWeekday(before mark: Character) -> Bool {
    bytes.count > 5 && bytes[3] == mark.asciiValue && (mark == " " || bytes[4] == 0x20)
      && Self.place(of: bytes[0..<3], in: "monTuewedthufrisatsun") != nil
  }

  /// The date around a time of day that `ctime` writes, `Tue Oct  3 11:19:30 2017`; what is left to read is what lies between.
  private mutating func dateWithYearLast() -> Int64? {
    guard let blank = bytes.lastIndex(of: 0x20), bytes.count - blank == 5 else { return nil }
    place = blank + 1
    guard let year = digits(4...4) else { return nil }
    bytes = FieldBytes(rebasing: bytes[..<blank])
    place = 4
    guard let month = month(), take(" ") else { return nil }
    _ = take(" ")
    guard let day = digits(1...2), !isAtEnd else { return nil }
    return Self.days(year, month, day)
  }

  private mutating func month() -> Int64? {
    guard place + 3 <= bytes.count,
      let found = Self.place(of: bytes[place..<place + 3], in: "janfebmaraprmayjunjulaugsepoctnovdec")
    else { return nil }
    place += 3
    return Int64(found + 1)
  }

  /// The place of three letters among names of three letters each.
  private static func place(of letters: Slice<FieldBytes>, in names: String) -> Int? {
    let names = Array(names.utf8).map { $0 | 0x20 }
    return (0..<names.count / 3).first { names[$0 * 3..<$0 * 3 + 3].elementsEqual(letters.map { $0 | 0x20 }) }
  }

  /// The time of day behind a date: seconds, and decimals of the last one.
  mutating func timeOfDay() -> (seconds: Int64, decimals: Decimals?)? {
    guard take(isCompact ? "T" : "Tt :"), let hour = digits(2...2), hour < 24 else { return nil }
    guard isCompact || take(":"), let minute = digits(2...2), minute < 60 else { return nil }
    guard isCompact ? next &- 0x30 < 10 : take(":") else { return ((hour * 60 + minute) * 60, nil) }
    // A leap second is the first of the next minute, as in POSIX.
    guard let second = digits(2...2), second < 60 || (second == 60 && minute == 59) else { return nil }
    let seconds = (hour * 60 + minute) * 60 + second
    guard take(".,") else { return (seconds, nil) }
    guard let decimals = Decimals(bytes, &place) else { return nil }
    return (seconds, decimals)
  }

  /// How many seconds the zone that stands here is before Coordinated Universal Time; 0 for none.
  mutating func zone() -> Int64? {
    if isAtEnd { return 0 }
    let hasBlank = take(" ")
    let rest = bytes[place...]
    if rest.elementsEqual("Z".utf8) || rest.elementsEqual("z".utf8) || rest.elementsEqual("UTC".utf8)
      || rest.elementsEqual("GMT".utf8)
    {
      place = bytes.count
      return 0
    }
    let sign: Int64 = next == UInt8(ascii: "-") ? -1 : 1
    guard take("+-"), let hours = digits(2...2), hours < 24 else { return nil }
    _ = hasBlank
    if isAtEnd { return sign * hours * 3600 }
    _ = take(":")
    guard let minutes = digits(2...2), minutes < 60 else { return nil }
    return sign * (hours * 60 + minutes) * 60
  }

  /// The days from 1970-01-01 to a date of the Gregorian calendar; nil where there is no such date.
  ///
  /// Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms" (days_from_civil).
  private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64? {
    let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    guard year >= 1, (1...12).contains(month) else { return nil }
    let longest: Int64 = month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    guard (1...longest).contains(day) else { return nil }
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }
}
