import Memory

/// One column of many files, which are added in their order; in the end it is what one file with all their rows would give.
///
/// Values are moved to where they stay as each file is read, so that no more than the result and a file is held. Codes of
/// names are those of their own files until all are known.
final class ColumnMerge {
  /// What was added of one file.
  private struct Part {
    var file: String
    var kind: Kind
    /// Its values in the storage of its kind.
    var range: Range<Int>
    /// The number of its names in the union.
    var names = 0
    /// The unit of its moments.
    var unit = TimeUnit.seconds
    /// Likewise its codes, where it is lists, whose range is of offsets.
    var codes = 0..<0
  }

  private enum Kind { case integers, reals, names, moments, lists, vectors }

  let request: ColumnRequest
  /// The first thing that did not fit; what is added later is left out.
  private(set) var failure: (any Error)?
  private var parts: [Part] = []
  private var integers: [Int64] = []
  private var reals: [Double] = []
  private var codes: [Int32] = []
  private var offsets: [Int] = [0]
  private var floats: [Float] = []
  private var width: Int?
  private var union = NameUnion()

  init(_ request: ColumnRequest) { self.request = request }

  /// Takes the values of the next file.
  /// - Parameter expected: how many rows there will be in all, as far as is known, to make room for once.
  func add(_ column: FileColumn, of file: String, expected: Int) {
    guard failure == nil else { return }
    do {
      if case .keptIntegers(let bundle, let name) = column {
        try append(try bundle.count(name), to: &integers, .integers, file, expected) {
          try bundle.appendInt64(name, to: &$0)
        }
        return passOverNoTimes()
      }
      switch try column.values {
      case .integers(let values):
        append(values, to: &integers, .integers, file, expected)
        passOverNoTimes()
      case .reals(let values): append(values, to: &reals, .reals, file, expected)
      case .moments(let values, let unit):
        append(values, to: &integers, .moments, file, expected)
        parts[parts.count - 1].unit = unit
      case .names(let values, let names):
        append(values, to: &codes, .names, file, expected)
        parts[parts.count - 1].names = try union.add(names)
      case .lists(let ends, let values, let names): try add(lists: ends, values, names, file, expected)
      case .vectors(let values, let width): try add(vectors: values, width, file, expected)
      }
    } catch { failure = error }
  }

  /// A file of empty fields says nothing of how times are written.
  private func passOverNoTimes() {
    guard request.type == .time, let added = parts.last?.range, !added.isEmpty,
      integers[added].allSatisfy({ $0 == ColumnValues.noTime })
    else { return }
    parts[parts.count - 1].kind = .moments
  }

  private func append<Value>(
    _ values: [Value],
    to storage: inout [Value],
    _ kind: Kind,
    _ file: String,
    _ expected: Int
  ) {
    append(values.count, to: &storage, kind, file, expected) { $0 += values }
  }

  private func append<Value>(
    _ count: Int,
    to storage: inout [Value],
    _ kind: Kind,
    _ file: String,
    _ expected: Int,
    by body: (inout [Value]) throws -> Void
  ) rethrows {
    let start = storage.count
    // Not twice what is needed, as an array that grows by itself takes.
    if storage.capacity < start + count { storage.reserveCapacity(max(start + count, expected)) }
    try body(&storage)
    parts.append(Part(file: file, kind: kind, range: start..<storage.count))
  }

  private func add(
    lists ends: [Int],
    _ values: [Int32],
    _ names: [String],
    _ file: String,
    _ expected: Int
  ) throws {
    let start = codes.count
    append(ends.dropFirst().map { start + $0 }, to: &offsets, .lists, file, expected + 1)
    codes += values
    parts[parts.count - 1].codes = start..<codes.count
    parts[parts.count - 1].names = try union.add(names)
  }

  private func add(vectors values: [Float], _ width: Int, _ file: String, _ expected: Int) throws {
    if let known = self.width, known != width, let first = parts.first {
      throw DataError(
        "column '\(request.selector)': its vectors have \(width) numbers, those of '\(first.file)' \(known)",
        file: file
      )
    }
    self.width = width
    append(values, to: &floats, .vectors, file, expected * width)
  }

  // MARK: Integers and names

  /// Whether some files have whole numbers and others names: then all are names.
  private var isMixed: Bool {
    parts.contains { $0.kind == .names } && parts.contains { $0.kind == .integers }
  }

  /// The places, among the files that were added, of those whose fields must be read anew, as names: numbers in them may
  /// have stood in blanks, or for empty fields.
  var filesToReadAsNames: [Int] {
    guard isMixed, !hasPlainDigits else { return [] }
    return parts.indices.filter { parts[$0].kind == .integers && !parts[$0].range.isEmpty }
  }

  /// Whether each whole number was read of its own digits and nothing else.
  private var hasPlainDigits: Bool { request.type == .identifier && request.empty != .substitute }

  /// Puts names in the place of the whole numbers of a file.
  func replace(_ part: Int, with column: FileColumn) {
    guard case .values(.names(let own, let names)) = column, own.count == parts[part].range.count else {
      failure = failure ?? DataError("the file changed while it was read", file: parts[part].file)
      return
    }
    do {
      parts[part].names = try union.add(names)
      parts[part].range = codes.count..<codes.count + own.count
      parts[part].kind = .names
      codes += own
    } catch { failure = failure ?? error }
  }

  // MARK: The result

  /// All values. Nothing can be added afterwards.
  /// - Throws: `DataError` that names the first file whose values do not go with those of the files before it.
  func values(threads: Int) throws -> ColumnValues {
    if let failure { throw failure }
    if isMixed { try nameDigits() }
    // What a file without rows holds does not matter.
    guard let first = parts.first(where: { !$0.range.isEmpty }) ?? parts.first else { return .integers([]) }
    if let other = parts.first(where: { $0.kind != first.kind && !$0.range.isEmpty }) {
      throw mismatch(first, other)
    }
    switch first.kind {
    case .integers: return .integers(integers)
    case .reals: return .reals(reals)
    case .vectors: return .vectors(floats, width: width ?? 0)
    case .moments:
      let unit = try bringToOneUnit(threads: threads)
      return .moments(integers, unit)
    case .names:
      let names = try placeNames(\.range, threads: threads)
      return .names(codes: codes, names: names)
    case .lists:
      let names = try placeNames(\.codes, threads: threads)
      return .lists(offsets: offsets, codes: codes, names: names)
    }
  }

  private func mismatch(_ first: Part, _ other: Part) -> DataError {
    func words(_ kind: Kind) -> String {
      switch kind {
      case .integers: "whole numbers"
      case .reals: "decimal numbers"
      case .names: "names"
      case .moments: "moments, such as dates"
      case .lists: "lists"
      case .vectors: "vectors"
      }
    }
    return DataError(
      "column '\(request.selector)': it holds \(words(other.kind)), and in '\(first.file)' \(words(first.kind)); "
        + "write it in one way in all files",
      file: other.file
    )
  }

  /// Makes names of the files that have whole numbers, and puts the codes of all files in order.
  private func nameDigits() throws {
    var ordered: [Int32] = []
    ordered.reserveCapacity(parts.reduce(0) { $0 + $1.range.count })
    for place in parts.indices {
      let start = ordered.count
      switch parts[place].kind {
      case .names: ordered += codes[parts[place].range]
      case .integers:
        let named = ColumnValues.digits(of: integers[parts[place].range])
        ordered += named.codes
        parts[place].names = try union.add(named.names)
        parts[place].kind = .names
      case .reals, .moments, .lists, .vectors: continue
      }
      parts[place].range = start..<ordered.count
    }
    codes = ordered
    integers = []
  }

  /// Makes codes into all names of those into the names of each file; returns all names.
  private func placeNames(_ range: KeyPath<Part, Range<Int>>, threads: Int) throws -> [String] {
    // What files have re-read stands behind all others.
    if zip(parts, parts.dropFirst()).contains(where: {
      $0[keyPath: range].upperBound != $1[keyPath: range].lowerBound
    }) || parts.first?[keyPath: range].lowerBound != 0 {
      try nameDigits()
    }
    let (names, places) = try union.finish()
    let parts = parts
    codes.withUnsafeMutableBufferPointer { codes in
      Threads(threads).forEach(parts.count) { task in
        places[parts[task].names].withUnsafeBufferPointer { places in
          for row in parts[task][keyPath: range] { codes[row] = places[Int(codes[row])] }
        }
      }
    }
    return names
  }

  /// Brings moments to the finest unit of any file.
  private func bringToOneUnit(threads: Int) throws -> TimeUnit {
    let finest = parts.map(\.unit).max { $0.ticksPerSecond < $1.ticksPerSecond } ?? .seconds
    for part in parts where part.unit != finest {
      let factor = finest.ticksPerSecond / part.unit.ticksPerSecond
      for row in part.range where integers[row] != ColumnValues.noTime {
        let (moment, overflows) = integers[row].multipliedReportingOverflow(by: factor)
        guard !overflows else {
          throw DataError(
            "column '\(request.selector)': its moments are too far from 1970 to be counted in \(finest.words), as those "
              + "of other files are",
            file: part.file
          )
        }
        integers[row] = moment
      }
    }
    return finest
  }
}
