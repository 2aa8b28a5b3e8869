extension ColumnValues {
  /// A column of texts as lists of the names that stand between separators.
  func lists(cutAt separator: UInt8?) -> ColumnValues {
    guard case .names(let codes, let names) = self else { return self }
    return .lists(ofTexts: names, codes: codes, separator: separator)
  }

  /// Lists of the names that stand between separators; blanks around a name are none of it, empty names are left out.
  /// - Parameters:
  ///   - texts: distinct texts.
  ///   - codes: the place of each row's text, `[rows]`.
  private static func lists(ofTexts texts: [String], codes: [Int32], separator: UInt8?) -> ColumnValues {
    var places: [[UInt8]: Int] = [:]
    var found: [[UInt8]] = []
    let parts: [[Int]] = texts.map { text in
      let cut = separator.map { text.utf8.split(separator: $0).map(Array.init) } ?? [Array(text.utf8)]
      return cut.map(trimmed).filter { !$0.isEmpty }.map { name in
        if let place = places[name] { return place }
        places[name] = found.count
        found.append(name)
        return found.count - 1
      }
    }
    let order = found.indices.sorted { found[$0].lexicographicallyPrecedes(found[$1]) }
    var sorted = [Int32](repeating: 0, count: found.count)
    for (place, name) in order.enumerated() { sorted[name] = Int32(place) }
    var offsets = [0]
    offsets.reserveCapacity(codes.count + 1)
    var values: [Int32] = []
    for code in codes {
      for name in parts[Int(code)] { values.append(sorted[name]) }
      offsets.append(values.count)
    }
    return .lists(
      offsets: offsets,
      codes: values,
      names: order.map { String(decoding: found[$0], as: UTF8.self) }
    )
  }

  private static func trimmed(_ name: [UInt8]) -> [UInt8] {
    Array(name.drop { $0 == 0x20 || $0 == 0x09 }.reversed().drop { $0 == 0x20 || $0 == 0x09 }.reversed())
  }
}
