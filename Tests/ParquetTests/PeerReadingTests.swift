import Foundation
import TestSupport
import Testing

@Suite("Parquet files of others")
struct PeerReadingTests {
  @Test(
    "what PyArrow, Polars and DuckDB write, in every type, encoding and codec, is what they read",
    .enabled(if: ParquetPeers.python != nil, "Python with pyarrow, polars and duckdb is not there")
  )
  func peers() throws {
    let folder = try ScratchFolder()
    try ParquetPeers.run(try #require(ParquetPeers.python), [ParquetPeers.script, "write", folder.path])
    let files = try folder.names().filter { $0.hasSuffix(".parquet") }
    #expect(files.count >= 60)
    for file in files {
      #expect(try PeerFile.differences(folder.file(file)) == [], "\(file)")
    }
  }
}
