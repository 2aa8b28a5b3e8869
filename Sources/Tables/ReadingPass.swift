import Glibc
import Memory

/// A column to read, by its place in the file.
struct WantedColumn {
  var index: Int
  var type: ColumnType
  var empty: EmptyFieldRule
  /// Whether names that are not UTF-8 are taken for Latin-1.
  var allowsLatin1 = false
  /// How its times are written, as far as is known.
  var times = TimeForm.counts
  /// What its times count, where they are decimals; nil to tell it by their size.
  var timeUnit: TimeUnit?
  /// The first field that made moments of its times, and where in the file it stands.
  var timesSince: (text: [UInt8], fileOffset: Int)?
  /// The first field that made names of a column that could have been integers.
  var namesSince: String?

  /// The column at `index`, as `request` asks for it.
  init(_ index: Int, _ request: ColumnRequest) {
    self.index = index
    type = request.type
    empty = request.empty
    allowsLatin1 = request.allowsLatin1
    timeUnit = request.timeUnit
  }

  /// Whether a request for the same field as `other` is one for the same column: lists are read beside single values.
  func isSameColumn(as other: ColumnType) -> Bool {
    type == other || !(type.isList || other.isList)
  }

  /// Takes in a second request for the same column: the stricter rule for empty fields holds, and the type of whoever does
  /// not take what comes.
  mutating func merge(_ request: ColumnRequest, header: String, file: String) throws {
    let yields: [ColumnType] = [.integer, .identifier, .name, .time]
    allowsLatin1 = allowsLatin1 && request.allowsLatin1
    if type == .integerOrName, yields.contains(request.type) { type = request.type }
    guard request.type == type || (request.type == .integerOrName && yields.contains(type)) else {
      throw DataError("column '\(header)' is asked for as \(type) and as \(request.type)", file: file)
    }
    let strictness: [EmptyFieldRule] = [.substitute, .dropRow, .fail]
    empty = strictness.last { $0 == empty || $0 == request.empty } ?? empty
  }
}

/// One way through all pieces: the wanted columns, or the first thing that went wrong.
struct ReadingPass {
  private(set) var rows = 0
  private(set) var dropped = 0
  private(set) var failure: RowFailure?
  /// The first name that is not UTF-8: of which wanted column, and where in the file.
  private(set) var invalidName: (column: Int, fileOffset: Int)?
  private(set) var columns: [ColumnValues] = []
  /// Of which wanted columns a field was empty where whole numbers were read.
  private(set) var hasEmpty: [Bool]

  /// - Parameters:
  ///   - takesRest: the column whose field is all that is left of the line, or -1.
  ///   - parse: takes the fields of one piece into the columns; it is called on several threads at once.
  init(
    _ pieces: [Chunk],
    _ wanted: [WantedColumn],
    threads: Int,
    takesRest: Int,
    _ parse: (Chunk, UnsafeBufferPointer<FieldPlan>) -> ChunkResult
  ) {
    var chunks = pieces
    var bound = 0
    for place in chunks.indices {
      chunks[place].firstRow = bound
      bound += chunks[place].rowBound
    }
    hasEmpty = wanted.map { _ in false }
    let stores = wanted.map { ColumnStore(type: $0.type, rows: bound) }
    var results = [ChunkResult](repeating: ChunkResult(), count: chunks.count)
    var merged: [MergedNames?] = []
    ColumnStore.withPointers(stores[...], []) { outputs in
      let plans = Self.plans(wanted, outputs, takesRest: takesRest)
      plans.withUnsafeBufferPointer { plans in
        results.withUnsafeMutableBufferPointer { results in
          Threads(threads).forEach(chunks.count) { task in results[task] = parse(chunks[task], plans) }
        }
      }
      failure = results.lazy.compactMap(\.failure).first
      takeUnevenVectors(results, wanted)
      guard failure == nil else { return }
      merged = Self.mergeNames(wanted, outputs, chunks, results, threads: threads)
      Self.closeGaps(stores, outputs, chunks, results)
    }
    rows = results.reduce(0) { $0 + $1.rows }
    dropped = results.reduce(0) { $0 + $1.dropped }
    for place in wanted.indices {
      hasEmpty[place] = results.contains { $0.hasEmpty.indices.contains(place) && $0.hasEmpty[place] }
    }
    guard failure == nil else { return }
    for (column, names) in merged.enumerated() {
      guard let offset = names?.invalidOffset, offset < invalidName?.fileOffset ?? Int.max else { continue }
      invalidName = (column, offset)
    }
    for (place, store) in stores.enumerated() {
      let lists = Self.joined(results, merged[place], column: place)
      columns.append(store.values(rows: rows, names: merged[place]?.names ?? [], lists: lists))
    }
  }

  /// Vectors are as long in all pieces as in the first that has one.
  private mutating func takeUnevenVectors(_ results: [ChunkResult], _ wanted: [WantedColumn]) {
    for column in wanted.indices where wanted[column].type == .vector {
      let widths = results.compactMap { $0.lists[column]?.width }
      guard let first = widths.first, let other = widths.first(where: { $0.count != first.count }),
        other.fileOffset < failure?.fileOffset ?? Int.max
      else { continue }
      let problem = RowFailure.Problem.width(other.count, first.count)
      failure = RowFailure(problem: problem, fileOffset: other.fileOffset, column: column)
    }
  }

  /// The lists of all pieces as those of one, their names by the merged numbers.
  private static func joined(_ results: [ChunkResult], _ merged: MergedNames?, column: Int)
    -> ChunkResult.Lists
  {
    var all = ChunkResult.Lists()
    for (task, result) in results.enumerated() {
      guard let lists = result.lists[column] else { continue }
      if let merged { all.codes += lists.codes.map { merged.codes[task][Int($0)] } }
      all.reals += lists.reals
      all.width = all.width ?? lists.width
    }
    return all
  }

  /// The wanted columns in the order in which they stand in a line.
  private static func plans(
    _ wanted: [WantedColumn],
    _ outputs: [UnsafeMutableRawPointer],
    takesRest: Int
  ) -> [FieldPlan] {
    var plans: [FieldPlan] = []
    var previous: Int?
    for place in wanted.indices.sorted(by: { (wanted[$0].index, $0) < (wanted[$1].index, $1) }) {
      let column = wanted[place]
      plans.append(
        FieldPlan(
          index: column.index,
          skip: column.index == previous ? -1 : column.index - (previous ?? 0),
          type: column.type,
          takesDigits: column.type == .integer || column.type.mayBeNames
            || (column.type == .time && column.times == .counts),
          times: column.times,
          empty: column.empty,
          column: place,
          takesRest: column.index == takesRest,
          output: outputs[place]
        )
      )
      previous = column.index
    }
    return plans
  }

  /// Joins the pieces' name tables and rewrites the codes in the columns accordingly.
  private static func mergeNames(
    _ wanted: [WantedColumn],
    _ outputs: [UnsafeMutableRawPointer],
    _ chunks: [Chunk],
    _ results: [ChunkResult],
    threads: Int
  ) -> [MergedNames?] {
    wanted.indices.map { column in
      var isList = false
      if case .names = wanted[column].type { isList = true }
      guard isList || wanted[column].type == .name else { return nil }
      let tables = results.map { $0.names[column] ?? NameTable() }
      let merged = MergedNames(tables, allowsLatin1: wanted[column].allowsLatin1)
      if isList { return merged }
      let codes = outputs[column].assumingMemoryBound(to: Int32.self)
      Threads(threads).forEach(chunks.count) { task in
        let first = chunks[task].firstRow
        let table = merged.codes[task]
        for row in first..<first + results[task].rows { codes[row] = table[Int(codes[row])] }
      }
      return merged
    }
  }

  /// Moves rows down over the room that blank lines and dropped rows left at the ends of pieces.
  private static func closeGaps(
    _ stores: [ColumnStore],
    _ outputs: [UnsafeMutableRawPointer],
    _ chunks: [Chunk],
    _ results: [ChunkResult]
  ) {
    var next = 0
    for (chunk, result) in zip(chunks, results) {
      if next != chunk.firstRow {
        for (store, output) in zip(stores, outputs) {
          let width = store.width
          memmove(output + next * width, output + chunk.firstRow * width, result.rows * width)
        }
      }
      next += result.rows
    }
  }
}
