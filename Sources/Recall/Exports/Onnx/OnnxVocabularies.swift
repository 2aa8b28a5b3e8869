import Clicks
import Files
import Numerics

/// What codes stand for, as JSON: an object of objects, name to id to code, and the items in their order.
struct OnnxVocabularies {
  private let saved: SavedModel
  private var shape: TwoTowerShape { saved.model.shape }

  /// Takes the vocabularies of `saved`.
  init(_ saved: SavedModel) { self.saved = saved }

  /// All of it on one line. What has no code in it has code 0.
  var json: String {
    var members: [(key: String, value: JSONValue)] = [
      (
        "items",
        .array(
          saved.catalogue.items.map { .string(saved.itemID($0)) }
        )
      ),
      ("item", codes(saved.catalogue.itemVocabulary.keys) { saved.itemID($0) }),
    ]
    if shape.usesUserID || shape.usesUserFeatures {
      members.append(("user", codes(saved.users) { saved.userID($0) }))
    }
    if shape.usesCategory {
      let keys = saved.catalogue.categoryVocabulary.keys
      members.append(("category", codes(keys) { ClickLog.id($0, saved.categoryNames) }))
    }
    for column in saved.contexts.prefix(shape.contexts.count) {
      members.append(("context_\(column.name)", Self.codes(column)))
    }
    members += features(
      "item",
      saved.catalogue.features,
      hasCategories: !shape.itemCategories.isEmpty,
      shape.itemBags
    )
    members += features(
      "user",
      saved.userFeatures,
      hasCategories: !shape.userCategories.isEmpty,
      shape.userBags
    )
    return JSONValue.object(members).text(.compact)
  }

  private func features(
    _ what: String,
    _ features: CatalogueFeatures,
    hasCategories: Bool,
    _ bags: [TwoTowerShape.Bag]
  ) -> [(key: String, value: JSONValue)] {
    let categories = hasCategories ? features.categories : []
    return categories.map { ("\(what)_category_\($0.name)", Self.codes($0)) }
      + features.multi.compactMap { column in
        let name = "multi_\(column.name)"
        guard bags.contains(where: { $0.name == name }) else { return nil }
        return ("\(what)_\(name)", numbered(column.values))
      }
  }

  private static func codes(_ column: ContextColumn) -> JSONValue {
    numbered(column.vocabulary.keys.map { ClickLog.id($0, column.names) })
  }

  private func codes(_ keys: [Int64], _ id: (Int64) -> String) -> JSONValue { Self.numbered(keys.map(id)) }
  private func numbered(_ names: [String]) -> JSONValue { Self.numbered(names) }

  private static func numbered(_ names: [String]) -> JSONValue {
    .object(names.enumerated().map { (key: $0.element, value: .int($0.offset + 1)) })
  }
}
