import ClickFixtures
import Files
import Foundation
import Testing

@testable import Tables

/// Tables that a script makes, and what Python's modules read of them.
@Suite("Tables as Python reads them")
struct MadeTablesTests {
  private static let hasPython = (try? cases(count: 1)).map { !$0.isEmpty } ?? false

  /// What the script writes.
  private static func cases(count: Int = Int.max) throws -> [[String: Any]] {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "made_tables.py")
    let files = try ClickFiles()
    let output = files.path("cases.jsonl")
    guard FileManager.default.createFile(atPath: output, contents: nil) else { return [] }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = count == 1 ? ["python3", "--version"] : ["python3", script.path, "20171003"]
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw DataError("the script failed") }
    if count == 1 { return [[:]] }
    return try String(contentsOfFile: output, encoding: .utf8).split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
  }

  private func texts(_ values: ColumnValues) -> [String] {
    guard case .names(let codes, let names) = values else { return [] }
    #expect(
      names.map { Array($0.utf8) } == names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    )
    return codes.map { names[Int($0)] }
  }

  private func isSame(_ a: [String], _ b: [String]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.utf8.elementsEqual($1.utf8) }
  }

  @Test(
    "what csv, json and datetime read is what is read here, over thousands of tables",
    .enabled(if: hasPython, "python3 is not there")
  )
  func asPython() throws {
    let files = try ClickFiles()
    var counts: [String: Int] = [:]
    for one in try Self.cases() {
      let kind = try #require(one["kind"] as? String)
      let data = try #require(Data(base64Encoded: one["data"] as? String ?? ""))
      counts[kind, default: 0] += 1
      let shown = Comment(rawValue: "\(kind): \(String(decoding: data, as: UTF8.self).debugDescription)")
      let path = try files.write([UInt8](data), "case")
      do {
        switch kind {
        case "csv": try csv(one, path, shown)
        case "jsonl": try jsonLines(one, path, shown)
        case "broken": broken(one, path, shown)
        default: try moments(one, path, shown)
        }
      } catch let error as DataError {
        Issue.record("\(error) \(shown)")
      }
    }
    #expect(counts == ["csv": 1400, "jsonl": 800, "broken": 3000, "moments": 600])
  }

  private func csv(_ one: [String: Any], _ path: String, _ shown: Comment) throws {
    let rows = try #require(one["rows"] as? [[String]])
    let header = try #require(one["header"] as? [String])
    let delimiter = try #require((one["delimiter"] as? String)?.utf8.first)
    let encoding = (one["encoding"] as? String).flatMap(TextEncoding.init) ?? .auto
    let reader = try DelimitedReader(
      path: path,
      format: DelimitedFormat(delimiter: delimiter),
      encoding: encoding,
      threads: 2,
      pieceBytes: 16
    )
    #expect(reader.header == header, shown)
    let read = try reader.read(
      header.map { ColumnRequest(.name($0), as: .name, empty: .substitute) }
        + header.map { ColumnRequest(.name($0), as: .names(separator: nil), empty: .substitute) }
    )
    #expect(read.rows == rows.count, shown)
    for column in header.indices {
      #expect(isSame(texts(read.columns[column]), rows.map { $0[column] }), shown)
    }
    let first = try reader.firstRows(100)
    #expect(first.count == rows.count && zip(first, rows).allSatisfy { isSame($0, $1) }, shown)
    // Ids are integers where all are as programs write them, within 64 bits, and else their bytes; nothing is none.
    for column in header.indices {
      let fields = rows.map { $0[column] }
      let integers = fields.map { Int64($0) }
      let areCanonical = zip(fields, integers).allSatisfy { field, value in
        value.map { String($0) == field && $0 >= 0 } ?? false
      }
      let ids = try reader.read([ColumnRequest(.name(header[column]), as: .identifier, empty: .substitute)])
      if areCanonical {
        #expect(ids.columns[0] == .integers(integers.map { $0 ?? 0 }), shown)
      } else {
        #expect(isSame(texts(ids.columns[0]), fields), shown)
      }
    }
  }

  private func jsonLines(_ one: [String: Any], _ path: String, _ shown: Comment) throws {
    let rows = try #require(one["rows"] as? [[Any]])
    let reader = try TableReaders.open(path: path, threads: 2)
    let read = try reader.read(
      ["a", "b.c", "é.x"].map { ColumnRequest(.name($0), as: .name, empty: .substitute) } + [
        ColumnRequest(.name("tags"), as: .names(separator: nil), empty: .substitute)
      ]
    )
    for column in 0..<3 {
      #expect(isSame(texts(read.columns[column]), rows.compactMap { $0[column] as? String }), shown)
    }
    guard case .lists(let offsets, let codes, let names) = read.columns[3] else {
      Issue.record("no lists")
      return
    }
    for (row, expected) in rows.enumerated() {
      let list = codes[offsets[row]..<offsets[row + 1]].map { names[Int($0)] }
      #expect(isSame(list, expected[3] as? [String] ?? ["?"]), shown)
    }
  }

  private func broken(_ one: [String: Any], _ path: String, _ shown: Comment) {
    let message = dataMessage { _ = try TableReaders.open(path: path, format: TableFormat(kind: .jsonl)) }
    if one["good"] as? Bool == true {
      #expect(message == "(no error)", shown)
    } else {
      #expect(message != "(no error)", shown)
      #expect(
        message.contains("case:1: column ") || message.hasSuffix("the file is empty"),
        "\(message) \(shown)"
      )
    }
  }

  private func moments(_ one: [String: Any], _ path: String, _ shown: Comment) throws {
    let unit = try #require((one["unit"] as? String).flatMap(TimeUnit.init))
    let ticks = try #require(one["ticks"] as? [Int])
    let read = try TableReaders.open(path: path).read([ColumnRequest(.name("t"), as: .time)])
    #expect(read.columns == [.moments(ticks.map(Int64.init), unit)], shown)
  }
}
