import Clicks
import Numerics

extension Catalogue {
  /// What the item tower of a model of `shape` is asked for all items, their ages taken at the time `moment` of
  /// `clock`; by default at its last, the newest click to learn from.
  package func itemInputs(for shape: TwoTowerShape, _ clock: RequestClock, at moment: Int64? = nil)
    -> ItemInputs
  {
    ItemInputs(
      items: itemCodes,
      categories: categoryCodes,
      features: ItemFeatures(features.taken(by: shape).values),
      atHours: clock.hours(moment ?? clock.last)
    )
  }

  /// The features by item code that training takes for a model of `shape`, `[itemVocabulary.size]`: as
  /// `categoryOfItem`, with code 0, no value and no time for items that are not in the table.
  package func featuresOfItem(for shape: TwoTowerShape) -> ItemFeatures {
    let values = features.taken(by: shape).values
    return ItemFeatures(
      codes: values.codes.map { byCode($0, unknown: 0) },
      places: values.places.map { byCode($0, unknown: 0) },
      createdHours: shape.itemAge == nil ? [] : byCode(values.createdHours, unknown: .nan),
      bags: (values.multi + values.texts).map { Bags($0.rows(placeOfCode)) },
      vectorRows: shape.itemVectors == nil ? [] : byCode(values.vectorRows, unknown: 0)
    )
  }

  /// The place in the catalogue of each item code.
  private var placeOfCode: [Int?] {
    var places = [Int?](repeating: nil, count: itemVocabulary.size)
    for (place, code) in itemCodes.enumerated() where code > 0 { places[Int(code)] = place }
    return places
  }

  private func byCode<Value>(_ values: [Value], unknown: Value) -> [Value] {
    var result = [Value](repeating: unknown, count: itemVocabulary.size)
    for (code, value) in zip(itemCodes, values) where code > 0 { result[Int(code)] = value }
    return result
  }
}
