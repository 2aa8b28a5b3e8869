import Files
import CSimdjson
import Glibc

/// Opens tables.
package enum TableReaders {
  /// Raised whenever the same bytes, format and requests give other columns than before: columns that were kept are then
  /// read anew.
  static let revision = 5

  /// The table in the file at `path`.
  /// - Parameters:
  ///   - name: what messages call it; its path if nil.
  ///   - format: what it is and how it is written.
  /// - Throws: `DataError` where the file is missing, unreadable, damaged, or of no form that is read.
  package static func open(
    path: String,
    name: String? = nil,
    format: TableFormat = TableFormat(),
    threads: Int = 1
  ) throws -> any TableReader {
    try open(path: path, name: name ?? path, format: format, threads: threads, limit: nil)
  }

  /// The same, as far as the first bytes of the file go: for its columns and first rows.
  package static func head(path: String, name: String? = nil, format: TableFormat = TableFormat())
    throws
    -> any TableReader
  {
    try open(path: path, name: name ?? path, format: format, threads: 1, limit: longestHeader + 1)
  }

  /// The version of simdjson, which parses JSON.
  package static var jsonVersion: String { String(cString: tb_json_version()) }

  /// What the file at `path` is, by its first bytes, then by its ending.
  /// - Throws: `DataError` where it is missing, unreadable or damaged.
  package static func kind(path: String, name: String? = nil) throws -> TableFormat.Kind {
    let file = try FileBytes.open(path: path, name: name ?? path, limit: longestHeader + 1)
    return try kind(of: file.text(.auto, name: name ?? path, threads: 1), path: path, name: name ?? path)
  }

  private static func open(path: String, name: String, format: TableFormat, threads: Int, limit: Int?)
    throws
    -> any TableReader
  {
    let file = try FileBytes.open(path: path, name: name, limit: limit)
    try refuseForeign(file, format.kind, path: path, name: name)
    // What is delimited or not is told by letters, so UTF-16 is read as such here already.
    let kind =
      try format.kind == .auto
      ? kind(of: file.text(.auto, name: name, threads: threads), path: path, name: name) : format.kind
    func text() throws -> FileBytes { try file.text(format.encoding, name: name, threads: threads) }
    switch kind {
    case .auto, .csv:
      return try DelimitedReader(
        file: file,
        name: name,
        format: format.delimited,
        encoding: format.encoding,
        threads: threads
      )
    case .jsonl: return try JSONLinesReader(text(), name: name, threads: threads)
    case .json:
      // Its end closes it, so that a look at its beginning would tell nothing.
      let whole = file.isCut ? try FileBytes.open(path: path, name: name) : file
      return try JSONRowsReader(whole.text(format.encoding, name: name, threads: threads), name: name)
    case .sequences, .sessions:
      return try SequencesReader(
        text(),
        name: name,
        form: kind == .sequences ? .sequences : .sessions,
        format: format.delimited,
        threads: threads
      )
    case .parquet:
      return try ParquetReader(path: path, name: name, threads: threads)
    }
  }

  /// Refuses what is no table of ours, and a table that is none of the form that was set.
  /// - Throws: `DataError` that says what it is and what to do.
  private static func refuseForeign(
    _ file: FileBytes,
    _ kind: TableFormat.Kind,
    path: String,
    name: String
  ) throws {
    let start = Array(file.bytes.prefix(4096))
    // Text may begin with the letters of a mark.
    if start.contains(0) || PickleFile.isCalledSo(path), let advice = ForeignFile.advice(start, name: path) {
      throw DataError(advice, file: name)
    }
    let isParquet = start.starts(with: "PAR1".utf8)
    switch kind {
    case .auto where ending(path) == "parquet" && !isParquet && !start.starts(with: "PARE".utf8):
      // An object or a list tells by its first bytes that it is JSON.
      guard let first = start.first(where: { $0 > 0x20 }), first != UInt8(ascii: "{") else { return }
      throw DataError(
        "the file is no Parquet, as its name says: it does not begin with PAR1; set its format to what it is, such as csv",
        file: name
      )
    case .parquet where !isParquet && !start.starts(with: "PARE".utf8):
      throw DataError(
        "the file is no Parquet, as its format is set to be: it does not begin with PAR1; let the format be auto",
        file: name
      )
    case .csv, .jsonl, .json, .sequences, .sessions:
      guard isParquet else { return }
      throw DataError(
        "the file is Parquet, and its format is set to be '\(kind.rawValue)'; let the format be auto",
        file: name
      )
    case .auto, .parquet: return
    }
  }

  /// What a file is that holds `file`'s bytes, unpacked, and is called `path`.
  /// - Throws: `DataError` where it is a JSON list, which has no lines.
  private static func kind(of file: FileBytes, path: String, name: String) throws -> TableFormat.Kind {
    let bytes = file.bytes.bindMemory(to: UInt8.self)
    if bytes.starts(with: "PAR1".utf8) { return .parquet }
    let start = bytes.prefix(longestHeader).drop { $0 <= 0x20 }
    let next = start.dropFirst().first { $0 > 0x20 }
    if start.first == UInt8(ascii: "{"), next == quote || next == UInt8(ascii: "}") {
      return isOneObject(file, path) ? .json : .jsonl
    }
    if start.first == UInt8(ascii: "{"), next == apostrophe || start.dropFirst().starts(with: "u'".utf8) {
      throw DataError(
        "the file holds objects as Python writes them, in single quotes, and no JSON; write them anew, as "
          + "`json.dumps(ast.literal_eval(line))` does for each line",
        file: name
      )
    }
    if start.first == UInt8(ascii: "["), next == UInt8(ascii: "{") || next == UInt8(ascii: "[") {
      throw DataError(
        "the file is one JSON list; write a line for each of its objects, as `jq -c '.[]'` does of objects",
        file: name
      )
    }
    switch ending(path) {
    case "jsonl", "ndjson": return .jsonl
    case "parquet": return .parquet
    default: return .csv
    }
  }

  /// Whether a file that begins as a JSON object is one object over many lines, or one by its name and without a second
  /// line; others are an object a line.
  private static func isOneObject(_ file: FileBytes, _ path: String) -> Bool {
    let bytes = file.bytes.bindMemory(to: UInt8.self)
    let start = bytes.firstIndex { $0 > 0x20 } ?? 0
    let end = bytes[start...].firstIndex(of: lineFeed) ?? bytes.count
    let isLast = !file.isCut && !bytes[end...].contains { $0 > 0x20 }
    if isLast || end == bytes.count { return ending(path) == "json" }
    // A line that closes what it opens is an object of its own.
    var last = end
    while last > start, bytes[last - 1] <= 0x20 { last -= 1 }
    return bytes[last - 1] != UInt8(ascii: "}")
  }

  /// The ending of a file's name, without that of how it is packed.
  private static func ending(_ path: String) -> Substring {
    var parts = path.split(separator: "/").last?.split(separator: ".") ?? []
    if let last = parts.last, parts.count > 1, last == "gz" || last == "zst" { parts.removeLast() }
    return parts.count > 1 ? parts.last ?? "" : ""
  }
}
