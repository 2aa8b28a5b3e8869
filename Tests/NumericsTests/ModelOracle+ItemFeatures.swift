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
    let bags = zip(shape.itemBags, itemBags).map { bag("emb_item_\($0.name)", $1[row]) }
    let vectors = shape.itemVectors.map { vectors in
      [
        product(
          table("emb_item_vectors", vectorRows[row], vectors.width),
          "item_vectors_kernel",
          columns: width
        )
      ]
    }
    return [categories, numbers, ages, bags, vectors ?? []].filter { !$0.isEmpty }.map {
      $0.dropFirst().reduce($0[0], .+)
    }
  }

  /// A table read at a place between two rows.
  func between(_ name: String, _ place: Double, _ width: Int) -> [Double] {
    let low = Int(place)
    let share = place - Double(low)
    let below = table(name, low, width)
    guard share > 0 else { return below }
    return (1 - share) * below .+ share * table(name, low + 1, width)
  }

  /// The weighed sum of a table's rows.
  private func bag(_ name: String, _ entries: [(code: Int, weight: Double)]) -> [Double] {
    entries.reduce(zeros) { $0 .+ $1.weight * table(name, $1.code, width) }
  }

  /// What the features of the user of a query add up to.
  func userFeatures(_ row: Int) -> [Double] {
    var sum = zeros
    for (column, codes) in zip(shape.userCategories, userCodes) {
      sum = sum .+ table("emb_user_category_\(column.name)", codes[row], width)
    }
    for (column, places) in zip(shape.userNumbers, userPlaces) {
      sum = sum .+ between("emb_user_number_\(column.name)", places[row], width)
    }
    for (column, bags) in zip(shape.userBags, userBags) {
      sum = sum .+ bag("emb_user_\(column.name)", bags[row])
    }
    return sum
  }

  /// Draws bags, vectors and, for `queries` users, their features: of every third row the bag is empty, in others a code
  /// may stand twice.
  mutating func drawFurtherFeatures(_ count: Int, queries: Int, from generator: inout NumpyGenerator) {
    func bags(_ column: TwoTowerShape.Bag, _ rows: Int) -> [[(code: Int, weight: Double)]] {
      (0..<rows).map { row in
        (0..<row % 3 * 2).map { _ in
          (generator.integers(1, column.vocabulary), Double(Float(generator.normal(0.5, 0.3))))
        }
      }
    }
    for column in shape.itemBags { itemBags.append(bags(column, count)) }
    if let vectors = shape.itemVectors { vectorRows = generator.integers(0, vectors.rows, count: count) }
    if shape.itemIDDropout != nil { readsItem = (0..<count).map { _ in generator.random() < 0.6 } }
    for column in shape.userCategories {
      userCodes.append(generator.integers(0, column.vocabulary, count: queries))
    }
    for column in shape.userNumbers {
      userPlaces.append(
        (0..<queries).map { row in
          row % 4 == 1 ? 0 : Double(1 + Float(column.buckets - 1) * Float(generator.random()))
        }
      )
    }
    for column in shape.userBags { userBags.append(bags(column, queries)) }
  }

  /// Points a batch at these, which the result holds.
  func giveFurtherFeatures(to batch: inout TwoTowerBatch) -> [AnyObject] {
    func column(_ bags: [[(code: Int, weight: Double)]]) -> BagColumn {
      var flat = Bags()
      for bag in bags {
        flat.codes += bag.map { Int32($0.code) }
        flat.weights += bag.map { Float($0.weight) }
        flat.offsets.append(Int32(flat.codes.count))
      }
      return BagColumn(flat)
    }
    let items = itemBags.map(column)
    let users = userBags.map(column)
    let rows = Storage(copying: vectorRows.map { Int32($0) })
    let codes = Storage(copying: userCodes.flatMap { $0 }.map { Int32($0) })
    let places = Storage(copying: userPlaces.flatMap { $0 }.map { Float($0) })
    batch.candidates.bags = items.map(\.all)
    batch.candidates.vectorRows = UnsafePointer(rows.start)
    batch.queries.bags = users.map(\.all)
    batch.queries.codes = UnsafePointer(codes.start)
    batch.queries.places = UnsafePointer(places.start)
    batch.queries.stride = self.users.count
    var held: [AnyObject] = items + users + [rows, codes, places]
    guard let readsItem else { return held }
    let own = column(zip(readsItem, self.items).map { $0 ? [($1, 1)] : [] })
    batch.candidates.ownItems = own.all
    held.append(own)
    return held
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
    batch.candidates.codes = UnsafePointer(codes.start)
    batch.candidates.places = UnsafePointer(places.start)
    batch.candidates.stride = items.count
    return (codes, places)
  }
}
