import Files
import Foundation
import Memory
import TestSupport
import Testing

@testable import Numerics

@Suite("Scores of chosen rows, and indexes that share their cells")
struct SearchRowScoresTests {
  private func drawn(_ rows: Int, _ columns: Int, seed: Int) -> Matrix {
    var rng = NumpyGenerator(seed: seed)
    let matrix = Matrix(rows: rows, columns: columns)
    rng.fillNormal(matrix.elements)
    return matrix
  }

  @Test(
    "a row's score is the bits of an exact search, whatever rows stand beside it",
    arguments: [1, 7, 64, 129]
  )
  func scores(dimension: Int) throws {
    let items = drawn(53, dimension, seed: 4)
    let queries = drawn(3, dimension, seed: 5)
    let exact = try ExactSearch(items: items, ids: (0..<53).map(Int64.init)).search(queries: queries, k: 53)
    for query in 0..<3 {
      let ids = exact.ids(of: query)
      #expect(
        items.scores(ofRows: ids.map { UInt32($0) }, with: queries.row(query))
          == Array(exact.scores(of: query))
      )
      let some = ids.prefix(3).map { UInt32($0) }
      #expect(
        items.scores(ofRows: some, with: queries.row(query)) == Array(exact.scores(of: query).prefix(3))
      )
    }
    #expect(items.scores(ofRows: [], with: queries.row(0)) == [])
  }

  @Test(
    "an index knows the size of its file, which our checksum makes 16 bytes longer",
    arguments: ["Flat", "HNSW8", "IVF8,PQ2x4"]
  )
  func size(factory: String) throws {
    let items = drawn(400, 8, seed: 6)
    let index = try FaissIndex(factory: factory, dimension: 8)
    try index.train(items)
    try index.add(items, ids: (0..<400).map(Int64.init))
    let directory = try ScratchFolder()
    try index.write(to: directory.file("a.faiss"))
    #expect(try index.storedBytes() + 16 == FilePaths.size(of: directory.file("a.faiss")))
  }

  @Test(
    "an index that took another's cells is the one that learned its own, to the byte",
    arguments: ["IVF16,SQ8", "IVF16,PQ4", "IVF16,Flat"]
  )
  func cells(factory: String) throws {
    let items = drawn(900, 8, seed: 7)
    let ids = (0..<900).map(Int64.init)
    func index(_ factory: String, of other: FaissIndex?) throws -> FaissIndex {
      let index = try FaissIndex(factory: factory, dimension: 8)
      if let other { try index.takeCells(of: other) }
      try index.train(items)
      try index.add(items, ids: ids)
      return index
    }
    let directory = try ScratchFolder()
    let own = directory.file("own.faiss")
    let taken = directory.file("taken.faiss")
    try index(factory, of: nil).write(to: own)
    try index(factory, of: try index("IVF16,Flat", of: nil)).write(to: taken)
    #expect(try Data(contentsOf: URL(fileURLWithPath: own)) == Data(contentsOf: URL(fileURLWithPath: taken)))
    // Cells of another number, or of another kind of index, are not taken.
    try index(factory, of: try index("IVF8,Flat", of: nil)).write(to: taken)
    #expect(try Data(contentsOf: URL(fileURLWithPath: own)) == Data(contentsOf: URL(fileURLWithPath: taken)))
    try index(factory, of: try index("HNSW8", of: nil)).write(to: taken)
    #expect(try Data(contentsOf: URL(fileURLWithPath: own)) == Data(contentsOf: URL(fileURLWithPath: taken)))
  }
}
