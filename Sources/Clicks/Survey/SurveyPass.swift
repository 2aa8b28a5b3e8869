import Memory
import Tables

/// One way through a table, some columns at a time: what each holds, which rows are the same, and the clicks.
struct SurveyPass {
  private let reader: any TableReader
  private let guess: ColumnGuess
  private let isDelimited: Bool
  private(set) var rows = 0
  private(set) var profiles: [ColumnProfile] = []
  /// Two independent digests of each row's values so far.
  private var digests: [RowDigest] = []
  private var keys: [ColumnGuess.Role: ColumnKeys] = [:]
  private var firstProblem: DataError?
  /// Why columns cannot be read, by their places.
  private var problems: [Int: String] = [:]

  /// About how many bytes of columns are read at once.
  private static let budget = 512 << 20

  init(_ reader: any TableReader, _ guess: ColumnGuess, isDelimited: Bool) {
    (self.reader, self.guess, self.isDelimited) = (reader, guess, isDelimited)
  }

  mutating func readAll() throws {
    var next = 0
    // The first column tells how many rows there are, and so how many columns fit.
    while next < reader.header.count {
      let width = rows == 0 ? 1 : max(1, Self.budget / (rows * 8))
      let places = next..<min(reader.header.count, next + width)
      for (place, values) in zip(places, try read(places)) { try take(values, place) }
      next = places.upperBound
    }
    if let firstProblem, profiles.allSatisfy({ $0.kind == .unreadable }) { throw firstProblem }
  }

  /// The columns at `places`; nil where one cannot be read.
  private mutating func read(_ places: Range<Int>) throws -> [ColumnValues?] {
    do {
      return try reader.read(places.map { request($0, .integerOrName) }).columns
    } catch let error as DataError {
      if places.count > 1 {
        var all: [ColumnValues?] = []
        for place in places { all += try read(place..<place + 1) }
        return all
      }
      // Of delimited text every column can be read, unless a line is wrong.
      guard !isDelimited else { throw error }
      for type in [ColumnType.names(separator: nil), .real, .vector] {
        guard let values = try? reader.read([request(places.lowerBound, type)]).columns else { continue }
        guard values[0].looksLikeVectors,
          let vectors = try? reader.read([request(places.lowerBound, .vector)]).columns
        else { return values }
        return vectors
      }
      firstProblem = firstProblem ?? error
      problems[places.lowerBound] = error.message
      return [nil]
    }
  }

  private func request(_ place: Int, _ type: ColumnType, empty: EmptyFieldRule = .substitute) -> ColumnRequest
  {
    var request = ColumnRequest(reader.selector(at: place), as: type, empty: empty)
    request.allowsLatin1 = true
    return request
  }

  private mutating func take(_ values: ColumnValues?, _ place: Int) throws {
    let name = reader.header[place]
    guard let values else {
      var profile = ColumnProfile(name: name, number: place + 1, kind: .unreadable)
      profile.problem = problems[place]
      profiles.append(profile)
      return
    }
    if rows == 0 { rows = values.count }
    guard values.count == rows else {
      throw DataError(
        "column '\(name)' has \(values.count) rows where others have \(rows): did the file change while it was read?",
        file: reader.name
      )
    }
    let role = guess.columns.first { $0.index == place }?.role
    let looksTimely = role == .time || isNamedLikeTime(name)
    var profile = ColumnProfile(values, name: name, number: place + 1, isTime: looksTimely)
    var times: ColumnValues? = values
    let mayBeDates =
      profile.kind == .text && (looksTimely || profile.examples.allSatisfy { Moment($0) != nil })
    if mayBeDates || (profile.kind == .decimal && role == .time) {
      times = takeDates(place, values, &profile)
    }
    profiles.append(profile)
    digest(values)
    switch role {
    case .user: keys[.user] = ColumnKeys(ids: values)
    case .item: keys[.item] = ColumnKeys(ids: values)
    case .time where profile.kind == .time: keys[.time] = times.flatMap(ColumnKeys.init(times:))
    default: break
    }
  }

  /// Texts that are read as times are times; gives these, with ``ColumnKeys/missing`` for an empty text.
  private func takeDates(_ place: Int, _ texts: ColumnValues, _ profile: inout ColumnProfile) -> ColumnValues?
  {
    guard case .names(let codes, let names) = texts,
      let read = try? reader.read([request(place, .time)]).columns.first,
      case .moments(var moments, let unit) = read, moments.count == codes.count
    else { return nil }
    let empty = names.firstIndex(of: "").map { Int32($0) }
    let known = moments.indices.filter { codes[$0] != empty }.map { moments[$0] }
    guard let extremes = known.extremes else { return nil }
    for row in moments.indices where codes[row] == empty { moments[row] = ColumnKeys.missing }
    (profile.kind, profile.unit) = (.time, unit)
    (profile.least, profile.greatest) = (String(extremes.least), String(extremes.greatest))
    return .moments(moments, unit)
  }

  private mutating func digest(_ values: ColumnValues) {
    if digests.isEmpty { digests = [RowDigest](repeating: RowDigest(), count: rows) }
    digests.withUnsafeMutableBufferPointer { digests in
      switch values {
      case .integers(let values), .moments(let values, _):
        for row in digests.indices { digests[row].add(UInt64(bitPattern: values[row])) }
      case .reals(let values): for row in digests.indices { digests[row].add(values[row].bitPattern) }
      case .names(let codes, _): for row in digests.indices { digests[row].add(UInt64(codes[row].magnitude)) }
      case .lists(let offsets, let codes, _):
        for row in digests.indices {
          for place in offsets[row]..<offsets[row + 1] { digests[row].add(UInt64(codes[place].magnitude)) }
          digests[row].add(UInt64.max)
        }
      case .vectors(let values, let width):
        for row in digests.indices {
          for place in row * width..<(row + 1) * width { digests[row].add(UInt64(values[place].bitPattern)) }
        }
      }
    }
  }

  /// How many rows have the digest of one before them. Two rows of different values have the same digest with a chance of
  /// 2^-128.
  var doubledRows: Int {
    let sorted = digests.sorted()
    return zip(sorted, sorted.dropFirst()).count { $0 == $1 }
  }

  /// The clicks, where there are users and items.
  var clicks: ClickSurvey? {
    guard let users = keys[.user], let items = keys[.item] else { return nil }
    return ClickSurvey(users: users, items: items, times: keys[.time])
  }
}

extension ColumnValues {
  /// Whether these are lists of as many numbers in each row, with fractions among them: names have none.
  fileprivate var looksLikeVectors: Bool {
    guard case .lists(let offsets, _, let names) = self, offsets.count > 1, offsets[1] > 1 else {
      return false
    }
    let width = offsets[1] - offsets[0]
    return zip(offsets, offsets.dropFirst()).allSatisfy { $1 - $0 == width }
      && names.contains { wholeNumber($0) == nil } && names.allSatisfy(isNumber)
  }
}

/// A digest of the values of a row, in order: 128 bits.
private struct RowDigest: Comparable {
  private var first: UInt64 = 0
  private var second: UInt64 = 0x9E37_79B9_7F4A_7C15

  mutating func add(_ value: UInt64) {
    first = SplitMix.mix(first ^ value)
    second = SplitMix.mix(second &+ SplitMix.finish(value ^ 0xD1B5_4A32_D192_ED03))
  }

  static func < (a: Self, b: Self) -> Bool { a.first == b.first ? a.second < b.second : a.first < b.first }
}
