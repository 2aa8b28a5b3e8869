import Files
import Tables

/// A file of data, or several that make one table.
package struct TableSource: Sendable {
  /// The paths, patterns or folders that a recipe would name it by, one or more.
  package let written: [String]
  /// Its files in the order of their rows, one or more.
  package let files: [TableFile]
  /// What people are shown of it: its name, or the end of that where the folder is known.
  package var label: String

  /// The file at `path`.
  package init(path: String) {
    self.init(written: [path], files: [TableFile(path: path, name: path)])
  }

  /// All that `written` stands for.
  package init(written: [String], files: [TableFile]) {
    precondition(!written.isEmpty && !files.isEmpty)
    (self.written, self.files) = (written, files)
    label = ""
    label = name
  }

  /// What messages call it.
  package var name: String {
    written.prefix(2).joined(separator: ", ") + (written.count > 2 ? " and \(written.count - 2) more" : "")
  }

  /// Whether it is a file of which the path says nothing.
  private var isPlain: Bool { files.count == 1 && files[0].partitions.isEmpty }

  /// The table, for all of its rows.
  /// - Throws: `DataError` where it cannot be opened.
  func open(_ form: FileForm, threads: Int) throws -> any TableReader {
    guard !isPlain else {
      return try TableReaders.open(
        path: files[0].path,
        name: files[0].name,
        format: form.tableFormat,
        threads: threads
      )
    }
    var options = TableFilesOptions()
    (options.format, options.threads) = (form.tableFormat, threads)
    return try TableFiles(files, name: name, options)
  }

  /// The table as the beginning of its first file shows it: its columns and first rows.
  /// - Throws: `DataError` where that cannot be read.
  func head(_ form: FileForm) throws -> any TableReader {
    isPlain
      ? try TableReaders.head(path: files[0].path, name: files[0].name, format: form.tableFormat)
      : try open(form, threads: 1)
  }
}

extension FileForm {
  /// Looks at the first file that is not empty; the size is that of all.
  /// - Throws: `DataError` where it cannot be read or is no table.
  package init(_ source: TableSource) throws {
    let sizes = source.files.map { FilePaths.size(of: $0.path) ?? 0 }
    let first = source.files[sizes.firstIndex { $0 > 0 } ?? 0]
    try self.init(path: first.path, name: first.name)
    size = sizes.reduce(0, +)
  }
}

extension TableReader {
  /// The column at `place`, from 0: by its number, or by its name where it is no column of the files, but of their paths.
  func selector(at place: Int) -> ColumnSelector {
    (try? index(of: .number(place + 1))) == place ? .number(place + 1) : .name(header[place])
  }
}
