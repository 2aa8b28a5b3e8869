import Files
import Notebook
import Tables

/// What the reading of data files is given by the run.
struct DataReading {
  var threads = 1
  /// Where the columns of single files are kept; nil for nowhere.
  var cache: (any ColumnCache)?
  /// The digests of the files.
  var inputs: [InputDigest] = []
  /// Told how many files of how many were read; what it throws ends the reading.
  var onProgress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }

  /// Opens the table that `files` make.
  /// - Throws: `DataError`.
  func open(_ files: FileSet, _ format: TableFormat) throws -> any TableReader {
    if let problem = files.problem { throw DataError(problem) }
    if files.isPlain, let file = files.files.first {
      return try TableReaders.open(
        path: file.absolute,
        name: file.shown,
        format: format,
        threads: threads
      )
    }
    var options = TableFilesOptions()
    options.format = format
    options.threads = threads
    // What a single file gives is kept as the step's result already.
    options.cache = files.files.count > 1 ? cache : nil
    options.onProgress = { try onProgress($0, files.files.count) }
    var digests: [String: InputDigest] = [:]
    for input in inputs { digests[input.file.absolute] = input }
    let tables = files.files.map { file in
      let digest = digests[file.absolute].map { (content: $0.digest, stamp: $0.stamp) }
      return TableFile(
        path: file.absolute,
        name: file.shown,
        partitions: file.partitions,
        digest: digest
      )
    }
    return try TableFiles(tables, name: files.name, options)
  }

  /// The heads of the first and the last file that are not empty, each as the whole table is read.
  static func heads(_ files: FileSet, _ format: TableFormat) throws -> [any TableReader] {
    if files.isPlain, let file = files.files.first {
      return [try TableReaders.head(path: file.absolute, name: file.shown, format: format)]
    }
    let filled = files.files.filter { FilePaths.size(of: $0.absolute) != 0 }
    guard let first = filled.first, let last = filled.last else {
      throw DataError("all files are empty", file: files.name)
    }
    var options = TableFilesOptions()
    options.format = format
    return try (filled.count > 1 ? [first, last] : [first]).map { file in
      let table = TableFile(path: file.absolute, name: file.shown, partitions: file.partitions)
      return try TableFiles([table], name: file.shown, options)
    }
  }
}

extension FilePartStore: ColumnCache {}

extension RunContext {
  /// How this step reads its data files.
  var dataReading: DataReading {
    DataReading(threads: threads, cache: fileParts, inputs: inputs) { [self] done, total in
      try checkCancellation()
      progress.update(
        done: done,
        total: total,
        detail: "reading \(Swift.min(done + 1, total)) of \(total) files"
      )
    }
  }
}
