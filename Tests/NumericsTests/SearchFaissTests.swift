import Memory
import Files
import Foundation
import TestSupport
import Testing

@testable import Numerics

@Suite("FAISS indexes")
struct SearchFaissTests {
  private func unitVectors(_ rows: Int, _ columns: Int, seed: Int) -> Matrix {
    var rng = NumpyGenerator(seed: seed)
    let matrix = Matrix(rows: rows, columns: columns)
    rng.fillNormal(matrix.elements)
    for row in 0..<rows {
      let length = matrix.row(row).reduce(0) { $0 + $1 * $1 }.squareRoot()
      for column in 0..<columns { matrix[row, column] /= length }
    }
    return matrix
  }

  private func build(_ factory: String, _ items: Matrix, threads: Int = 1) throws -> FaissIndex {
    let index = try FaissIndex(factory: factory, dimension: items.columns)
    try index.train(items, threads: threads)
    try index.add(items, ids: (0..<Int64(items.rows)).map { $0 * 3 + 5 }, threads: threads)
    return index
  }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  /// The share of the exact top 10 that is found: well below what each of them reaches here.
  @Test(
    "each kind finds its share of the exact neighbours, again after it was written and read",
    arguments: [
      ("Flat", FaissIndex.Parameter?.none, 0, 1.0, "IndexFlat"),
      ("IVF32,Flat", .nprobe, 16, 0.85, "IndexIVFFlat"),
      ("HNSW16", .efSearch, 128, 0.9, "IndexHNSWFlat"), ("PQ8", nil, 0, 0.4, "IndexPQ"),
      ("IVF16,PQ8", .nprobe, 16, 0.4, "IndexIVFPQ"), ("SQ8", nil, 0, 0.9, "IndexScalarQuantizer"),
      ("OPQ8,IVF16,PQ8", .nprobe, 16, 0.4, "IndexPreTransform"),
    ]
  )
  func recall(
    factory: String,
    parameter: FaissIndex.Parameter?,
    value: Int,
    floor: Double,
    kind: String
  ) throws {
    let items = unitVectors(3000, 16, seed: 1)
    let queries = unitVectors(100, 16, seed: 2)
    let index = try build(factory, items)
    #expect(index.count == 3000 && index.dimension == 16 && index.isTrained && index.kind == kind)
    if let parameter { try index.set(parameter, to: value) }
    let found = try index.search(queries: queries, k: 10)
    let exact = try ExactSearch(items: items, ids: (0..<3000).map { Int64($0) * 3 + 5 })
      .search(queries: queries, k: 10)
    let common = (0..<100).reduce(0) { $0 + Set(found.ids(of: $1)).intersection(exact.ids(of: $1)).count }
    #expect(Double(common) / 1000 >= floor)
    if factory == "Flat" { #expect(found.ids == exact.ids) }

    let directory = try ScratchFolder()
    let path = directory.file("a.faiss")
    try index.write(to: path)
    #expect(try directory.names() == ["a.faiss"])
    let again = try FaissIndex(reading: path)
    if let parameter { try again.set(parameter, to: value) }
    #expect(try again.search(queries: queries, k: 10) == found)
    // FAISS reads a flat index as a more special class than it makes.
    #expect(again.factory.hasPrefix(kind))
  }

  /// Sixteen sums for each half of 32 numbers, whole sixteens that are left over in the first of them and what is left then in the
  /// second, added up by halves.
  private func laneSum(_ a: some Collection<Float>, _ b: some Collection<Float>) -> Float {
    let products = zip(a, b).map { $0 * $1 }
    var sums = [[Float](repeating: 0, count: 16), [Float](repeating: 0, count: 16)]
    let paired = products.count / 32 * 32
    for (place, product) in products.enumerated() {
      let isFirst = place < paired ? place % 32 < 16 : place < products.count / 16 * 16
      sums[isFirst ? 0 : 1][place % 16] += product
    }
    var lanes = zip(sums[0], sums[1]).map { $0 + $1 }
    while lanes.count > 1 {
      let half = lanes.count / 2
      lanes = (0..<half).map { lanes[$0] + lanes[$0 + half] }
    }
    return lanes[0]
  }

  @Test(
    "a graph's scores are inner products, the same bits on every processor",
    arguments: [1, 7, 16, 31, 33, 48, 63, 64, 100, 128]
  )
  func graphScores(dimension: Int) throws {
    let items = unitVectors(300, dimension, seed: 11)
    let queries = unitVectors(20, dimension, seed: 12)
    let index = try build("HNSW8", items)
    try index.set(.efSearch, to: 300)
    let found = try index.search(queries: queries, k: 20)
    for query in 0..<20 {
      for (id, score) in zip(found.ids(of: query), found.scores[query * 20..<(query + 1) * 20]) where id >= 0
      {
        let item = items.row(Int(id - 5) / 3)
        let exact = zip(item, queries.row(query)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(Double(score) - exact) < 1e-6)
        #expect(score == laneSum(Array(queries.row(query)), Array(item)))
      }
    }
  }

  @Test("excluded ids never return and leave k places filled; k beyond the index leaves some empty")
  func exclusions() throws {
    let items = unitVectors(50, 8, seed: 3)
    let index = try build("Flat", items)
    let first = try index.search(queries: items, k: 5)
    let lists = (0..<50).map { $0 % 3 == 0 ? Array(first.ids(of: $0)) : [] }
    let found = try index.search(
      queries: items,
      k: 50,
      options: SearchOptions(exclusions: Exclusions(lists), threads: 2)
    )
    for query in 0..<50 {
      #expect(Set(found.ids(of: query)).isDisjoint(with: lists[query]))
      #expect(found.counts[query] == 50 - lists[query].count)
    }
    #expect(try index.search(queries: items, k: 60).counts == Array(repeating: 50, count: 50))
    #expect(try index.search(queries: items, k: 0).ids.isEmpty)
    let empty = try FaissIndex(factory: "Flat", dimension: 8)
    #expect(try empty.search(queries: items, k: 2).counts == Array(repeating: 0, count: 50))
  }

  @Test("training and adding with one thread give the same bytes twice", arguments: ["IVF16,PQ4", "HNSW8"])
  func deterministic(factory: String) throws {
    let directory = try ScratchFolder()
    let items = unitVectors(1000, 8, seed: 4)
    for name in ["a", "b"] { try build(factory, items).write(to: directory.file(name)) }
    #expect(FileManager.default.contentsEqual(atPath: directory.file("a"), andPath: directory.file("b")))
  }

  @Test(
    "factory strings that FAISS does not take are told before anything is trained",
    arguments: [
      ("", "cannot make an index '': '' is not one of Flat, IVF…, HNSW…, PQ…, SQ…, OPQ…, PCA…"),
      (
        "Flt",
        "cannot make an index 'Flt': 'Flt' is not one of Flat, IVF…, HNSW…, PQ…, SQ…, OPQ…, PCA…"
      ),
      (
        "IVF0,Flat",
        "cannot make an index 'IVF0,Flat': expected a number from 1 to 4194304 in 'IVF0', it is 0"
      ),
      ("PQ0", "cannot make an index 'PQ0': expected a number from 1 to 4096 in 'PQ0', it is 0"),
      ("HNSW1", "cannot make an index 'HNSW1': expected a number from 2 to 512 in 'HNSW1', it is 1"),
      (
        "IVF99999999999999999999,Flat",
        "cannot make an index 'IVF99999999999999999999,Flat': expected a number from 1 to 4194304 in "
          + "'IVF99999999999999999999', it is 99999999999999999999"
      ),
      (
        "HNSW8_PQ4",
        "cannot make an index 'HNSW8_PQ4': graphs over product codes compare by Euclidean distance only; take HNSW…_SQ8, "
          + "or IVF…,PQ4"
      ),
      (
        "OPQ4,IVF4,PQ4x4fs",
        "cannot make an index 'OPQ4,IVF4,PQ4x4fs': codes in blocks ('PQ4x4fs') cannot be kept in cells; take IVF…,PQ4x4"
      ),
      ("PQ8x30", "cannot make an index 'PQ8x30': expected codes of 1 to 16 bits in 'PQ8x30', they have 30"),
    ]
  )
  func factories(factory: String, expected: String) {
    #expect(message { _ = try FaissIndex(factory: factory, dimension: 16) } == expected)
  }

  @Test("a factory string that does not fit the dimension carries FAISS's own words")
  func misfit() {
    let text = message { _ = try FaissIndex(factory: "PQ5", dimension: 16) }
    #expect(text.hasPrefix("cannot make an index 'PQ5': FAISS says for dimension 16: "))
    #expect(
      message { _ = try FaissIndex(factory: "Flat,IVF4", dimension: 16) }.hasPrefix("cannot make an index")
    )
    #expect(
      message { _ = try FaissIndex(factory: "Flat", dimension: 0) }
        == "cannot make an index 'Flat': expected a dimension of 1 or more, it is 0"
    )
  }

  @Test("too few vectors, no training, wrong parameters and ids below 0 are told")
  func misuse() throws {
    let items = unitVectors(3000, 8, seed: 5)
    let cells = try FaissIndex(factory: "IVF4096,Flat", dimension: 8)
    #expect(
      message { try cells.train(items) }
        == "IVF4096,Flat needs at least 4,096 training vectors, there are 3,000; "
        + "give it fewer cells or codes, or use Flat"
    )
    #expect(
      message { try cells.add(items, ids: Array(0..<3000)) }
        == "IVF4096,Flat must be trained before vectors are added or searched"
    )
    #expect(message { _ = try cells.search(queries: items, k: 1) }.contains("must be trained"))
    let codes = try FaissIndex(factory: "PQ4", dimension: 8)
    #expect(
      message { try codes.train(Matrix(rows: 255, columns: 8)) }.hasPrefix(
        "PQ4 needs at least 256 training vectors, there are 255;"
      )
    )
    let flat = try FaissIndex(factory: "Flat", dimension: 8)
    #expect(
      message { try flat.set(.nprobe, to: 4) }
        == "Flat has no nprobe: nprobe is for IVF indexes, efSearch and efConstruction for HNSW"
    )
    #expect(
      message { try flat.add(Matrix(rows: 1, columns: 8), ids: [-1]) }
        == "expected ids of 0 or more in a FAISS index, one is -1"
    )
    let graph = try FaissIndex(factory: "HNSW8", dimension: 8)
    try graph.set(.efConstruction, to: 80)
    let broken = Matrix(rows: 100, columns: 8, values: Array(repeating: Float.nan, count: 800))
    let few = try FaissIndex(factory: "IVF4,Flat", dimension: 8)
    #expect(message { try few.train(broken) }.hasPrefix("FAISS could not train IVF4,Flat: "))
  }

  @Test(
    "every truncation and every changed byte of a file is an error",
    arguments: ["Flat", "IVF4,Flat", "HNSW4", "PQ2x4"]
  )
  func damage(factory: String) throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.faiss")
    try build(factory, unitVectors(40, 4, seed: 6)).write(to: path)
    let whole = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    let step = max(1, whole.count / 400)
    for length in Array(stride(from: 0, to: whole.count - 16, by: step)) {
      try AtomicFile.write(to: path) { try $0.append(Array(whole[..<length])) }
      #expect(throws: FormatFailure.self) { try FaissIndex(reading: path) }
    }
    for place in stride(from: 0, to: whole.count - 16, by: step) {
      var changed = whole
      changed[place] ^= 0x55
      try AtomicFile.write(to: path) { try $0.append(changed) }
      let text = message { _ = try FaissIndex(reading: path) }
      #expect(text == "'\(path)' cannot be used: its checksum does not fit its content")
    }
    // As earlier versions ended it.
    try AtomicFile.write(to: path) {
      try $0.append(whole.dropLast(16) + Array("TWRBKSUM".utf8) + whole.suffix(8))
    }
    let text = message { _ = try FaissIndex(reading: path) }
    #expect(text == "'\(path)' cannot be used: its checksum is one of an earlier version")
  }

  @Test(
    "indexes of many kinds are read as they were written, and may be empty",
    arguments: [
      "Flat", "SQ4", "SQ6", "SQ8", "SQfp16", "PQ2x4", "PQ2", "HNSW4", "HNSW4_SQ8", "IVF2,Flat",
      "IVF2,SQ8", "IVF2,PQ2x4", "IVF2_HNSW4,Flat", "PCA2,Flat", "OPQ2,PQ2x4", "PCA4,IVF2,PQ2x4",
      "PQ2x4fs",
    ]
  )
  func kinds(factory: String) throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.faiss")
    let items = unitVectors(300, 4, seed: 8)
    let index = try build(factory, items)
    try index.write(to: path)
    let again = try FaissIndex(reading: path)
    let queries = unitVectors(20, 4, seed: 9)
    #expect(try again.search(queries: queries, k: 5) == index.search(queries: queries, k: 5))
    // The same bytes once more.
    try again.write(to: directory.file("b.faiss"))
    #expect(try MappedFile.read(path) == MappedFile.read(directory.file("b.faiss")))
    try FaissIndex(factory: factory, dimension: 4).write(to: path)
    #expect(try FaissIndex(reading: path).count == 0)
  }

  @Test(
    "an index of one vector is read again, whatever its id",
    arguments: [Int64.max, 1 << 40, (1 << 20) + 1, 7] as [Int64],
    ["Flat", "HNSW4"]
  )
  func single(id: Int64, factory: String) throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.faiss")
    let index = try FaissIndex(factory: factory, dimension: 4)
    try index.add(unitVectors(1, 4, seed: 8), ids: [id], threads: 1)
    try index.write(to: path)
    let found = try FaissIndex(reading: path).search(queries: unitVectors(2, 4, seed: 9), k: 1)
    #expect(found == (try index.search(queries: unitVectors(2, 4, seed: 9), k: 1)))
  }

  @Test("files of other programs are told, and never given to FAISS, which some of them crash")
  func foreign() throws {
    let directory = try ScratchFolder()
    let path = directory.file("a.faiss")
    try build("Flat", unitVectors(40, 4, seed: 7)).write(to: path)
    let sealed = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
    // As another program writes it, a text, an end too many, and nothing.
    for bytes in [
      Array(sealed.dropLast(16)), Array("no index at all, but some text of length".utf8), sealed + [0], [],
    ] {
      try AtomicFile.write(to: path) { try $0.append(bytes) }
      #expect(
        message { _ = try FaissIndex(reading: path) }
          == "'\(path)' cannot be used: it does not end in a checksum of ours: it was cut short, or another program wrote it"
      )
    }
    #expect(
      message { _ = try FaissIndex(reading: directory.file("none")) }
        == "cannot read '\(directory.file("none"))': No such file or directory"
    )
    #expect(
      message { try FaissIndex(factory: "Flat", dimension: 2).write(to: directory.file("no/a")) }
        == "cannot write '\(directory.file("no/a"))': No such file or directory"
    )
  }
}
