import Clicks
import Files
import Memory
import Numerics
import Recall
import TestSupport
import Testing

/// The index for hnswlib, held by that library against exact searches.
extension SavedModelTests {
  private static let hnswlib = PythonPeer.having("hnswlib", "numpy")
  private static let missing: Comment = "python3 with hnswlib and numpy is not there"

  private func check(_ arguments: [String]) throws -> String {
    let script = FilePaths.join(FilePaths.parent(of: #filePath), "read_hnswlib.py")
    let check = try #require(Self.hnswlib).run([script] + arguments)
    #expect(check.status == 0, "\(check.output)")
    return check.output
  }

  @Test(
    "hnswlib finds the items of a run's model, by the graph that the model has or by one of its own",
    .enabled(if: hnswlib != nil, missing),
    arguments: [
      ([], 32), (["index.type=HNSW8", "index.ef_search=50"], 8), (["index.type=HNSW8_SQ8"], 32),
      (["index.type=IVF4,Flat"], 32), (["model.similarity=dot", "model.ensemble=2"], 32),
    ]
  )
  func hnswlibOfRuns(overrides: [String], links: Int) throws {
    let model = FilePaths.join(try run(overrides + ["save.formats=[towerbook, hnswlib]"]), "model")
    let output = try check([model, FilePaths.join(model, "vectors.npy"), try queries(model), "10"])
    #expect(output.hasPrefix("M \(links), "))
    #expect(try MappedFile.readText(FilePaths.join(model, "item_labels.json")).contains("\"i69\""))
  }

  /// Vectors by row and column, of numbers between -0.5 and 0.5 or of a rule.
  enum VectorKind: String, CaseIterable {
    case ofManyLengths, mostlyZero, fiveVectors, oneVector, manyPairs, zero

    var rows: Int { self == .mostlyZero ? 20_000 : 3_000 }
    var width: Int { self == .mostlyZero ? 64 : 12 }

    func value(_ row: Int, _ column: Int, _ noise: [[Float]]) -> Float {
      switch self {
      case .ofManyLengths: noise[row][column] * Float(1 + row % 9)
      // Linked as they come, as FAISS does it, they would leave a recall of about a half. Both zeros are one.
      case .mostlyZero: row >= rows - 1_000 ? noise[row][column] : row % 2 == 0 ? 0 : -0.0
      case .fiveVectors: Float((row % 5 * 7 + column * 3) % 11) - 4
      case .oneVector: Float(column)
      case .manyPairs: noise[row / 2 * 2][column]
      case .zero: 0
      }
    }
  }

  @Test(
    "vectors of all lengths are found, however many items share one",
    .enabled(if: hnswlib != nil, missing),
    arguments: VectorKind.allCases
  )
  func hnswlibOfSharedVectors(kind: VectorKind) throws {
    let (rows, width) = (kind.rows, kind.width)
    var random = NumpyGenerator(seed: 4)
    let noise = (0..<rows).map { _ in random.random(count: width).map { Float($0) - 0.5 } }
    let values = (0..<rows).flatMap { row in (0..<width).map { kind.value(row, $0, noise) } }
    let catalogue = Catalogue(
      ItemTable(items: (0..<rows).map { Int64(7 * $0 + 1) }, categories: [Int64](repeating: 0, count: rows))
    )
    var shape = TwoTowerShape(
      userVocabulary: 1,
      itemVocabulary: catalogue.itemVocabulary.size,
      categoryVocabulary: 1
    )
    (shape.embeddingDimension, shape.hiddenUnits, shape.usesCategory) = (4, [width], false)
    var saved = SavedModel(
      model: try TwoTowerModel(shape, seed: 1),
      users: [],
      catalogue: catalogue,
      categoryNames: nil,
      userNames: nil,
      itemNames: nil
    )
    saved.vectors = Matrix(rows: rows, columns: width, values: values)
    let folder = try ScratchFolder()
    for format in [ModelFormat.npy, .hnswlib] { try format.export.write(saved) { folder.file($0) } }
    // Queries that most items are far from, too: all of their numbers are of one sign.
    let queries = (0..<200).flatMap { query in
      noise[query].map { query % 4 == 0 ? abs($0) : query % 4 == 1 ? -abs($0) : $0 }
    }
    try NumpyFile.write(queries, shape: [200, width], to: folder.file("queries.npy"))
    _ = try check([
      FilePaths.parent(of: folder.file("queries.npy")), folder.file("item_vectors.npy"),
      folder.file("queries.npy"), "50",
    ])
  }
}
