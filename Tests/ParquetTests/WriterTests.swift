import Foundation
import Memory
import TestSupport
import Testing

@testable import Parquet

/// What is written, beside what readers of it should find.
struct WrittenTable {
  typealias Cell = PeerFile.Cell

  var fields: [ParquetField] = []
  var columns: [ParquetFieldValues] = []
  var cells: [[Cell]] = []
  let rows: Int

  /// A table with a column of every kind, with nulls and lists, drawn with `seed`.
  init(rows: Int, seed: Int) {
    self.rows = rows
    var draws = SplitMix(seed: seed, stream: 0)
    let texts = ["", "ü", "phone", "say \"so\"", "a longer text, of more than eight bytes"]
    add("flag", .boolean, (0..<rows).map { _ in draws.below(2) == 0 }) { .booleans($0) }
    add("small", .int32, (0..<rows).map { _ in Int32(draws.below(1 << 20)) - 99 }) { .int32s($0) }
    add("few", .int64, (0..<rows).map { Int64($0 / 40 % 3) - 1 }) { .int64s($0) }
    add("rising", .int64, (0..<rows).map { Int64($0) << 33 }) { .int64s($0) }
    add("float", .float, (0..<rows).map { _ in Float(draws.unit()) - 0.5 }) { .floats($0) }
    add("double", .double, (0..<rows).map { $0 == 3 ? .nan : draws.unit() * 1e300 }) { .doubles($0) }
    add("text", .text, (0..<rows).map { _ in texts[draws.below(5)] }) { .texts($0) }
    add("id", .text, (0..<rows).map { "item \($0 &* 7919)" }) { .texts($0) }
    add("coded", .text, (0..<rows).map { _ in Int32(draws.below(4)) + 1 }, shown: { texts[Int($0)] }) {
      .codes($0, names: texts)
    }
    addNulls("int_null", .int64, (0..<rows).map { _ in draws.below(3) == 0 ? nil : Int64(draws.below(100)) })
    {
      .int64s($0)
    }
    addNulls("text_null", .text, (0..<rows).map { _ in draws.below(3) == 0 ? nil : texts[draws.below(5)] }) {
      .texts($0)
    }
    addNulls("nothing", .double, [Double?](repeating: nil, count: rows)) { .doubles($0) }
    func lists<Element>(_ isOptional: Bool, _ element: () -> Element) -> [[Element]?] {
      (0..<rows).map { _ in
        if isOptional && draws.below(4) == 0 { return nil }
        return (0..<draws.below(4)).map { _ in element() }
      }
    }
    var more = SplitMix(seed: seed, stream: 1)
    addLists("vector", .float, lists(false) { Float(more.unit()) }) { .floats($0) }
    addLists("numbers", .int64, lists(true) { Int64(more.below(5)) }, isOptional: true) { .int64s($0) }
    addLists("tags", .text, lists(true) { texts[more.below(5)] }, isOptional: true) { .texts($0) }
  }

  private mutating func add<Value>(
    _ name: String,
    _ kind: ParquetField.Kind,
    _ values: [Value],
    shown: (Value) -> String = { "\($0)" },
    _ made: ([Value]) -> ParquetFieldValues.Values
  ) {
    fields.append(ParquetField(name, kind))
    columns.append(ParquetFieldValues(made(values)))
    cells.append(values.map { .text(shown($0)) })
  }

  private mutating func addNulls<Value>(
    _ name: String,
    _ kind: ParquetField.Kind,
    _ values: [Value?],
    _ made: ([Value]) -> ParquetFieldValues.Values
  ) {
    fields.append(ParquetField(name, kind, isOptional: true))
    columns.append(ParquetFieldValues(made(values.compactMap(\.self)), isPresent: values.map { $0 != nil }))
    cells.append(values.map { $0.map { .text("\($0)") } ?? .null })
  }

  private mutating func addLists<Value>(
    _ name: String,
    _ kind: ParquetField.Kind,
    _ lists: [[Value]?],
    isOptional: Bool = false,
    _ made: ([Value]) -> ParquetFieldValues.Values
  ) {
    fields.append(ParquetField(name, kind, isList: true, isOptional: isOptional))
    columns.append(
      ParquetFieldValues(
        made(lists.flatMap { $0 ?? [] }),
        lengths: lists.map { $0.map { Int32($0.count) } ?? -1 }
      )
    )
    cells.append(lists.map { $0.map { .list($0.map { .text("\($0)") }) } ?? .null })
  }

  /// The bytes of a file with `tables` for row groups.
  static func bytes(_ tables: [WrittenTable], threads: Int = 1) throws -> [UInt8] {
    var bytes: [UInt8] = []
    let writer = try ParquetWriter(tables[0].fields, threads: Threads(threads)) { bytes += $0 }
    for table in tables { try writer.write(rows: table.rows, table.columns) }
    try writer.finish()
    return bytes
  }
}

@Suite("Parquet as we write it")
struct WriterTests {
  @Test("what is written is read again, over several row groups and pages, by any number of threads")
  func ours() throws {
    let folder = try ScratchFolder()
    let tables = [
      WrittenTable(rows: 70_000, seed: 1), WrittenTable(rows: 1, seed: 2), WrittenTable(rows: 500, seed: 3),
    ]
    let bytes = try WrittenTable.bytes(tables)
    #expect(try WrittenTable.bytes(tables, threads: 3) == bytes)
    try folder.write("t.parquet", Data(bytes))
    let read = try PeerFile.ours(folder.file("t.parquet"), threads: 3)
    #expect(read.map(\.leaf.name) == tables[0].fields.map(\.name))
    for (place, column) in read.enumerated() {
      let expected = tables.flatMap { $0.cells[place] }
      let row = expected.indices.first { !expected[$0].matches(column.cells[$0], column.leaf.type, .plain) }
      #expect(row == nil && column.cells.count == expected.count, "\(column.leaf.name), row \(row ?? -1)")
    }
  }

  @Test(
    "PyArrow, Polars and DuckDB read what was written, and the least and greatest values",
    .enabled(if: ParquetPeers.python != nil, "Python with pyarrow, polars and duckdb is not there")
  )
  func peers() throws {
    let folder = try ScratchFolder()
    var tables = [WrittenTable(rows: 300, seed: 4), WrittenTable(rows: 40, seed: 5)]
    for place in tables.indices {
      let rows = tables[place].rows
      for (name, unit, ticks) in [
        ("ms", ParquetTimeUnit.milliseconds, 1000), ("us", .microseconds, 1_000_000),
      ] {
        tables[place].fields.append(ParquetField(name, .timestamp(unit)))
        let times = (0..<rows).map { Int64($0 * ticks * 86_400) }
        tables[place].columns.append(ParquetFieldValues(.int64s(times)))
        let calendar = ISO8601DateFormatter()
        tables[place].cells.append(
          (0..<rows).map {
            let text = calendar.string(from: Date(timeIntervalSince1970: Double($0) * 86_400))
            return .text(text.replacing("T", with: " ").replacing("Z", with: ""))
          }
        )
      }
    }
    let path = folder.file("t.parquet")
    try folder.write("t.parquet", Data(try WrittenTable.bytes(tables)))
    let data = try ParquetPeers.run(try #require(ParquetPeers.python), [ParquetPeers.script, "read", path])
    let found = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: [Any]]])
    for peer in ["pyarrow", "polars", "duckdb"] {
      for (place, field) in tables[0].fields.enumerated() {
        let cells = try #require(found[peer]?[field.name], "\(peer) \(field.name)").map(
          PeerFile.Cell.init(json:)
        )
        let expected = tables.flatMap { $0.cells[place] }
        let row = expected.indices.first { !cells[$0].matches(expected[$0], field.type, .plain) }
        #expect(
          row == nil && cells.count == expected.count,
          "\(peer), \(field.name): \(row.map { cells[$0] } ?? .null)"
        )
      }
    }
    let facts = try #require(found["facts"])
    func fact(_ name: String) -> [String?] { (facts[name] ?? []).map { $0 as? String } }
    #expect(fact("few") == ["-1", "1", "dictionary"] && fact("rising")[2] == "plain")
    #expect(fact("text") == ["", "ü", "dictionary"])
    #expect(fact("id")[0] == "item 0" && fact("double")[0] == nil && fact("nothing")[0] == nil)
  }

  @Test("runs of ten thousand rows take few bytes")
  func runs() throws {
    let rows = 10_000
    var bytes: [UInt8] = []
    let fields = [ParquetField("a", .int64), ParquetField("b", .text, isOptional: true)]
    let writer = try ParquetWriter(fields) { bytes += $0 }
    try writer.write(
      rows: rows,
      [
        ParquetFieldValues(.int64s([Int64](repeating: 7, count: rows))),
        ParquetFieldValues(.texts([]), isPresent: [Bool](repeating: false, count: rows)),
      ]
    )
    try writer.finish()
    #expect(bytes.count < 600)
  }
}
