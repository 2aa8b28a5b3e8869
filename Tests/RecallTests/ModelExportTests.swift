import Files
import Foundation
import Numerics
import Tables
import TestSupport
import Testing

@testable import Clicks
@testable import Recall

/// What holds for every form in which a model leaves, and what each of them holds.
@Suite("Exports of a model")
struct ModelExportTests {
  private static let itemNames = ["a", "ü/\"", "c,\nd", "e", "f"]

  private static func saved(names: [String]?) throws -> SavedModel {
    let keys: [Int64] = names == nil ? [30, -7, 1 << 60] : [0, 1, 2, 3, 4]
    let catalogue = Catalogue(ItemTable(items: keys, categories: keys.map { $0 % 2 }))
    var shape = TwoTowerShape(
      userVocabulary: 3,
      itemVocabulary: catalogue.itemVocabulary.size,
      categoryVocabulary: catalogue.categoryVocabulary.size
    )
    (shape.embeddingDimension, shape.hiddenUnits, shape.maxSeqLen) = (4, [8, 6], 5)
    return SavedModel(
      model: try TwoTowerModel(shape, seed: 5),
      users: [1, 2],
      catalogue: catalogue,
      categoryNames: nil,
      userNames: nil,
      itemNames: names
    )
  }

  @Test(
    "each writes the files that it lists, all of them and no other, the same bytes twice",
    arguments: ModelFormat.allCases
  )
  func files(format: ModelFormat) throws {
    let saved = try Self.saved(names: Self.itemNames)
    let folders = [try ScratchFolder(), try ScratchFolder()]
    for folder in folders { try format.export.write(saved) { folder.file($0) } }
    let names = format.export.files(of: saved).map(\.name)
    #expect(try folders[0].names() == names.sorted())
    #expect(format.export.files(of: saved).allSatisfy { !$0.explanation.isEmpty })
    for name in names {
      let bytes = try folders.map { try Data(contentsOf: URL(fileURLWithPath: $0.file(name))) }
      #expect(bytes[0] == bytes[1] && !bytes[0].isEmpty, "\(name)")
    }
  }

  @Test("no two write a file of the same name: a folder may hold them all")
  func distinctFiles() throws {
    let saved = try Self.saved(names: nil)
    let names =
      ModelFormat.allCases.flatMap { $0.export.files(of: saved).map(\.name) }
      + SavedModel.Part.allCases.filter { !saved.parts.contains($0) }.map(\.rawValue)
    #expect(Set(names).count == names.count)
  }

  @Test(
    "where a file cannot be written the error names it, and nothing stands under its name",
    arguments: ModelFormat.allCases
  )
  func unwritable(format: ModelFormat) throws {
    let saved = try Self.saved(names: nil)
    for file in format.export.files(of: saved) {
      let folder = try ScratchFolder()
      let error = #expect(throws: (any Error).self) {
        try format.export.write(saved) { folder.file($0 == file.name ? "missing/\($0)" : $0) }
      }
      #expect("\(try #require(error))".contains(file.name), "\(file.name)")
      #expect(try !folder.names().contains(file.name))
    }
  }

  @Test(
    "the vectors are the model's, a row an item, and the ids stand in the order of the rows",
    arguments: [false, true]
  )
  func vectors(hasNames: Bool) throws {
    let saved = try Self.saved(names: hasNames ? Self.itemNames : nil)
    let folder = try ScratchFolder()
    try ModelFormat.npy.export.write(saved) { folder.file($0) }
    let data = try Data(contentsOf: URL(fileURLWithPath: folder.file("item_ids.json")))
    if hasNames {
      #expect(try JSONDecoder().decode([String].self, from: data) == Self.itemNames)
    } else {
      // The catalogue keeps the item table's order.
      #expect(try JSONDecoder().decode([Int64].self, from: data) == [30, -7, 1 << 60])
    }
    let written = try NumpyFile.readMatrix(folder.file("item_vectors.npy"))
    let catalogue = saved.catalogue
    let expected = try saved.model.itemVectors(
      items: catalogue.itemCodes,
      categories: catalogue.categoryCodes
    )
    #expect(written.rows == catalogue.count && written.values == expected.values)
  }

  @Test("Parquet has the same vectors and ids in one table", arguments: [false, true])
  func table(hasNames: Bool) throws {
    let saved = try Self.saved(names: hasNames ? Self.itemNames : nil)
    let folder = try ScratchFolder()
    try ModelFormat.parquet.export.write(saved) { folder.file($0) }
    let read = try TableReaders.open(path: folder.file("item_vectors.parquet")).read([
      ColumnRequest(.name("item_id"), as: .identifier), ColumnRequest(.name("vector"), as: .vector),
    ])
    let vectors = try saved.itemVectors()
    #expect(read.columns[1] == .vectors(vectors.values, width: vectors.columns))
    switch read.columns[0] {
    case .names(let codes, let names):
      // One of the numbers is negative, so that all of them are names.
      let ids = hasNames ? Self.itemNames : ["30", "-7", String(1 << 60)]
      #expect(codes.map { names[Int($0)] } == ids)
    default: #expect(Bool(false))
    }
  }
}
