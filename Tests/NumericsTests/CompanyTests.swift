import Testing

@testable import Numerics

/// Whether a request's vector depends on what it is computed together with.
@Suite("Vectors in company")
struct CompanyTests {
  @Test(
    "a row's vector is the same bits in whatever company",
    arguments: TowerKind.allCases,
    TwoTowerShape.Pooling.allCases
  )
  func company(kind: TowerKind, pooling: TwoTowerShape.Pooling) throws {
    for width in [12, 128] {
      var shape = TwoTowerShape(userVocabulary: 3, itemVocabulary: 50, categoryVocabulary: 2)
      (shape.embeddingDimension, shape.maxSeqLen, shape.usesUserID) = (width, 4, false)
      (shape.queryKind, shape.itemKind, shape.usesCategory) = (kind, kind, false)
      (shape.hiddenUnits, shape.usesNewestClick) = (kind == .identity ? [] : [2 * width, width], true)
      if kind == .residual { shape.itemKind = .identity }
      shape.pooling = pooling
      let model = try TwoTowerModel(shape, seed: 3)
      for weight in model.weights where weight.name.hasSuffix("kernel") {
        for index in weight.matrix.elements.indices { weight.matrix.elements[index] += Float(index % 7) / 50 }
      }
      func vectors(_ rows: Int) throws -> Matrix {
        let clicks: [Int32] = (0..<rows * 4).map { place in
          let item: Int = (place * 13 + place / 4) % 49
          return Int32(item + 1)
        }
        return try model.steadyQueryVectors(
          QueryInputs(
            users: [Int32](repeating: 0, count: rows),
            histories: HistoryWindows(padded: clicks, length: 4)
          )
        )
      }
      let all = try vectors(300)
      var other: [Int] = []
      for rows in Array(1...9) + [16, 17, 31, 33, 64, 100, 127, 128, 129, 130, 257] {
        let some = try vectors(rows)
        let isSame = (0..<rows).allSatisfy { some.row($0).elementsEqual(all.row($0)) }
        if !isSame { other.append(rows) }
      }
      #expect(other == [], "\(kind) \(pooling) \(width)")
    }
  }
}
