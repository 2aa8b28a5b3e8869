import Memory
@testable import Numerics

/// Further features of items, in plain Double.
extension ModelOracle {
  /// The blocks behind embedding and category: the categories' sum, the numbers' sum, the age.
  func itemFeatureBlocks(_ row: Int) -> [[Double]] {
    let width = shape.embeddingDimension
    let categories = shape.itemCategories.enumerated().map { column, category in
      table("emb_item_category_\(category.name)", itemCodes[column][row], width)
    }
    let numbers = shape.itemNumbers.enumerated().map { column, number in
      between("emb_item_number_\(number.name)", itemPlaces[column][row], width)
    }
    let ages = shape.itemAge == nil ? [] : [between("emb_item_age", itemPlaces[numbers.count][row], width)]
    return [categories, numbers, ages].filter { !$0.isEmpty }.map { $0.dropFirst().reduce($0[0], .+) }
  }

  /// A table read at a place between two rows.
  private func between(_ name: String, _ place: Double, _ width: Int) -> [Double] {
    let low = Int(place)
    let share = place - Double(low)
    let below = table(name, low, width)
    guard share > 0 else { return below }
    return (1 - share) * below .+ share * table(name, low + 1, width)
  }

  /// Draws features for `count` candidates: every fourth number is missing, others lie anywhere, some on a bucket.
  mutating func drawItemFeatures(_ count: Int, from generator: inout NumpyGenerator) {
    for column in shape.itemCategories {
      itemCodes.append(generator.integers(0, column.vocabulary, count: count))
    }
    for buckets in shape.itemNumbers.map(\.buckets) + (shape.itemAge.map { [$0.count] } ?? []) {
      itemPlaces.append(
        (0..<count).map { row in
          let place = 1 + Float(buckets - 1) * Float(generator.random())
          return row % 4 == 1 ? 0 : Double(row % 4 == 2 ? place.rounded() : place)
        }
      )
    }
  }

  /// Points the candidates of a batch at the features, which the result holds.
  func giveItemFeatures(to batch: inout TwoTowerBatch) -> (codes: Storage<Int32>, places: Matrix) {
    let codes = Storage(copying: itemCodes.flatMap { $0 }.map { Int32($0) })
    let flat = itemPlaces.flatMap { $0 }.map { Float($0) }
    let places = Matrix(rows: 1, columns: flat.count, values: flat)
    batch.candidates.itemCodes = UnsafePointer(codes.start)
    batch.candidates.itemPlaces = UnsafePointer(places.start)
    batch.candidates.itemStride = items.count
    return (codes, places)
  }
}
