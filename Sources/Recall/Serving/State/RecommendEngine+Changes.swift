import Clicks
import Tables

extension ItemDescription {
  /// Whether nothing is said by which the item could be another candidate than it is.
  fileprivate var saysTitleAlone: Bool {
    features.isEmpty && availableFrom == nil && availableUntil == nil
  }
}

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
    let (moments, unsaid) = try judged(id, row, description)
    let known = row.flatMap { row in saved.titles.map { $0[row] } }
    let title = (description.title ?? known).flatMap { $0.isEmpty ? nil : $0 }
    let entry = ItemOverlay.Entry(key: 0, id: id, title: title, vector: [], moments: moments)
    let described = Described(entry: entry, row: encoded, isInCatalogue: own != nil)
    let never: [RequestNote] = moments == .never ? [.noCandidate(id)] : []
    return (described, notes + unsaid + never)
  }

  /// When an item may be given, by what is said of it and what the model has of it, and what is to be said of that.
  /// - Throws: `RequestFailure` where a value is none of its kind, or the model does not hold by what it narrows its candidates.
  private func judged(_ id: String, _ row: Int?, _ description: ItemDescription) throws -> (
    moments: MomentSet, notes: [RequestNote]
  ) {
    if let conditions = saved.search.conditions {
      let item = CandidateConditions.Item(
        id: id,
        place: row,
        values: description.features,
        availableFrom: description.availableFrom,
        availableUntil: description.availableUntil
      )
      let moments = try conditions.moments(
        of: [item],
        unit: saved.clock.unit,
        hasNames: saved.itemNames != nil
      )
      let unsaid = row == nil ? conditions.unsaid(of: item) : []
      return (moments[0], unsaid.isEmpty ? [] : [.unsaid(unsaid)])
    }
    if let candidates = saved.search.candidates {
      guard let row, description.saysTitleAlone else { throw RequestFailure("", CandidateConditions.missing) }
      return (candidates.moments[row], [])
    }
    let begin = description.availableFrom.map(MomentSet.from) ?? .always
    return (begin.intersection(description.availableUntil.map(MomentSet.before) ?? .always), [])
  }
}
