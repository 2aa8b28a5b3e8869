/// One wanted column as the parser of a piece sees it.
struct FieldPlan {
  /// The place of the column in the file.
  var index: Int
  /// How many delimiters stand between the end of the wanted field before (or the line's start) and this one; -1 where it is
  /// the same field.
  var skip: Int
  var type: ColumnType
  /// Whether digits alone are a field of it, as integers or counts have them.
  var takesDigits: Bool
  var times: TimeForm
  var empty: EmptyFieldRule
  /// The place of the column among the wanted ones.
  var column: Int
  /// Whether its field is all that is left of the line (`ExtraFields.join`).
  var takesRest: Bool
  /// Where the values go: `Int64` (integers and times), `Double` (reals), `Int32` (names; of lists and vectors, how many).
  var output: UnsafeMutableRawPointer
}

/// The first thing that went wrong in a piece.
struct RowFailure {
  enum Problem {
    case tooFewFields
    case tooManyFields
    case emptyField
    case notAnInteger([UInt8])
    case outOfRange([UInt8])
    case notANumber([UInt8])
    case lineTooLong
    /// A field that is no time.
    case notATime([UInt8])
    /// A field that is a time where the column's are of this form.
    case timesAre(TimeForm, [UInt8])
    /// A count among moments, or the other way about.
    case mixedTimes([UInt8])
    /// A moment that the unit has no count for.
    case timeOutOfRange([UInt8])
    /// A list or an object where one value was asked for.
    case notAValue([UInt8])
    /// Something that is no list of numbers.
    case notAVector([UInt8])
    /// A list of so many numbers after ones of so many.
    case width(Int, Int)
    /// A line that is not as its form has it, in words.
    case broken(String)
  }
  var problem: Problem
  /// Where in the file the field, or else its line, stands.
  var fileOffset: Int
  /// The wanted column it is about.
  var column: Int
}

/// What came out of one piece.
struct ChunkResult {
  /// The lists of one column.
  struct Lists {
    /// The names of all rows' lists, by their number in the column's table.
    var codes: [Int32] = []
    /// The numbers of all rows' vectors.
    var reals: [Float] = []
    /// Where the row's began.
    var rowStart = 0
    /// How many numbers the first vector has.
    var width: (count: Int, fileOffset: Int)?
  }

  var rows = 0
  var dropped = 0
  var failure: RowFailure?
  /// The distinct names, one table for each wanted column of names or lists of names.
  var names: [NameTable?] = []
  /// One for each wanted column of lists or vectors.
  var lists: [Lists?] = []
  /// Of which wanted columns a field was empty where whole numbers were read: nothing is none.
  var hasEmpty: [Bool] = []
}

/// Takes the fields of one piece of a file, row by row, into the columns' memory, whatever the form of the file.
struct FieldSink {
  private(set) var result = ChunkResult()
  private let firstRow: Int
  /// How many rows there is memory for.
  private let rowBound: Int
  private let plans: UnsafeBufferPointer<FieldPlan>

  /// Takes what `chunk` holds.
  init(_ plans: UnsafeBufferPointer<FieldPlan>, _ chunk: Chunk) {
    self.plans = plans
    firstRow = chunk.firstRow
    rowBound = chunk.rowBound
    // By wanted column, which is not the order of the plans where columns stand otherwise in the file.
    result.names = [NameTable?](repeating: nil, count: plans.count)
    result.lists = [ChunkResult.Lists?](repeating: nil, count: plans.count)
    result.hasEmpty = [Bool](repeating: false, count: plans.count)
    for plan in plans {
      switch plan.type {
      case .name: result.names[plan.column] = NameTable()
      case .names:
        result.names[plan.column] = NameTable()
        result.lists[plan.column] = ChunkResult.Lists()
      case .vector: result.lists[plan.column] = ChunkResult.Lists()
      default: break
      }
    }
  }

  @inline(__always)
  func storeInteger(_ value: Int64, _ plan: FieldPlan) {
    let row = firstRow &+ result.rows
    plan.output.storeBytes(of: value, toByteOffset: row &* 8, as: Int64.self)
  }

  /// Whether a further row has a place; if not, the failure is that more rows are there now than were counted.
  @inline(__always)
  mutating func hasRoom(at offset: Int) -> Bool {
    if result.rows < rowBound { return true }
    failOnChange(at: offset)
    return false
  }

  /// The file is no longer what it was when its rows were counted.
  mutating func failOnChange(at offset: Int) {
    guard let plan = plans.first else { return }
    fail(.broken("the file was written to while it was read"), at: offset, plan)
  }

  /// Counts a row, or leaves out what was stored of it.
  @inline(__always)
  mutating func finishRow(isKept: Bool) {
    if isKept { result.rows &+= 1 } else { dropRow() }
  }

  /// Counts a row as left out of which nothing was stored.
  mutating func countDropped() { result.dropped += 1 }

  private mutating func dropRow() {
    result.dropped += 1
    for plan in plans where result.lists[plan.column] != nil {
      let start = result.lists[plan.column]?.rowStart ?? 0
      let (codes, reals) = (
        result.lists[plan.column]?.codes.count ?? 0, result.lists[plan.column]?.reals.count ?? 0
      )
      if codes > start { result.lists[plan.column]?.codes.removeLast(codes - start) }
      if reals > start { result.lists[plan.column]?.reals.removeLast(reals - start) }
    }
  }

  /// Puts one field where it belongs; true where the row counts, false where it is dropped, nil on failure.
  ///
  /// - Parameters:
  ///   - offset: where in the file it stands.
  ///   - isTemporary: whether its bytes do not stay.
  mutating func store(_ field: FieldBytes, at offset: Int, _ plan: FieldPlan, isTemporary: Bool = false)
    -> Bool?
  {
    if field.isEmpty, plan.empty != .substitute { return refuseEmpty(at: offset, plan) }
    switch plan.type {
    case .name:
      let code = result.names[plan.column]?.code(of: field, fileOffset: offset, isTemporary: isTemporary) ?? 0
      plan.output.storeBytes(of: code, toByteOffset: (firstRow + result.rows) * 4, as: Int32.self)
    case .names(let separator):
      beginList(plan)
      // Between separators stand names or nothing; blanks around a name are none of it.
      let parts = separator.map { field.split(separator: $0) } ?? [field[...]]
      for part in parts {
        addName(FieldBytes(rebasing: part), at: offset, plan, trims: true, isTemporary: isTemporary)
      }
      return endList(at: offset, plan)
    case .vector: return storeVector(field, at: offset, plan)
    case .real:
      guard let value = real(field, at: offset, plan) else { return nil }
      plan.output.storeBytes(of: value, toByteOffset: (firstRow + result.rows) * 8, as: Double.self)
    case .integer, .integerOrName, .identifier:
      guard let value = integer(field, at: offset, plan) else { return nil }
      storeInteger(value, plan)
    case .time:
      guard let value = time(field, at: offset, plan) else { return nil }
      storeInteger(value, plan)
    }
    return true
  }

  private mutating func refuseEmpty(at offset: Int, _ plan: FieldPlan) -> Bool? {
    guard plan.empty == .fail else {
      if result.lists[plan.column] != nil { beginList(plan) }
      return false
    }
    fail(.emptyField, at: offset, plan)
    return nil
  }

  mutating func fail(_ problem: RowFailure.Problem, at offset: Int, _ plan: FieldPlan) {
    result.failure = RowFailure(problem: problem, fileOffset: offset, column: plan.column)
  }

  // MARK: Lists

  /// Begins the list of a row.
  mutating func beginList(_ plan: FieldPlan) {
    guard let codes = result.lists[plan.column]?.codes.count,
      let reals = result.lists[plan.column]?.reals.count
    else { return }
    result.lists[plan.column]?.rowStart = max(codes, reals)
  }

  /// Adds a name to the row's list; one without a letter is none.
  mutating func addName(
    _ name: FieldBytes,
    at offset: Int,
    _ plan: FieldPlan,
    trims: Bool,
    isTemporary: Bool
  ) {
    let name = trims ? FieldBytes(rebasing: trimmed(name)) : name
    guard !name.isEmpty else { return }
    let code = result.names[plan.column]?.code(of: name, fileOffset: offset, isTemporary: isTemporary) ?? 0
    result.lists[plan.column]?.codes.append(code)
  }

  /// Adds a number to the row's vector; false, with a failure, where `field` is none within Float.
  mutating func addNumber(_ field: FieldBytes, at offset: Int, _ plan: FieldPlan) -> Bool {
    guard case .value(let value) = realField(field), Float(value).isFinite else {
      fail(.notAVector(Array(field.prefix(41))), at: offset, plan)
      return false
    }
    result.lists[plan.column]?.reals.append(Float(value))
    return true
  }

  /// Ends the list of a row.
  mutating func endList(at offset: Int, _ plan: FieldPlan) -> Bool? {
    let start = result.lists[plan.column]?.rowStart ?? 0
    let filled = max(
      result.lists[plan.column]?.codes.count ?? 0,
      result.lists[plan.column]?.reals.count ?? 0
    )
    let count = filled - start
    plan.output.storeBytes(
      of: Int32(truncatingIfNeeded: count),
      toByteOffset: (firstRow + result.rows) * 4,
      as: Int32.self
    )
    guard plan.type == .vector, count > 0 else { return true }
    guard let width = result.lists[plan.column]?.width else {
      result.lists[plan.column]?.width = (count, offset)
      return true
    }
    guard width.count == count else {
      fail(.width(count, width.count), at: offset, plan)
      return nil
    }
    return true
  }

  /// Text such as `[0.5, 1]` or `0.5 1`; an empty one has no numbers.
  private mutating func storeVector(_ field: FieldBytes, at offset: Int, _ plan: FieldPlan) -> Bool? {
    beginList(plan)
    guard !field.isEmpty else { return endList(at: offset, plan) }
    let numbers = vectorFields(field)
    guard !numbers.isEmpty else {
      fail(.notAVector(Array(field.prefix(41))), at: offset, plan)
      return nil
    }
    for number in numbers where !addNumber(number, at: offset, plan) { return nil }
    return endList(at: offset, plan)
  }

  // MARK: Numbers

  private mutating func real(_ field: FieldBytes, at offset: Int, _ plan: FieldPlan) -> Double? {
    if field.isEmpty { return .nan }
    switch realField(field) {
    case .value(let value): return value
    case .outOfRange: fail(.outOfRange(Array(field.prefix(41))), at: offset, plan)
    case .notANumber: fail(.notANumber(Array(field.prefix(41))), at: offset, plan)
    }
    return nil
  }

  private mutating func integer(_ field: FieldBytes, at offset: Int, _ plan: FieldPlan) -> Int64? {
    if field.isEmpty {
      result.hasEmpty[plan.column] = true
      return 0
    }
    let number =
      plan.type == .integer
      ? integerField(field) : canonicalIntegerField(field, allowsMinus: plan.type == .integerOrName)
    switch number {
    case .value(let value): return value
    case .outOfRange: fail(.outOfRange(Array(field.prefix(41))), at: offset, plan)
    case .notANumber: fail(.notAnInteger(Array(field.prefix(41))), at: offset, plan)
    }
    return nil
  }

  private mutating func time(_ field: FieldBytes, at offset: Int, _ plan: FieldPlan) -> Int64? {
    if field.isEmpty { return ColumnValues.noTime }
    switch plan.times.read(field) {
    case .value(let ticks): return ticks
    case .failure(let problem):
      fail(problem, at: offset, plan)
      return nil
    }
  }
}

/// The fields of a vector that is written as text such as `[0.5, 1]` or `0.5 1`.
func vectorFields(_ field: FieldBytes) -> [FieldBytes] {
  var inner = trimmed(field)
  if let first = inner.first, let last = inner.last, inner.count >= 2,
    (first == UInt8(ascii: "[") && last == UInt8(ascii: "]"))
      || (first == UInt8(ascii: "(") && last == UInt8(ascii: ")"))
  {
    inner = inner.dropFirst().dropLast()
  }
  return inner.split { $0 <= 0x20 || $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
    .map { FieldBytes(rebasing: $0) }
}
