import Clicks
import Numerics

/// One item as a model's item tower takes it.
package struct NewItemRow: Sendable {
  /// The code of its embedding; 0 where training knew none of its own.
  var code: Int32 = 0
  /// The code of its category.
  var category: Int32 = 0
  /// The codes of its categorical columns.
  var codes: [Int32] = []
  /// Its places among the buckets of numeric columns.
  var places: [Float] = []
  /// When it was made, in hours since the first training click; NaN where nobody knows.
  var createdHours = Double.nan
  /// The values of its multi-valued columns, then of its columns of text.
  var bags: [[(code: Int32, weight: Float)]] = []
  /// The row of its pretrained vector in the model's table; 0 for none.
  var vectorRow: Int32 = 0
  /// A pretrained vector that is in no table yet; nil for that of ``vectorRow``.
  var vector: [Float]?

  /// The item at place `row` of a catalogue, as it was trained with.
  init(_ row: Int, of catalogue: Catalogue) {
    let values = catalogue.features.values
    code = catalogue.itemCodes[row]
    category = catalogue.categoryCodes[row]
    codes = values.codes.map { $0[row] }
    places = values.places.map { $0[row] }
    if catalogue.features.age != nil { createdHours = values.createdHours[row] }
    bags = (values.multi + values.texts).map { lists in
      (Int(lists.offsets[row])..<Int(lists.offsets[row + 1])).map { (lists.codes[$0], lists.weights[$0]) }
    }
    if catalogue.features.vectors != nil { vectorRow = values.vectorRows[row] }
  }

  /// An item of which nothing is known, as a table without it has it.
  init(unknownIn catalogue: Catalogue) {
    let features = catalogue.features
    category = catalogue.categoryOfItem.first ?? 0
    codes = features.categories.map { NewItems.code("", in: $0) }
    places = features.numbers.map { _ in 0 }
    bags = (0..<features.multi.count + features.texts.count).map { _ in [] }
  }
}

extension [NewItemRow] {
  /// The rows as the item tower of a ``NewItems`` model takes them, whose embeddings and vectors have the rows given.
  func inputs(embeddings: [Int32], vectors: [Int32], _ features: CatalogueFeatures, atHours: Double)
    -> ItemInputs
  {
    ItemInputs(
      items: embeddings,
      categories: map(\.category),
      features: ItemFeatures(
        codes: features.categories.indices.map { column in map { $0.codes[column] } },
        places: features.numbers.indices.map { column in map { $0.places[column] } },
        createdHours: features.age == nil ? [] : map(\.createdHours),
        bags: (0..<features.multi.count + features.texts.count).map { column in
          var bags = Bags()
          for row in self {
            bags.codes += row.bags[column].map(\.code)
            bags.weights += row.bags[column].map(\.weight)
            bags.offsets.append(Int32(bags.codes.count))
          }
          return bags
        },
        vectorRows: features.vectors == nil ? [] : vectors
      ),
      atHours: atHours
    )
  }
}
