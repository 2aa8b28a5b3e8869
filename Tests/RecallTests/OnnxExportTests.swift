import Files
import Foundation
import Numerics
import TestSupport
import Testing

@testable import Clicks
@testable import Recall

/// Towers as ONNX, besides what ONNX Runtime computes with them (`SavedModelPeerTests`).
@Suite("Towers as ONNX")
struct OnnxExportTests {
  private static func saved() throws -> SavedModel {
    let catalogue = Catalogue(ItemTable(items: [30, 7, 5], categories: [1, 0, 1]))
    var shape = TwoTowerShape(
      userVocabulary: 3,
      itemVocabulary: catalogue.itemVocabulary.size,
      categoryVocabulary: catalogue.categoryVocabulary.size
    )
    (shape.embeddingDimension, shape.hiddenUnits, shape.maxSeqLen) = (4, [8, 6], 5)
    return SavedModel(
      model: try TwoTowerModel(shape, seed: 5),
      users: [11, 12],
      catalogue: catalogue,
      categoryNames: nil,
      userNames: nil,
      itemNames: nil
    )
  }

  @Test("what codes stand for: codes ascend with the ids, items are in the order of their rows")
  func vocabularies() throws {
    let json = OnnxVocabularies(try Self.saved()).json
    #expect(
      json
        == #"{"items":["30","7","5"],"item":{"5":1,"7":2,"30":3},"user":{"11":1,"12":2},"category":{"0":1,"1":2}}"#
    )
  }

  @Test(
    "weights in a file of their own are the same weights",
    .enabled(
      if: PythonPeer.having("onnx", "onnxruntime") != nil,
      "python3 with onnx and onnxruntime is not there"
    )
  )
  func externalWeights() throws {
    let saved = try Self.saved()
    let (inside, outside) = (try ScratchFolder(), try ScratchFolder())
    try OnnxExport.write(saved, mostBytesInside: .max) { inside.file($0) }
    try OnnxExport.write(saved, mostBytesInside: 0) { outside.file($0) }
    let listed = OnnxExport.files(of: saved, mostBytesInside: 0).map(\.name).sorted()
    #expect(try outside.names() == listed)
    #expect(listed.filter { $0.hasSuffix(".data") } == ["item_tower.onnx.data", "query_tower.onnx.data"])
    #expect(try OnnxExport.files(of: saved, mostBytesInside: .max).map(\.name).sorted() == inside.names())
    let check = try #require(PythonPeer.having("onnx", "onnxruntime")).run([
      "-c",
      """
      import sys, numpy, onnx, onnxruntime
      for name, inputs in [("item_tower", {"item": [3, 0], "category": [1, 2]}),
                           ("query_tower", {"history": [[1, 2, 0, 3]] * 2, "user": [2, 0]})]:
          paths = [f"{folder}/{name}.onnx" for folder in sys.argv[1:]]
          weights = [{t.name: onnx.numpy_helper.to_array(t) for t in onnx.load(p).graph.initializer} for p in paths]
          assert weights[0].keys() == weights[1].keys()
          assert all((weights[0][k] == weights[1][k]).all() for k in weights[0])
          inputs = {k: numpy.array(v) for k, v in inputs.items()}
          own, other = [onnxruntime.InferenceSession(p).run(None, inputs)[0] for p in paths]
          assert own.shape == (2, 6) and (own == other).all()
      """, inside.path, outside.path,
    ])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test(
    "ids that COPY would take for something else are escaped, and what pgvector does not take is refused by name"
  )
  func pgvector() throws {
    var saved = try Self.saved()
    let names = ["a\tb", "back\\slash", "line\nend"]
    saved.catalogue = Catalogue(ItemTable(items: [0, 1, 2], categories: [0, 0, 0]))
    saved.itemNames = TextTable(names)
    saved.vectors = Matrix(rows: 3, columns: 2, values: [0.5, -1, 0, 1e-8, 3, 2.25])
    let folder = try ScratchFolder()
    try PgvectorExport.write(saved) { folder.file($0) }
    let text = try MappedFile.readText(folder.file("item_vectors.sql"))
    let rows = text.split(separator: "FROM stdin;\n")[1]
    #expect(
      rows == "a\\tb\t[0.5,-1]\nback\\\\slash\t[0,1e-08]\nline\\nend\t[3,2.25]\n\\.\nCOMMIT;\n"
    )
    #expect(text.contains("embedding vector(2) NOT NULL"))
    saved.vectors = Matrix(rows: 3, columns: 2, values: [0.5, -1, .nan, 0, 3, 2.25])
    let failure = #expect(throws: SavedModelFailure.self) {
      try PgvectorExport.write(saved) { folder.file($0) }
    }
    #expect(failure?.description.hasPrefix("the vector of the item 'back\\slash' is not finite") == true)
    saved.vectors = Matrix(rows: 3, columns: 16_001)
    let wide = #expect(throws: SavedModelFailure.self) { try PgvectorExport.write(saved) { folder.file($0) } }
    #expect(wide?.description.contains("up to 16000 dimensions and the model's have 16001") == true)
  }
}
