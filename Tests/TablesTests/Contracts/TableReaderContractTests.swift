import ClickFixtures
import Foundation
import Parquet
import Testing

@testable import Tables

/// The forms that `TableReaders` tells apart; one more is a case here, written from the same fields.
enum TableForm: CaseIterable {
  case text, gzip, zstandard, utf16, jsonLines, jsonLinesGzip, parquet

  /// The lines before the first row.
  var linesBefore: Int {
    switch self {
    case .text, .gzip, .zstandard, .utf16: 1
    case .jsonLines, .jsonLinesGzip, .parquet: 0
    }
  }

  /// Whether a file may be cut at the end of a row and still be one.
  var mayEnd: Bool {
    switch self {
    case .text, .utf16, .jsonLines: true
    case .gzip, .zstandard, .jsonLinesGzip, .parquet: false
    }
  }

  /// A table as a file of this form has it; `rows` are fields of delimited text.
  func bytes(_ rows: [[String]]) -> [UInt8] {
    let text = Array(rows.map { $0.joined(separator: ",") + "\n" }.joined().utf8)
    switch self {
    case .text: return text
    case .gzip: return ClickFixtures.gzip(text)
    case .zstandard: return ClickFixtures.zstandard(text)
    case .utf16:
      return text.isEmpty
        ? []
        : [0xFF, 0xFE]
          + String(decoding: text, as: UTF8.self).utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .jsonLines: return Self.lines(rows)
    case .jsonLinesGzip: return ClickFixtures.gzip(Self.lines(rows))
    case .parquet: return Self.parquet(rows)
    }
  }

  /// Columns of whole numbers where all fields are such or empty, else of text; some row groups.
  private static func parquet(_ rows: [[String]]) -> [UInt8] {
    guard let header = rows.first else { return [] }
    let columns = header.indices.map { column in rows.dropFirst().map { $0[column] } }
    let integers = columns.map {
      $0.isEmpty || !$0.allSatisfy { $0.isEmpty || Int64($0) != nil } ? nil : $0.map { Int64($0) }
    }
    var bytes: [UInt8] = []
    let fields = zip(header, integers).map {
      ParquetField($0, $1 == nil ? .text : .int64, isOptional: $1 != nil)
    }
    let writer = try? ParquetWriter(fields) { bytes += $0 }
    for first in stride(from: 1, to: rows.count, by: 40_000) {
      let part = first - 1..<min(first + 39_999, rows.count - 1)
      let values = zip(columns, integers).map { texts, integers in
        guard let integers = integers?[part] else { return ParquetFieldValues(.texts(Array(texts[part]))) }
        return ParquetFieldValues(.int64s(integers.compactMap(\.self)), isPresent: integers.map { $0 != nil })
      }
      try? writer?.write(rows: part.count, values)
    }
    try? writer?.finish()
    return bytes
  }

  private static func lines(_ rows: [[String]]) -> [UInt8] {
    guard let header = rows.first else { return [] }
    let lines = rows.dropFirst().map { row in
      let fields = zip(header, row).map { name, field in "\"\(name)\": \(value(field))" }
      return "{" + fields.joined(separator: ", ") + "}\n"
    }
    return Array(lines.joined().utf8)
  }

  /// A field as JSON: an empty one is null, a number one, anything else a string.
  private static func value(_ field: String) -> String {
    if field.isEmpty { return "null" }
    if Double(field) != nil { return field }
    return field == "\"\"\"\"" ? "\"\\\"\"" : "\"\(field)\""
  }
}

@Suite("Readers of tables: the contract of all forms")
struct TableReaderContractTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let small = [
    ["user", "ts", "price", "device", "junk"], ["7", "100", "1.5", "phone", "~"],
    ["-3", "", "", "tablet \u{e9}", ""], ["7", "300", "-2e3", "", "\"\"\"\""],
    ["9007199254740993", "400", "0", "phone", "~"],
  ]

  private func open(_ path: String, threads: Int = 1) throws -> any TableReader {
    try TableReaders.open(path: path, name: "the table", threads: threads)
  }

  @Test(
    "text, whole and other numbers come as they were written, empty fields as is asked",
    arguments: TableForm.allCases
  )
  func values(form: TableForm) throws {
    let reader = try open(try files.write(form.bytes(Self.small), "table"))
    try reader.checkForm()
    #expect(reader.header == Self.small[0])
    #expect(try reader.index(of: .name("device")) == 3 && reader.index(of: .number(2)) == 1)
    #expect(try reader.firstRows(2).map { $0.prefix(4) } == Self.small[1...2].map { $0.prefix(4) })
    let read = try reader.read([
      ColumnRequest(.name("device"), as: .name, empty: .substitute), ColumnRequest(.number(1), as: .integer),
      ColumnRequest(.name("user"), as: .integerOrName),
      ColumnRequest(.name("ts"), as: .integer, empty: .substitute),
    ])
    let users: [Int64] = [7, -3, 7, 9_007_199_254_740_993]
    #expect(read.rows == 4 && read.droppedRows == 0)
    #expect(read.columns[0] == .names(codes: [1, 2, 0, 1], names: ["", "phone", "tablet \u{e9}"]))
    #expect(read.columns[1] == .integers(users) && read.columns[2] == .integers(users))
    #expect(read.columns[3] == .integers([100, 0, 300, 400]))
    let dropped = try reader.read([
      ColumnRequest(.name("price"), as: .real, empty: .dropRow),
      ColumnRequest(.name("device"), as: .name, empty: .substitute),
    ])
    #expect(dropped.rows == 3 && dropped.droppedRows == 1)
    #expect(dropped.columns[0] == .reals([1.5, -2000, 0]))
    // Names of rows that were left out may stand among the others.
    guard case .names(let codes, let names) = dropped.columns[1] else { throw DataError("no names") }
    #expect(codes.map { names[Int($0)] } == ["phone", "", "phone"])
  }

  @Test(
    "an empty field, or text for a number, is an error that names file and line",
    arguments: TableForm.allCases
  )
  func badFields(form: TableForm) throws {
    let reader = try open(try files.write(form.bytes(Self.small), "table"))
    for (column, type) in [("ts", ColumnType.integer), ("device", .integer), ("price", .integer)] {
      let message = dataMessage { _ = try reader.read([ColumnRequest(.name(column), as: type)]) }
      let line = (column == "ts" ? 2 : 1) + form.linesBefore
      #expect(message.hasPrefix("the table") && message.contains("\(line)"), "\(message)")
      #expect(message.contains("'\(column)'"), "\(message)")
    }
    let missing = dataMessage { _ = try reader.read([ColumnRequest(.name("usr"), as: .integer)]) }
    #expect(missing.hasPrefix("the table") && missing.contains("device"), "\(missing)")
  }

  @Test("any number of threads reads the same", arguments: TableForm.allCases)
  func threads(form: TableForm) throws {
    let rows = [["user", "name"]] + (0..<150_000).map { ["\($0 * 7919 % 10_007)", "item \($0 * 31 % 997)"] }
    let path = try files.write(form.bytes(rows), "table")
    let wanted = [ColumnRequest(.name("name"), as: .identifier), ColumnRequest(.name("user"), as: .integer)]
    let one = try open(path).read(wanted)
    #expect(one.rows == 150_000 && one.columns[1] == .integers(rows.dropFirst().compactMap { Int64($0[0]) }))
    #expect(try open(path, threads: 4).read(wanted) == one)
  }

  @Test(
    "a file that is missing, empty or of a header alone is an error that names it",
    arguments: TableForm.allCases
  )
  func nothing(form: TableForm) throws {
    let paths = [
      files.path("none"), try files.write([], "empty"), try files.write(form.bytes([]), "no rows"),
      try files.write(form.bytes([["user", "item"]]), "a header"), files.directory.path,
    ]
    for path in paths {
      let message = dataMessage { _ = try open(path).read([ColumnRequest(.number(1), as: .integer)]) }
      #expect(message.hasPrefix("the table: "), "\(message)")
    }
  }

  @Test(
    "a file that was cut off is an error or its whole rows, wherever the cut is",
    arguments: TableForm.allCases
  )
  func truncated(form: TableForm) throws {
    let whole = form.bytes(Self.small)
    let wanted = [ColumnRequest(.name("user"), as: .integer)]
    var refused = 0
    for length in 0..<whole.count {
      let path = try files.write(Array(whole.prefix(length)), "table")
      do {
        let read = try open(path).read(wanted)
        #expect(form.mayEnd && read.rows <= 4, "\(length) of \(whole.count) bytes are no \(form)")
      } catch let error as DataError {
        #expect(error.description.hasPrefix("the table"), "\(error)")
        refused += 1
      }
    }
    #expect(refused >= 30)
  }
}
