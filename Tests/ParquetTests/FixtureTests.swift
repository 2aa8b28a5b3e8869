import Foundation
import Memory
import TestSupport
import Testing

@testable import Parquet

/// Small files that PyArrow, Polars and DuckDB wrote (`peers.py fixtures`), with what they read of them.
enum ParquetFixtures {
  static let names = ["dictionary-v1-snappy", "plain-v2-zstd", "polars", "duckdb"]

  static func path(_ name: String) -> String {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).parquet")
      .path
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: path(name))))
  }
}

@Suite("Parquet: files kept in the repository")
struct FixtureTests {
  @Test("they are read as their writers read them", arguments: ParquetFixtures.names)
  func values(name: String) throws {
    #expect(try PeerFile.differences(ParquetFixtures.path(name)) == [])
  }

  @Test("a difference is seen")
  func differences() throws {
    let folder = try ScratchFolder()
    let path = folder.file("t.parquet")
    try folder.write("t.parquet", Data(try ParquetFixtures.bytes("polars")))
    let text = try String(contentsOfFile: ParquetFixtures.path("polars") + ".json", encoding: .utf8)
    try folder.write("t.parquet.json", text.replacing("\"phone\"", with: "\"phony\""))
    #expect(try !PeerFile.differences(path).isEmpty)
  }

  @Test("cut off anywhere, a file is an error", arguments: ParquetFixtures.names)
  func truncated(name: String) throws {
    let whole = try ParquetFixtures.bytes(name)
    let folder = try ScratchFolder()
    for cut in 0..<200 {
      try folder.write("t.parquet", Data(whole.prefix(whole.count * cut / 200)))
      #expect(throws: ParquetError.self) { _ = try PeerFile.ours(folder.file("t.parquet")) }
    }
  }

  @Test(
    "with bits turned over a file is an error or some values, and never a crash",
    arguments: ParquetFixtures.names
  )
  func bitFlips(name: String) throws {
    let whole = try ParquetFixtures.bytes(name)
    let folder = try ScratchFolder()
    var draws = SplitMix(seed: 7, stream: 0)
    var errors = 0
    for _ in 0..<500 {
      var bytes = whole
      bytes[draws.below(bytes.count)] ^= 1 << UInt8(draws.below(8))
      try folder.write("t.parquet", Data(bytes))
      do { _ = try PeerFile.ours(folder.file("t.parquet")) } catch is ParquetError { errors += 1 }
    }
    #expect(errors > 50)
  }

  @Test("where pages have checksums every turned bit in one is an error")
  func checksums() throws {
    let whole = try ParquetFixtures.bytes("dictionary-v1-snappy")
    let folder = try ScratchFolder()
    let file = try ParquetFile(path: ParquetFixtures.path("dictionary-v1-snappy"))
    var pages: [Range<Int>] = []
    for chunk in file.groups.flatMap(\.chunks) {
      let range = try chunk.range(end: whole.count)
      var position = range.lowerBound
      while position < range.upperBound {
        let header = try whole.withUnsafeBytes {
          try PageHeader(UnsafeRawBufferPointer(rebasing: $0[position...]))
        }
        #expect(header.checksum != nil)
        position += header.count
        pages.append(position..<position + Int(header.compressedSize))
        position += Int(header.compressedSize)
      }
    }
    #expect(pages.count > 30)
    var draws = SplitMix(seed: 8, stream: 0)
    for page in pages where !page.isEmpty {
      var bytes = whole
      bytes[page.lowerBound + draws.below(page.count)] ^= 1 << UInt8(draws.below(8))
      try folder.write("t.parquet", Data(bytes))
      let error = #expect(throws: ParquetError.self) { _ = try PeerFile.ours(folder.file("t.parquet")) }
      #expect(error?.message == "a page is damaged: its checksum is another")
    }
  }
}
