/// The items that can be recommended, as codes: what the item tower and the index take.
package struct Catalogue: Sendable, Equatable {
  /// The items in the order of the item table, `[items]`.
  package var items: [Int64]
  /// Their codes in `itemVocabulary`, `[items]`.
  package var itemCodes: [Int32]
  /// The codes of their categories in `categoryVocabulary`, `[items]`.
  package var categoryCodes: [Int32]
  /// The items that have codes: all of the table, whether clicked or not, so that its size does not depend on the
  /// split; or those alone that the catalogue was made with.
  package var itemVocabulary: Vocabulary
  /// All items of the table.
  package var knownItems: Vocabulary
  /// All categories of the table.
  package var categoryVocabulary: Vocabulary
  /// `categoryOfItem[code]` is the category code of an item code, `[itemVocabulary.size]`; at 0 stands what an
  /// item that is not in the table gets.
  package var categoryOfItem: [Int32]
  /// Further features of the items; none by default.
  package var features = CatalogueFeatures()

  /// Encodes an item table.
  ///
  /// An item that is not in the table gets what the notebook's `item_to_cat.get(item, 0)` gives: the code of
  /// category 0, if integers are the categories and there is a 0 among them, else the unknown code 0.
  ///
  /// With `codedItems` the other items of the table share code 0, as unknown ones do.
  package init(_ table: ItemTable, codedItems: [Int64]? = nil) {
    items = table.items
    let known = Vocabulary(keysOf: table.items)
    knownItems = known
    itemVocabulary = codedItems.map { Vocabulary(keysOf: $0.filter { known.contains($0) }) } ?? known
    let none = ItemTable.noCategory(named: table.categoryNames)
    let categories = table.categories.filter { $0 != none }
    categoryVocabulary = Vocabulary(keysOf: categories)
    itemCodes = itemVocabulary.codes(of: items)
    categoryCodes = categoryVocabulary.codes(of: table.categories)
    let unknown = table.categoryNames == nil ? categoryVocabulary.code(of: 0) : 0
    categoryOfItem = [Int32](repeating: unknown, count: itemVocabulary.size)
    for (item, category) in zip(itemCodes, categoryCodes) where item > 0 {
      categoryOfItem[Int(item)] = category
    }
  }

  /// The number of items.
  package var count: Int { items.count }
}
