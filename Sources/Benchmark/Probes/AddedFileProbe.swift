import Files
import Memory
import Notebook
import Parquet
import Steps
import Synchronization
import Tables

/// A table of many files, read as a first run reads it and as one that finds a file more.
struct AddedFileProbe: Probe {
  /// Seconds of each round.
  struct Answer: Codable {
    /// All files but the last, of which nothing is kept yet.
    var first: [Double] = []
    /// All files: the last one anew, and what was kept of the others.
    var again: [Double] = []
    /// Merging the columns of all files where these lie in memory already: what any way of reading must do.
    var merging: [Double] = []
    var rows = 0
    /// The size of all files.
    var bytes = 0
  }

  var folder: String
  var files: Int
  /// Clicks of a file.
  var clicks: Int
  var runs: Int
  var threads: Int

  private static let columns = ["user_id", "item_id", "timestamp"]

  var request: ProbeRequest { .addedFile(self) }

  func answer() throws -> Answer {
    let tables = try (0..<files).map(makeFile)
    var answer = Answer()
    answer.bytes = tables.reduce(0) { $0 + (FilePaths.size(of: $1.path) ?? 0) }
    let memory = MemoryColumns()
    _ = try seconds(tables, memory)
    for _ in 0..<runs {
      try Cancellation.check()
      let kept = FilePaths.join(folder, "kept")
      try Folders.remove(kept)
      let store = FilePartStore(folder: kept, isForced: false) { StandardError.line($0) }
      answer.first.append(try seconds(Array(tables.dropLast()), store).seconds)
      let again = try seconds(tables, store)
      answer.again.append(again.seconds)
      answer.rows = again.rows
      answer.merging.append(try seconds(tables, memory).seconds)
    }
    return answer
  }

  /// Writes one file of clicks: users and items as in a large log, times that rise.
  private func makeFile(_ place: Int) throws -> TableFile {
    let path = FilePaths.join(folder, "clicks-\(place).parquet")
    var random = SplitMix(seed: 42, stream: place)
    func ids(below bound: Int) -> [Int64] { (0..<clicks).map { _ in Int64(random.below(bound)) } }
    let start = 1_507_000_000_000 + Int64(place) * Int64(clicks)
    let columns = [
      ids(below: 1_000_000), ids(below: 400_000), (0..<Int64(clicks)).map { start + $0 },
    ]
    try AtomicFile.write(to: path) { file in
      let writer = try ParquetWriter(Self.columns.map { ParquetField($0, .int64) }) { try file.append($0) }
      try writer.write(rows: clicks, columns.map { ParquetFieldValues(.int64s($0)) })
      try writer.finish()
    }
    guard let stamp = FileStamp(path) else { throw FileError("cannot read", path) }
    return TableFile(
      path: path,
      name: FilePaths.name(of: path),
      digest: (content: try Digest(contentsOf: path), stamp: stamp)
    )
  }

  private func seconds(_ tables: [TableFile], _ cache: any ColumnCache) throws -> (seconds: Double, rows: Int)
  {
    var options = TableFilesOptions()
    (options.threads, options.cache) = (threads, cache)
    let requests = zip(Self.columns, [ColumnType.identifier, .identifier, .time]).map {
      ColumnRequest(.name($0), as: $1)
    }
    let clock = ContinuousClock()
    let start = clock.now
    let table = try TableFiles(tables, name: "clicks", options).read(requests)
    return ((clock.now - start) / .seconds(1), table.rows)
  }
}

/// Columns of files that stay in memory.
private final class MemoryColumns: ColumnCache {
  private let kept = Mutex<[String: KeptBundle]>([:])

  func load<Value>(_ name: String, _ unpack: (Bundle) throws -> Value) -> Value? {
    kept.withLock { $0[name] }.flatMap { try? unpack($0.bundle) }
  }

  func store(_ name: String, _ bundle: Bundle, seconds: Double) throws {
    let own = KeptBundle(bundle: bundle)
    kept.withLock { $0[name] = own }
  }
}

/// Nobody changes it once it is kept.
private struct KeptBundle: @unchecked Sendable {
  let bundle: Bundle
}
