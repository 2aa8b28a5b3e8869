import Memory
import Parquet
import Tables

/// Writes candidates as Parquet: the columns of ``CandidateWriter``, ids as 64-bit integers or text, scores as Float32.
///
/// The bytes depend neither on the number of threads nor on the portions in which lists come.
final class ParquetCandidateWriter: CandidateSink {
  /// How many rows came, of which the last ones may not be written yet.
  private(set) var rowCount = 0
  private let output: CandidateOutput
  private let writer: ParquetWriter
  private let hasSources: Bool
  private let hasRequests: Bool
  private var requests: [Int64] = []
  private var users: IdentifierColumn
  private var items: IdentifierColumn
  private var scores: [Float] = []
  private var ranks: [Int32] = []
  private var sources: [Int32] = []
  /// Whether lists come with scores; nil before the first.
  private var hasScores: Bool?
  private var isClosed = false

  /// Makes or overwrites the file at `path`.
  /// - Throws: `DataError` where the file cannot be made or written, or two columns have one name.
  init(
    path: String,
    columns: CandidateWriter.Columns,
    userNames: [String]?,
    itemNames: [String]?,
    threads: Int
  ) throws {
    let fields = [
      ParquetField(columns.user, userNames == nil ? .int64 : .text),
      ParquetField(columns.item, itemNames == nil ? .int64 : .text),
      ParquetField(columns.score, .float, isOptional: true), ParquetField(columns.rank, .int32),
    ]
    let request = columns.request.map { [ParquetField($0, .int64)] } ?? []
    let all = request + fields + (columns.source.map { [ParquetField($0, .text)] } ?? [])
    if let twice = all.map(\.name).first(where: { name in all.count { $0.name == name } > 1 }) {
      throw DataError(
        "cannot be written: two columns would be called '\(twice)'; as CSV they can",
        file: path
      )
    }
    let output = try CandidateOutput(path: path)
    self.output = output
    writer = try ParquetWriter(all, threads: Threads(threads)) { try output.write($0, afterRows: 0) }
    users = IdentifierColumn(names: userNames)
    items = IdentifierColumn(names: itemNames)
    hasSources = columns.source != nil
    hasRequests = columns.request != nil
  }

  func write(users keys: [Int64], lists: RankedLists, sources origins: [UInt8]?) throws {
    precondition(keys.count == lists.count, "one list for each user")
    precondition(origins?.count == (hasSources ? lists.items.count : nil), "sources for their column")
    for list in keys.indices where lists.counts[list] > 0 {
      // A row group has lists all with scores, or all without.
      if let known = hasScores, known == lists.scores.isEmpty { try flush() }
      hasScores = !lists.scores.isEmpty
      let places = list * lists.width..<list * lists.width + Int(lists.counts[list])
      for (rank, place) in places.enumerated() {
        if hasRequests { requests.append(keys[list] + 1) }
        users.append(keys[list])
        items.append(lists.items[place])
        ranks.append(Int32(rank + 1))
        if let origins { sources.append(Int32(origins[place])) }
      }
      if !lists.scores.isEmpty { scores += lists.scores[places] }
      rowCount += places.count
      if ranks.count >= ParquetWriter.usualRowGroup { try flush() }
    }
  }

  private func flush() throws {
    let rows = ranks.count
    let isPresent = hasScores == true ? nil : [Bool](repeating: false, count: rows)
    var columns = [
      users.taken(), items.taken(), ParquetFieldValues(.floats(scores), isPresent: isPresent),
      ParquetFieldValues(.int32s(ranks)),
    ]
    if hasRequests { columns.insert(ParquetFieldValues(.int64s(requests)), at: 0) }
    if hasSources { columns.append(ParquetFieldValues(.codes(sources, names: CandidateSource.setNames))) }
    (requests, scores, ranks, sources) = ([], [], [], [])
    try named { try writer.write(rows: rows, columns) }
  }

  func close() throws {
    guard !isClosed else { return }
    isClosed = true
    try flush()
    try named { try writer.finish() }
    try output.close()
  }

  private func named(_ body: () throws -> Void) throws {
    do { try body() } catch let error as ParquetError {
      throw DataError(error.description, file: output.name)
    }
  }
}

/// Ids of rows that are not written yet.
private struct IdentifierColumn {
  /// The names behind keys, and behind these the digits of keys that have none; nil where keys are the ids.
  private var names: [String]?
  private let nameCount: Int
  private var digits: [Int64: Int32] = [:]
  private var keys: [Int64] = []
  private var codes: [Int32] = []

  init(names: [String]?) {
    self.names = names
    nameCount = names?.count ?? 0
  }

  mutating func append(_ key: Int64) {
    guard let names else { return keys.append(key) }
    if key >= 0, key < Int64(nameCount) { return codes.append(Int32(key)) }
    let code = digits[key] ?? Int32(names.count)
    if digits[key] == nil {
      digits[key] = code
      self.names?.append(String(key))
    }
    codes.append(code)
  }

  /// The rows' values, which are then gone.
  mutating func taken() -> ParquetFieldValues {
    defer { (keys, codes) = ([], []) }
    return ParquetFieldValues(names.map { .codes(codes, names: $0) } ?? .int64s(keys))
  }
}
