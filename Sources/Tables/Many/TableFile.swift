import Files

/// One of several files that make a table.
package struct TableFile: Sendable {
  /// Where it is.
  package var path: String
  /// What messages call it.
  package var name: String
  /// Columns of one value each that its path gives, in order.
  package var partitions: [(key: String, value: String)]
  /// The digest of its content, and what the file was when it was taken; nil where nothing is kept of it.
  package var digest: (content: Digest, stamp: FileStamp)?

  /// A file.
  package init(
    path: String,
    name: String,
    partitions: [(key: String, value: String)] = [],
    digest: (content: Digest, stamp: FileStamp)? = nil
  ) {
    self.path = path
    self.name = name
    self.partitions = partitions
    self.digest = digest
  }

  /// What its path says of the column `key`; the part nearest to the file where it says it twice.
  func partition(_ key: String) -> String? { partitions.last { $0.key == key }?.value }
}

/// How many files are read.
package struct TableFilesOptions {
  /// How their tables are written.
  package var format = TableFormat()
  /// How many threads read, 1 or more.
  package var threads = 1
  /// Where columns of single files are kept; nil for nowhere.
  package var cache: (any ColumnCache)?
  /// Told of how many files were read, before some are; what it throws ends the reading.
  package var onProgress: (Int) throws -> Void = { _ in }
  /// The most bytes of files that are read at once, where it is more than one file.
  var windowBytes = 256 << 20

  /// Text with commas, one thread, nothing kept.
  package init() {}
}
