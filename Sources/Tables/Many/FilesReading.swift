import Files
import Memory

/// One way through many files.
final class FilesReading {
  private(set) var rowsOfFiles: [Int]
  private let files: [TableFile]
  private let requests: [ColumnRequest]
  /// For each request the key of the path that it asks for; nil where it asks for a column of the files.
  private let keys: [String?]
  private let lead: any TableReader
  private let options: TableFilesOptions
  private let sizes: [Int]
  private let merges: [ColumnMerge]
  private var namesSince: [String?]
  private var dropped = 0
  /// The files that something was added of, in order.
  private var added: [Int] = []

  init(
    _ files: [TableFile],
    _ requests: [ColumnRequest],
    keys: [String],
    lead: any TableReader,
    _ options: TableFilesOptions
  ) {
    self.files = files
    self.requests = requests
    self.lead = lead
    self.options = options
    self.keys = requests.map { request in
      if case .name(let name) = request.selector, keys.contains(name) { name } else { nil }
    }
    sizes = files.map { FilePaths.size(of: $0.path) ?? 0 }
    merges = requests.map(ColumnMerge.init)
    namesSince = requests.map { _ in nil }
    rowsOfFiles = files.map { _ in 0 }
  }

  /// The columns of all files.
  func columns() throws -> TableColumns {
    for window in windows(of: Array(files.indices)) {
      try options.onProgress(window[0])
      let tables = try tables(of: window, requests)
      for (file, table) in zip(window, tables) { try count(table, file) }
      Threads(options.threads).forEach(merges.count) { column in
        for (file, table) in zip(window, tables) {
          guard let table else { continue }
          merges[column].add(table.columns[column], of: files[file].name, expected: expectedRows(window))
        }
      }
    }
    try readNamesAnew()
    try options.onProgress(files.count)
    return TableColumns(
      columns: try merges.map { try $0.values(threads: options.threads) },
      rows: rowsOfFiles.reduce(0, +),
      droppedRows: dropped,
      namesSince: namesSince
    )
  }

  private func count(_ table: FileTable?, _ file: Int) throws {
    guard let table else { return }
    rowsOfFiles[file] = table.rows
    dropped += table.droppedRows
    added.append(file)
    for (place, name) in table.namesSince.enumerated() { namesSince[place] = namesSince[place] ?? name }
  }

  /// How many rows all files have, going by those read up to `window`, with a little room.
  private func expectedRows(_ window: [Int]) -> Int {
    let last = window.last ?? 0
    let bytes = sizes[...last].reduce(0, +)
    let rows = rowsOfFiles[...last].reduce(0, +)
    guard bytes > 0, last + 1 < files.count else { return rows }
    let share = Double(sizes.reduce(0, +)) / Double(bytes)
    return Int(Double(rows) * share * 1.02) + 1000
  }

  /// Some files anew where numbers turned out to be names.
  private func readNamesAnew() throws {
    let wanted = merges.map { Set($0.filesToReadAsNames) }
    // A column may be asked for more than once, and by its number too, but as one type.
    let places = zip(requests, keys).map { $1 == nil ? try? lead.index(of: $0.selector) : nil }
    func isSame(_ a: Int, _ b: Int) -> Bool {
      requests[a].selector == requests[b].selector || (places[a] != nil && places[a] == places[b])
    }
    let parts = Set(wanted.flatMap { $0 }).sorted()
    for window in windows(of: parts.map { added[$0] }) {
      try options.onProgress(files.count)
      var changed = requests
      for (column, parts) in wanted.enumerated() where !parts.isEmpty {
        for place in requests.indices where isSame(place, column) && requests[place].type.mayBeNames {
          changed[place].type = .name
        }
      }
      let tables = try tables(of: window, changed)
      for (file, table) in zip(window, tables) {
        guard let table, let part = added.firstIndex(of: file) else { continue }
        for (column, parts) in wanted.enumerated() where parts.contains(part) {
          merges[column].replace(part, with: table.columns[column])
        }
      }
    }
  }

  /// Runs of `chosen` that are read at once: as many files as there are threads, and not too many bytes.
  private func windows(of chosen: [Int]) -> [[Int]] {
    var windows: [[Int]] = []
    var bytes = 0
    for file in chosen {
      bytes += sizes[file]
      if let last = windows.last, last.count < options.threads, bytes <= options.windowBytes {
        windows[windows.count - 1].append(file)
      } else {
        windows.append([file])
        bytes = sizes[file]
      }
    }
    return windows
  }

  // MARK: Single files

  /// The columns of some files, nil for those without rows: what is kept of them, and else the files themselves.
  private func tables(of window: [Int], _ requests: [ColumnRequest]) throws -> [FileTable?] {
    let own = zip(requests, keys).filter { $0.1 == nil }.map(\.0)
    // Where all is said by paths, something must still be read to know how many rows there are.
    let wanted = own.isEmpty ? [ColumnRequest(.number(1), as: .name, empty: .substitute)] : own
    var results = [Result<FileTable?, any Error>?](repeating: nil, count: window.count)
    func fill(_ places: [Int], _ body: (FileColumns) throws -> Result<FileTable?, any Error>?) {
      // A single file has all threads to itself.
      let threads = places.count == 1 ? options.threads : 1
      results.withUnsafeMutableBufferPointer { results in
        Threads(options.threads).forEach(places.count) { task in
          let file = window[places[task]]
          let columns = FileColumns(files[file], lead: lead, wanted, options, threads: threads)
          do { results[places[task]] = try body(columns) } catch { results[places[task]] = .failure(error) }
        }
      }
    }
    fill(Array(window.indices)) { try $0.kept().map { .success($0) } }
    fill(window.indices.filter { results[$0] == nil }) { file in Result { try file.read() } }
    return try zip(window, results).map { file, result in
      try result?.get().map { try withPathColumns($0, requests, of: files[file]) }
    }
  }

  /// Sets what the path of a file says beside what was read of it.
  private func withPathColumns(_ own: FileTable, _ requests: [ColumnRequest], of file: TableFile) throws
    -> FileTable
  {
    guard keys.contains(where: { $0 != nil }) else { return own }
    var table = own
    (table.columns, table.namesSince) = ([], [])
    var next = 0
    var dropsRows = false
    for (request, key) in zip(requests, keys) {
      guard let key else {
        table.columns.append(own.columns[next])
        table.namesSince.append(own.namesSince[next])
        next += 1
        continue
      }
      guard let text = file.partition(key) else {
        throw DataError(
          "its path has no '\(key)=', as that of '\(lead.name)' or another file has",
          file: file.name
        )
      }
      let read = try PathColumn.values(text, key: key, rows: own.rows, request, file: file.name)
      table.columns.append(.values(read.values))
      table.namesSince.append(read.namesSince)
      dropsRows = dropsRows || read.dropsRows
    }
    guard dropsRows else { return table }
    table.columns = try table.columns.map { .values(try $0.values.rows([])) }
    table.droppedRows += own.rows
    table.rows = 0
    return table
  }
}

/// The columns of one file of many.
private struct FileColumns {
  private let file: TableFile
  private let lead: any TableReader
  private let requests: [ColumnRequest]
  private let options: TableFilesOptions
  private let threads: Int
  private let cacheName: String?

  init(
    _ file: TableFile,
    lead: any TableReader,
    _ requests: [ColumnRequest],
    _ options: TableFilesOptions,
    threads: Int
  ) {
    (self.file, self.lead, self.requests) = (file, lead, requests)
    (self.options, self.threads) = (options, threads)
    cacheName =
      options.cache == nil
      ? nil
      : file.digest.map {
        ColumnCacheName.name(of: $0.content, path: file.path, format: options.format, requests: requests)
      }
  }

  /// What is kept of the file; nil where nothing is.
  /// - Throws: `DataError` where its columns are not those of the first file.
  func kept() throws -> FileTable? {
    guard let cache = options.cache, let cacheName else { return nil }
    let found = cache.load(cacheName) { bundle in
      (header: try bundle.texts("header"), table: try FileTable(bundle, count: requests.count))
    }
    guard let found else { return nil }
    try check(found.header)
    return found.table
  }

  /// Reads the file, and keeps what was read; nil where it has no rows.
  /// - Throws: `DataError`; what the cache throws.
  func read() throws -> FileTable? {
    guard FilePaths.size(of: file.path) != 0 else { return nil }
    let clock = ContinuousClock()
    let start = clock.now
    let reader = try TableReaders.open(
      path: file.path,
      name: file.name,
      format: options.format,
      threads: threads
    )
    try check(reader.header)
    for request in requests { try check(request.selector, reader) }
    let table: TableColumns
    do { table = try reader.read(requests) } catch let error as DataError where error.isOfNoRows {
      return nil
    }
    // What was written to meanwhile is not what the digest is of.
    if let cache = options.cache, let cacheName, FileStamp(file.path) == file.digest?.stamp {
      var bundle = table.bundle
      bundle.add("header", texts: reader.header)
      try cache.store(cacheName, bundle, seconds: (clock.now - start) / .seconds(1))
    }
    return FileTable(table)
  }

  private func check(_ selector: ColumnSelector, _ reader: any TableReader) throws {
    do { _ = try reader.index(of: selector) } catch let error as DataError where file.name != lead.name {
      let first = lead.header.prefix(30).joined(separator: ", ")
      throw DataError("\(error.message); those of '\(lead.name)' are \(first)", file: file.name)
    }
  }

  /// Columns that are asked for by their numbers are the same in all files where their headers are.
  private func check(_ header: [String]) throws {
    let number = requests.lazy.compactMap { request -> Int? in
      if case .number(let number) = request.selector { number } else { nil }
    }.first
    guard let number, header != lead.header else { return }
    func shown(_ header: [String]) -> String { header.prefix(30).joined(separator: ", ") }
    throw DataError(
      "its columns are \(shown(header)), those of '\(lead.name)' \(shown(lead.header)): column \(number) may be another; "
        + "name columns in place of numbering them",
      file: file.name
    )
  }
}
