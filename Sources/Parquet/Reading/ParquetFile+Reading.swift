import Files
import Memory

extension ParquetFile {
  /// How many times its size a file may unpack to without being taken for a trap, and what it may unpack to in any case.
  private static let greatestRatio = 1000
  private static let freeBytes = 1 << 30

  /// Reads the columns `places` of all row groups, or of those in `rowGroups`; a task is one column of one row group.
  ///
  /// - Parameters:
  ///   - places: places in ``leaves``, each once.
  ///   - rowLimit: of every row group, rows behind so many may be left out; the first ones are there.
  /// - Throws: ``ParquetError`` that names row group and column; `OutOfMemory`.
  package func read(
    _ places: [Int],
    rowGroups chosen: Range<Int>? = nil,
    rowLimit: Int = .max,
    threads: Threads = Threads(1)
  ) throws -> [ParquetColumn] {
    for place in places {
      guard let refusal = leaves[place].refusal else { continue }
      throw ParquetError("\(refusal) (\(leaves[place].path))", place: "column '\(leaves[place].name)'")
    }
    return try file.withBytes { bytes in
      let chosen = chosen ?? 0..<groups.count
      let tasks = try self.tasks(places, chosen, rowLimit: rowLimit, bytes)
      let perColumn = places.indices.map { column in
        tasks[(column * chosen.count)..<((column + 1) * chosen.count)]
      }
      let stores = zip(places, perColumn).map { ColumnStore(leaves[$0], $1.map(\.plan), file: file) }
      var results = [Result<ChunkOutcome, any Error>?](repeating: nil, count: tasks.count)
      // The largest first, so that threads finish together.
      let order = tasks.indices.sorted { tasks[$0].plan.bytes.count > tasks[$1].plan.bytes.count }
      ColumnStore.withMemory(stores[...], []) { memories in
        results.withUnsafeMutableBufferPointer { results in
          threads.forEach(order.count) { turn in
            let place = order[turn]
            let (column, group) = place.quotientAndRemainder(dividingBy: chosen.count)
            results[place] = Result { try stores[column].read(group, tasks[place].plan, memories[column]) }
          }
        }
      }
      return try finish(stores, tasks, results, groups: chosen.count)
    }
  }

  private struct ChunkTask {
    var plan: ChunkPlan
    var place: String
  }

  /// The chunks, column by column, each checked against the file.
  private func tasks(
    _ places: [Int],
    _ chosen: Range<Int>,
    rowLimit: Int,
    _ bytes: UnsafeRawBufferPointer
  ) throws -> [ChunkTask] {
    let limit = max(
      Self.freeBytes,
      bytes.count.multipliedReportingOverflow(by: Self.greatestRatio).partialValue
    )
    var left = (bytes: limit, values: limit / 8)
    var tasks: [ChunkTask] = []
    for place in places {
      left.values = limit / 8
      for group in chosen {
        let task = ChunkTask(
          plan: try plan(place, group, rowLimit: rowLimit, bytes),
          place: Self.placeName(group, leaves[place])
        )
        left.bytes -= task.plan.unpackedLimit
        left.values -= Int(task.plan.chunk.values)
        guard left.bytes >= 0, left.values >= 0 else {
          throw ParquetError(
            "the footer says of \(task.plan.chunk.values) values in \(task.plan.chunk.uncompressedSize) bytes; a file of "
              + "\(bytes.count) bytes does not hold so much",
            place: task.place
          )
        }
        tasks.append(task)
      }
    }
    return tasks
  }

  private func plan(
    _ place: Int,
    _ group: Int,
    rowLimit: Int,
    _ bytes: UnsafeRawBufferPointer
  ) throws -> ChunkPlan {
    let leaf = leaves[place]
    let chunk = groups[group].chunks[place]
    let rows = Int(groups[group].rows)
    let name = Self.placeName(group, leaf)
    if let refusal = chunk.refusal { throw ParquetError(refusal, place: name) }
    guard chunk.type == leaf.type.rawValue else {
      throw ParquetError("the footer says of the type \(chunk.type), the schema of \(leaf.type)", place: name)
    }
    guard chunk.values >= 0, chunk.values <= Int32.max,
      leaf.isList ? chunk.values >= rows : chunk.values == rows
    else {
      throw ParquetError("the footer says of \(chunk.values) values in \(rows) rows", place: name)
    }
    guard chunk.compressedSize >= 0, chunk.uncompressedSize >= 0, chunk.uncompressedSize <= 1 << 48 else {
      throw ParquetError("the footer says of \(chunk.uncompressedSize) bytes of data", place: name)
    }
    let range = chunk.values == 0 ? 0..<0 : try chunk.range(end: bytes.count)
    return ChunkPlan(
      leaf: leaf,
      chunk: chunk,
      bytes: UnsafeRawBufferPointer(rebasing: bytes[range]),
      rows: rows,
      rowLimit: rowLimit,
      // Some writers are off by the heads of pages or by a dictionary.
      unpackedLimit: max(Int(chunk.uncompressedSize), 100 * range.count) + 4096
    )
  }

  private func finish(
    _ stores: [ColumnStore],
    _ tasks: [ChunkTask],
    _ results: [Result<ChunkOutcome, any Error>?],
    groups: Int
  ) throws -> [ParquetColumn] {
    var outcomes: [ChunkOutcome] = []
    for place in tasks.indices {
      // The first of them in one fixed order, whichever came first.
      if case .failure(let error)? = results[place] {
        throw (error as? ParquetError)?.at(tasks[place].place) ?? error
      }
      if case .success(let outcome)? = results[place] { outcomes.append(outcome) }
    }
    return stores.enumerated().map { column, store in
      store.column(Array(outcomes[(column * groups)..<((column + 1) * groups)]))
    }
  }
}
