/// Values in the form in which pages have them: each a range of bytes, and in a dictionary where that is shorter.
struct WrittenValues {
  /// The bytes of a dictionary page, and how many values it has; nil where there is none.
  private(set) var dictionary: (bytes: [UInt8], count: Int)?
  /// The least and the greatest value; nil where there is no order or it would be long.
  private(set) var extremes: (least: [UInt8], greatest: [UInt8])?
  let count: Int

  private let values: ParquetFieldValues.Values
  /// The places in the dictionary.
  private var places: [UInt32] = []
  /// A page may have the bytes of so many distinct values in front of it.
  private static let greatestDictionary = 1 << 20
  private static let longestExtreme = 256

  init(_ values: ParquetFieldValues.Values) {
    self.values = values
    count = values.count
    switch values {
    case .booleans(let values):
      if !values.isEmpty {
        extremes = ([values.contains(false) ? 0 : 1], [values.contains(true) ? 1 : 0])
      }
    case .int32s(let values):
      takeDictionary(values.map { UInt64(UInt32(bitPattern: $0)) }, width: 4)
      takeExtremes(values)
    case .int64s(let values):
      takeDictionary(values.map { UInt64(bitPattern: $0) }, width: 8)
      takeExtremes(values)
    case .floats(let values):
      takeDictionary(values.map { UInt64($0.bitPattern) }, width: 4)
      if !values.contains(where: \.isNaN) {
        takeExtremes(values.map { $0 == 0 ? 0 : $0 }) { $0 == 0 ? -0.0 : $0 }
      }
    case .doubles(let values):
      takeDictionary(values.map(\.bitPattern), width: 8)
      if !values.contains(where: \.isNaN) {
        takeExtremes(values.map { $0 == 0 ? 0 : $0 }) { $0 == 0 ? -0.0 : $0 }
      }
    case .texts(let texts): takeTexts(texts)
    case .codes(let codes, let names): takeCodes(codes, names)
    }
  }

  /// The bits of a place in the dictionary.
  private var width: Int {
    let greatest = (dictionary?.count ?? 1) - 1
    return max(1, Int.bitWidth - greatest.leadingZeroBitCount)
  }

  /// What a page holds behind its levels: the values in `range`.
  func page(_ range: Range<Int>) -> [UInt8] {
    if dictionary != nil {
      return [UInt8(width)] + HybridEncoder.bytes(places[range], width: width)
    }
    switch values {
    case .booleans(let values):
      var bytes = [UInt8](repeating: 0, count: (range.count + 7) / 8)
      for (place, value) in values[range].enumerated() where value {
        bytes[place >> 3] |= 1 << UInt8(place & 7)
      }
      return bytes
    case .int32s(let values): return Self.bytes(values[range])
    case .int64s(let values): return Self.bytes(values[range])
    case .floats(let values): return Self.bytes(values[range])
    case .doubles(let values): return Self.bytes(values[range])
    case .texts(let texts): return texts[range].flatMap { Self.bytes(text: $0) }
    case .codes(let codes, let names): return codes[range].flatMap { Self.bytes(text: names[Int($0)]) }
    }
  }

  private static func bytes<Number: BitwiseCopyable>(_ numbers: ArraySlice<Number>) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }

  private static func bytes(text: String) -> [UInt8] {
    let bytes = Array(text.utf8)
    return withUnsafeBytes(of: UInt32(bytes.count).littleEndian) { Array($0) } + bytes
  }

  // MARK: Dictionaries

  private mutating func takeDictionary(_ words: [UInt64], width: Int) {
    var table = WordTable()
    var places: [UInt32] = []
    places.reserveCapacity(words.count)
    // With more it would be no shorter than the values.
    let limit = min(Self.greatestDictionary / width, words.count * 2 / 3)
    for word in words {
      places.append(table.place(of: word))
      guard table.words.count <= limit else { return }
    }
    guard !words.isEmpty else { return }
    let bytes = table.words.flatMap { word in
      (0..<width).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) }
    }
    takeDictionary(bytes, table.words.count, places, plainSize: words.count * width)
  }

  private mutating func takeDictionary(_ bytes: [UInt8], _ count: Int, _ places: [UInt32], plainSize: Int) {
    let bits = max(1, Int.bitWidth - (count - 1).leadingZeroBitCount)
    guard bytes.count + places.count * bits / 8 < plainSize else { return }
    dictionary = (bytes, count)
    self.places = places
  }

  private mutating func takeTexts(_ texts: [String]) {
    var known: [[UInt8]: Int32] = [:]
    var names: [String] = []
    var codes: [Int32] = []
    codes.reserveCapacity(texts.count)
    for text in texts {
      let bytes = Array(text.utf8)
      if let code = known[bytes] {
        codes.append(code)
      } else {
        known[bytes] = Int32(names.count)
        codes.append(Int32(names.count))
        names.append(text)
      }
    }
    takeCodes(codes, names)
  }

  private mutating func takeCodes(_ codes: [Int32], _ names: [String]) {
    var placeOfName = [UInt32](repeating: .max, count: names.count)
    var used: [Int] = []
    var plainSize = 0
    let places = codes.map { code -> UInt32 in
      let name = Int(code)
      plainSize += 4 + names[name].utf8.count
      if placeOfName[name] == .max {
        placeOfName[name] = UInt32(used.count)
        used.append(name)
      }
      return placeOfName[name]
    }
    guard let first = used.first else { return }
    let size = used.reduce(0) { $0 + 4 + names[$1].utf8.count }
    if size <= Self.greatestDictionary {
      takeDictionary(used.flatMap { Self.bytes(text: names[$0]) }, used.count, places, plainSize: plainSize)
    }
    var (least, greatest) = (first, first)
    for name in used {
      if names[name].utf8.lexicographicallyPrecedes(names[least].utf8) { least = name }
      if names[greatest].utf8.lexicographicallyPrecedes(names[name].utf8) { greatest = name }
    }
    let ends = (Array(names[least].utf8), Array(names[greatest].utf8))
    if max(ends.0.count, ends.1.count) <= Self.longestExtreme { extremes = ends }
  }

  /// - Parameter lowered: the least value as statistics have it: zero as minus zero.
  private mutating func takeExtremes<Number: Comparable & BitwiseCopyable>(
    _ numbers: [Number],
    _ lowered: (Number) -> Number = { $0 }
  ) {
    guard let least = numbers.min(), let greatest = numbers.max() else { return }
    extremes = (Self.bytes([lowered(least)]), Self.bytes([greatest]))
  }
}

/// Distinct words of 64 bits, numbered in the order of their first occurrence.
private struct WordTable {
  private(set) var words: [UInt64] = []
  private var slots = [UInt32](repeating: .max, count: 1024)

  mutating func place(of word: UInt64) -> UInt32 {
    var slot = Self.slot(word, slots.count)
    while slots[slot] != .max {
      if words[Int(slots[slot])] == word { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    slots[slot] = UInt32(words.count)
    words.append(word)
    if words.count * 2 > slots.count { grow() }
    return UInt32(words.count - 1)
  }

  private mutating func grow() {
    slots = [UInt32](repeating: .max, count: slots.count * 2)
    for (place, word) in words.enumerated() {
      var slot = Self.slot(word, slots.count)
      while slots[slot] != .max { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(place)
    }
  }

  private static func slot(_ word: UInt64, _ count: Int) -> Int {
    let mixed = word &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: (mixed ^ mixed >> 32) & UInt64(count - 1))
  }
}
