import Clicks

/// What was said of items, taken by a model.
extension RecommendEngine {
  /// An item's title, moments and row for the tower, as a description and the catalogue have them together.
  private struct Described {
    var entry: ItemOverlay.Entry
    var row: NewItemRow
    var isInCatalogue: Bool
  }

  /// Takes changes in their order; what this model cannot take is refused there, and said.
  /// - Throws: what the item tower throws.
  mutating func apply(_ changes: [(id: String, change: ItemChange)]) throws {
    var described: [Described] = []
    for (id, change) in changes {
      let own = names.item(id)
      switch change {
      case .deleted:
        let wanted = names.itemKey(id)
        guard own != nil || saved.itemNames != nil || wanted != nil else { continue }
        // One that this model lacks is known to be gone, as it was to whoever deleted it.
        let key = own ?? overlay.add(id, wanted: wanted, names: saved.itemNames?.count ?? 0)
        overlay.delete(key, id, isInCatalogue: own != nil)
      case .put(let description):
        if let own, description == ItemDescription() {
          overlay.restore(own, id)
          continue
        }
        do {
          var item = try self.described(id, description).item
          item.entry.key =
            own ?? overlay.add(id, wanted: names.itemKey(id), names: saved.itemNames?.count ?? 0)
          described.append(item)
        } catch let failure as RequestFailure {
          overlay.refuse(id, failure.message, key: own)
        }
      }
    }
    let vectors = try newItems.vectors(of: described.map(\.row))
    for (place, item) in described.enumerated() {
      var entry = item.entry
      entry.vector = Array(vectors.row(place))
      overlay.put(entry, isInCatalogue: item.isInCatalogue)
    }
    overlay.build(dimension: saved.model.shape.vectorDimension)
  }

  /// Whether this model can take what is said of an item, and what of it not as it was meant.
  /// - Throws: `RequestFailure` where it cannot.
  mutating func notes(on id: String, _ description: ItemDescription) throws -> [RequestNote] {
    try described(id, description).notes
  }

  /// Takes a description; the entry's key and vector are yet to be filled in.
  private mutating func described(_ id: String, _ description: ItemDescription) throws -> (
    item: Described, notes: [RequestNote]
  ) {
    let own = names.item(id)
    let row = own.flatMap { self.row(of: $0) }
    let (encoded, notes) = try newItems.encoded(description.features, row: row)
    guard saved.itemNames != nil || names.itemKey(id) != nil else {
      throw RequestFailure(
        "id",
        "the ids of this model's items are whole numbers from 0, and '\(id)' is none"
      )
    }
    var moments = row.flatMap { row in saved.search.candidates.map { $0.moments[row] } } ?? .always
    if description.availableFrom != nil || description.availableUntil != nil {
      moments = description.availableFrom.map(MomentSet.from) ?? .always
      if let until = description.availableUntil {
        moments = moments.intersection(until == .min ? .never : .upTo(until - 1))
      }
    }
    let known = row.flatMap { row in saved.titles.map { $0[row] } }
    let title = (description.title ?? known).flatMap { $0.isEmpty ? nil : $0 }
    let entry = ItemOverlay.Entry(key: 0, id: id, title: title, vector: [], moments: moments)
    return (Described(entry: entry, row: encoded, isInCatalogue: own != nil), notes)
  }
}
