import Memory
import Parquet

/// Names and lists of names.
extension ParquetFields {
  /// The slots as names; those that are empty have the empty name.
  func names(_ request: ColumnRequest, _ threads: Threads) throws(RowProblem) -> ColumnValues {
    guard case .texts(let texts) = values else { return namesOfValues(request) }
    var codes = texts.places
    var tables = [NameTable](repeating: NameTable(), count: texts.parts.count)
    codes.withUnsafeMutableBufferPointer { codes in
      tables.withUnsafeMutableBufferPointer { tables in
        threads.forEach(tables.count) { part in
          tables[part] = Self.table(
            texts.parts[part],
            UnsafeMutableBufferPointer(rebasing: codes[texts.parts[part].slots])
          )
        }
      }
    }
    let merged = MergedNames(tables, allowsLatin1: request.allowsLatin1)
    if let slot = merged.invalidOffset {
      throw RowProblem(row: row(of: slot), message: "a name is not UTF-8")
    }
    codes.withUnsafeMutableBufferPointer { codes in
      threads.forEach(tables.count) { part in
        let places = merged.codes[part]
        for slot in texts.parts[part].slots { codes[slot] = places[Int(codes[slot])] }
      }
    }
    return .names(codes: codes, names: merged.names)
  }

  /// Numbers the names of a part, each entry once, and rewrites its slots accordingly.
  private static func table(_ part: ParquetTexts.Part, _ slots: UnsafeMutableBufferPointer<Int32>)
    -> NameTable
  {
    var table = NameTable()
    var known = [Int32](repeating: -1, count: part.entries.count)
    for (place, entry) in slots.enumerated() {
      let offset = part.slots.lowerBound + place
      guard entry >= 0 else {
        slots[place] = table.code(of: FieldBytes(start: nil, count: 0), fileOffset: offset)
        continue
      }
      if known[Int(entry)] < 0 {
        known[Int(entry)] = table.code(of: part.entries[Int(entry)], fileOffset: offset)
      }
      slots[place] = known[Int(entry)]
    }
    return table
  }

  private func namesOfValues(_ request: ColumnRequest) -> ColumnValues {
    var table = NameTable()
    let count = lengths.map { $0.reduce(0) { $0 + Int(max($1, 0)) } } ?? rows
    let codes = (0..<count).map { slot in
      var text = text(slot)
      return text.withUTF8 { table.code(of: $0, fileOffset: slot, isTemporary: true) }
    }
    let merged = MergedNames([table])
    return .names(codes: codes.map { merged.codes[0][Int($0)] }, names: merged.names)
  }

  /// The rows' lists, without elements that are null or empty.
  func lists(_ request: ColumnRequest, _ threads: Threads) throws(RowProblem) -> ColumnValues {
    guard let lengths, case .names(let codes, let names) = try names(request, threads) else {
      return .lists(offsets: [0], codes: [], names: [])
    }
    var kept: (offsets: [Int], codes: [Int32]) = ([0], [])
    kept.offsets.reserveCapacity(rows + 1)
    var slot = 0
    for length in lengths {
      for code in codes[slot..<slot + Int(max(length, 0))] where !names[Int(code)].isEmpty {
        kept.codes.append(code)
      }
      slot += Int(max(length, 0))
      kept.offsets.append(kept.codes.count)
    }
    return ColumnValues.lists(offsets: kept.offsets, codes: kept.codes, names: names).withoutUnusedNames()
  }

  /// The rows' lists as numbers, as many in each row.
  func vectors() throws(RowProblem) -> ColumnValues {
    guard let lengths else {
      if case .texts(let texts) = values { return try vectors(texts) }
      return .vectors(try finite(), width: 1)
    }
    guard let width = lengths.first(where: { $0 >= 0 }) else {
      throw RowProblem(row: 0, message: "expected a list of numbers, got a null in every row")
    }
    // A row without a vector has zeros.
    for (row, length) in lengths.enumerated() where length >= 0 && length != width {
      throw RowProblem(row: row, message: "expected \(width) numbers, as in the first row, got \(length)")
    }
    guard width > 0 else { throw RowProblem(row: 0, message: "expected a list of numbers, got an empty one") }
    let numbers = try finite()
    var vectors: [Float] = []
    vectors.reserveCapacity(rows * Int(width))
    var slot = 0
    for length in lengths {
      guard length > 0 else {
        vectors += [Float](repeating: 0, count: Int(width))
        continue
      }
      vectors += numbers[slot..<slot + Int(length)]
      slot += Int(length)
    }
    return .vectors(vectors, width: Int(width))
  }

  /// Texts such as `[0.5, 1]` as numbers, as many in each; a row without a text has zeros.
  private func vectors(_ texts: ParquetTexts) throws(RowProblem) -> ColumnValues {
    var read: [[Float]?] = []
    read.reserveCapacity(rows)
    var width: Int?
    for row in 0..<rows {
      guard let field = texts.bytes(row), !field.isEmpty else {
        read.append(nil)
        continue
      }
      let numbers = vectorFields(field).map { number -> Float? in
        guard case .value(let value) = realField(number), Float(value).isFinite else { return nil }
        return Float(value)
      }
      let values = numbers.compactMap { $0 }
      guard !numbers.isEmpty, values.count == numbers.count else {
        let got = quotedBytes(Array(field.prefix(41)))
        throw RowProblem(
          row: row,
          message: "expected a list of finite numbers such as [0.5, 1], got \(got)"
        )
      }
      if let width, width != values.count {
        throw RowProblem(
          row: row,
          message: "expected a list of \(width) numbers, as in the rows before, got \(values.count)"
        )
      }
      width = values.count
      read.append(values)
    }
    guard let width else {
      throw RowProblem(row: 0, message: "expected a list of numbers, got an empty field in every row")
    }
    let none = [Float](repeating: 0, count: width)
    return .vectors(read.flatMap { $0 ?? none }, width: width)
  }

  /// The slots as numbers, none of which is missing or infinite.
  private func finite() throws(RowProblem) -> [Float] {
    if let slot = lengths == nil ? nil : isPresent?.firstIndex(of: 0) {
      throw RowProblem(row: row(of: slot), message: "expected numbers, got a null among them")
    }
    let numbers: [Float]
    if case .floats(let values) = values { numbers = values } else { numbers = try reals().map { Float($0) } }
    if let slot = numbers.firstIndex(where: { !$0.isFinite }), !isNull(slot: slot) {
      throw RowProblem(row: row(of: slot), message: "expected finite numbers, got '\(text(slot))'")
    }
    return numbers
  }
}

extension ColumnValues {
  /// Lists of the names that stand between separators in each row's text; blanks around a name are none of it, empty names
  /// are left out. Each distinct text is cut once.
  func cut(at separator: UInt8?) -> ColumnValues {
    guard case .names(let codes, let texts) = self else { return self }
    var places: [[UInt8]: Int] = [:]
    var found: [[UInt8]] = []
    let parts: [[Int]] = texts.map { text in
      let bytes = Array(text.utf8)
      let cut = separator.map { bytes.split(separator: $0) } ?? [bytes[...]]
      return cut.map(Self.withoutBlanks).filter { !$0.isEmpty }.map { name in
        if let place = places[name] { return place }
        places[name] = found.count
        found.append(name)
        return found.count - 1
      }
    }
    let order = found.indices.sorted { found[$0].lexicographicallyPrecedes(found[$1]) }
    var sorted = [Int32](repeating: 0, count: found.count)
    for (place, name) in order.enumerated() { sorted[name] = Int32(place) }
    var lists: (offsets: [Int], codes: [Int32]) = ([0], [])
    lists.offsets.reserveCapacity(codes.count + 1)
    for code in codes {
      for name in parts[Int(code)] { lists.codes.append(sorted[name]) }
      lists.offsets.append(lists.codes.count)
    }
    let names = order.map { String(decoding: found[$0], as: UTF8.self) }
    return .lists(offsets: lists.offsets, codes: lists.codes, names: names)
  }

  private static func withoutBlanks(_ name: ArraySlice<UInt8>) -> [UInt8] {
    let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
    return name.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
  }
}
