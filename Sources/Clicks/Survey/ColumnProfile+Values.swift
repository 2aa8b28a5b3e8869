import Tables

extension ColumnProfile {
  /// Looks at the values of a column; texts that are numbers throughout are taken as numbers, and empty texts as none.
  /// - Parameter isTime: whether integers in the range of times are times.
  init(_ values: ColumnValues, name: String, number: Int, isTime: Bool) {
    self.init(name: name, number: number, kind: .text)
    switch values {
    case .integers(let values): takeIntegers(values, isTime: isTime)
    case .reals(let values): takeReals(values)
    case .names(let codes, let names): takeNames(codes, names, isTime: isTime)
    case .moments(let values, let unit):
      takeIntegers(values, isTime: false)
      (kind, self.unit) = (.time, unit)
    case .lists(let offsets, let codes, let names): takeLists(offsets, codes, names)
    case .vectors(let values, let width): takeVectors(values, width)
    }
  }

  private static let exampleCount = 3
  private static let frequentCount = 20

  private mutating func takeIntegers(_ values: [Int64], isTime: Bool) {
    kind = .integer
    var sorted = values
    sorted.sort()
    takeSorted(sorted.map { (value: $0, count: 1) }, text: { String($0) })
    takeExamples(values.lazy.map { String($0) })
    if let extremes = values.extremes, isTime { takeTime(extremes) }
  }

  private mutating func takeTime(_ extremes: (least: Int64, greatest: Int64)) {
    let unit = TimeUnit(guessedFrom: [extremes.least, extremes.greatest])
    // 1990 to 2100: what lies outside is a count of another kind.
    let usual = 631_152_000..<4_102_444_800
    guard usual.contains(Int(extremes.least / unit.ticksPerSecond)),
      usual.contains(Int(extremes.greatest / unit.ticksPerSecond))
    else { return }
    (kind, self.unit) = (.time, unit)
  }

  private mutating func takeReals(_ values: [Double]) {
    kind = .decimal
    let known = values.filter { !$0.isNaN }
    empty = values.count - known.count
    takeSorted(known.sorted().map { (value: $0, count: 1) }, text: { "\($0)" })
    takeExamples(known.lazy.map { "\($0)" })
  }

  private mutating func takeNames(_ codes: [Int32], _ names: [String], isTime: Bool) {
    var counts = [Int](repeating: 0, count: names.count)
    for code in codes { counts[Int(code)] += 1 }
    if let place = names.firstIndex(of: "") { empty = counts[place] }
    let known = names.indices.filter { !names[$0].isEmpty && counts[$0] > 0 }
    takeExamples(codes.lazy.map { names[Int($0)] }.filter { !$0.isEmpty })
    if !known.isEmpty, known.allSatisfy({ names[$0].isInteger }) {
      let integers = known.map { (value: wholeNumber(names[$0]) ?? 0, count: counts[$0]) }
      kind = .integer
      takeSorted(integers.sorted { $0.value < $1.value }, text: { String($0) })
      if isTime, let least = integers.map(\.value).min(), let greatest = integers.map(\.value).max() {
        takeTime((least, greatest))
      }
    } else if !known.isEmpty, known.allSatisfy({ names[$0].real != nil }) {
      // What is not a number is no value, in a field called NaN too.
      let reals = known.map { (value: names[$0].real ?? .nan, count: counts[$0]) }
      empty += reals.reduce(0) { $0 + ($1.value.isNaN ? $1.count : 0) }
      kind = .decimal
      takeSorted(
        reals.filter { !$0.value.isNaN }.sorted { $0.value < $1.value },
        text: { "\($0)" }
      )
      // 2.5 and 2.50 are one number.
      examples = []
      takeExamples(
        codes.lazy.compactMap { names[Int($0)].real }.filter { !$0.isNaN }.map { "\($0)" }
      )
    } else {
      distinct = known.count
      takeFrequent(known.map { Frequency(value: names[$0], count: counts[$0]) })
      let texts = known.map { names[$0] }
      parts = TextParts(texts)
      isProse = parts == nil && Self.isProse(texts)
    }
  }

  /// Whether half of the texts have four words or more.
  private static func isProse(_ texts: [String]) -> Bool {
    let some = texts.prefix(1000)
    return 2 * some.count { $0.utf8.count { $0 == 0x20 } >= 3 } >= some.count && !some.isEmpty
  }

  private mutating func takeLists(_ offsets: [Int], _ codes: [Int32], _ names: [String]) {
    kind = .list
    var counts = [Int](repeating: 0, count: names.count)
    for code in codes { counts[Int(code)] += 1 }
    let rows = offsets.indices.dropLast()
    func list(_ row: Int) -> ArraySlice<Int32> { codes[offsets[row]..<offsets[row + 1]] }
    empty = rows.count { list($0).isEmpty }
    distinct = Set(rows.lazy.map(list).filter { !$0.isEmpty }).count
    width = rows.reduce(0) { max($0, list($1).count) }
    takeFrequent(
      names.indices.filter { counts[$0] > 0 }.map { Frequency(value: names[$0], count: counts[$0]) }
    )
    takeExamples(
      rows.lazy.map(list).filter { !$0.isEmpty }.map { $0.map { names[Int($0)] }.joined(separator: ", ") }
    )
  }

  private mutating func takeVectors(_ values: [Float], _ width: Int) {
    (kind, self.width) = (.vector, width)
    guard width > 0 else { return }
    let rows = 0..<values.count / width
    func vector(_ row: Int) -> ArraySlice<Float> { values[row * width..<(row + 1) * width] }
    distinct = Set(rows.lazy.map(vector)).count
    (least, greatest) = (values.min().map { "\($0)" }, values.max().map { "\($0)" })
    takeExamples(rows.lazy.map { row in vector(row).prefix(3).map { "\($0)" }.joined(separator: " ") + " …" })
  }

  /// Takes in values in ascending order, of which equal ones may follow each other.
  private mutating func takeSorted<Value: Equatable>(
    _ values: [(value: Value, count: Int)],
    text: (Value) -> String
  ) {
    var runs: [(value: Value, count: Int)] = []
    var start = 0
    while start < values.count {
      var (end, count) = (start + 1, values[start].count)
      while end < values.count, values[end].value == values[start].value {
        count += values[end].count
        end += 1
      }
      distinct += 1
      Self.keep((values[start].value, count), in: &runs)
      start = end
    }
    (least, greatest) = (values.first.map { text($0.value) }, values.last.map { text($0.value) })
    frequent = runs.map { Frequency(value: text($0.value), count: $0.count) }
  }

  /// Keeps the most frequent values, in descending order of their counts and then as they came.
  private static func keep<Value>(
    _ run: (value: Value, count: Int),
    in runs: inout [(value: Value, count: Int)]
  ) {
    guard runs.count < frequentCount || run.count > (runs.last?.count ?? 0) else { return }
    runs.insert(run, at: runs.firstIndex { $0.count < run.count } ?? runs.count)
    if runs.count > frequentCount { runs.removeLast() }
  }

  private mutating func takeFrequent(_ values: [Frequency]) {
    var runs: [(value: String, count: Int)] = []
    for value in values { Self.keep((value.value, value.count), in: &runs) }
    frequent = runs.map { Frequency(value: $0.value, count: $0.count) }
  }

  private mutating func takeExamples(_ values: some Sequence<String>) {
    for value in values where !examples.contains(value) {
      examples.append(value)
      if examples.count == Self.exampleCount { return }
    }
  }
}

extension String {
  /// Whether it is an integer as programs write it.
  fileprivate var isInteger: Bool { !isEmpty && !isName(in: .integerOrName) }

  /// The decimal number that it is, or nil; 007 is none, and digits beyond 64 bits are none, since something would be lost of
  /// them.
  fileprivate var real: Double? {
    let digits = utf8.first == UInt8(ascii: "-") ? utf8.dropFirst() : utf8[...]
    if digits.first == 0x30, let next = digits.dropFirst().first, next &- 0x30 < 10 { return nil }
    if !isInteger, digits.allSatisfy({ $0 &- 0x30 < 10 }) { return nil }
    if case .value(let value) = Array(utf8).withUnsafeBufferPointer(realField) { return value }
    return nil
  }
}
