import Foundation
import Parquet
import TestSupport
import Testing

@testable import Tables

@Suite("Vectors written as text in Parquet")
struct TextVectorTests {
  private func read(_ texts: [String?]) throws -> ColumnValues {
    let folder = try ScratchFolder()
    var data = Data()
    let writer = try ParquetWriter([ParquetField("v", .text, isOptional: true)]) {
      data.append(contentsOf: $0)
    }
    let values = ParquetFieldValues(.texts(texts.compactMap { $0 }), isPresent: texts.map { $0 != nil })
    try writer.write(rows: texts.count, [values])
    try writer.finish()
    try folder.write("t.parquet", data)
    let reader = try ParquetReader(path: folder.file("t.parquet"), name: "t.parquet")
    return try reader.read([ColumnRequest(.name("v"), as: .vector)]).columns[0]
  }

  private func message(_ texts: [String?]) -> String {
    do { return "\(try read(texts))" } catch { return "\(error)" }
  }

  @Test("are read as in delimited text")
  func vectors() throws {
    #expect(
      try read(["[0.5, 1]", "(-2;1e3)", "3 4", "[0.5, 1]"])
        == .vectors([0.5, 1, -2, 1000, 3, 4, 0.5, 1], width: 2)
    )
    let place = "t.parquet: row 2, column 'v': "
    #expect(
      message(["[1, 2]", "[1]"]) == place + "expected a list of 2 numbers, as in the rows before, got 1"
    )
    for bad in ["[1, x]", "[]", "[1, nan]", "[1, 1e39]", "one"] {
      #expect(
        message(["[1, 2]", bad])
          == place + "expected a list of finite numbers such as [0.5, 1], got '\(bad)'"
      )
    }
    #expect(message(["[1, 2]", nil]) == place + "expected a value, got a null")
  }
}
