import Clicks
import Numerics

/// The catalogue of a saved model without items that go and with new ones behind those that stay.
struct FoldedCatalogue {
  private(set) var catalogue: Catalogue
  /// The place of each item of the old catalogue; nil for those that went.
  let placeOfOld: [Int?]
  let titles: TextTable?
  private(set) var itemClicks: [Int64]?
  let candidates: CandidateItems?
  let conditions: CandidateConditions?

  /// - Throws: `DataError` for ids; `RequestFailure` for values that the model does not take so; `SavedModelFailure` where it does
  ///   not hold by what it narrows its candidates.
  init(
    _ before: SavedModel,
    _ space: IDSpace,
    _ clicked: [Int64],
    _ changes: ModelFold.Changes,
    _ counts: inout ModelFold.Counts
  ) throws {
    let old = before.catalogue
    let oldKeys = old.items.map(space.key(ofOld:))
    let known = Vocabulary(keysOf: oldKeys)
    let names = ModelNames(before)
    let gone = changes.removed.compactMap { names.item($0) }.map(space.key(ofOld:))
    counts.notThere = changes.removed.count { names.item($0) == nil }
    let removed = Vocabulary(keysOf: gone)
    counts.removedItems = removed.keys.count

    // What is said of items.
    let encoder = NewItems(before)
    var said: [Int64: NewItemRow] = [:]
    var placeOfKey = [Int32](repeating: -1, count: known.size)
    for (place, key) in oldKeys.enumerated() { placeOfKey[Int(known.code(of: key))] = Int32(place) }
    var listed: [Int64] = []
    var described: [Int64: [String: FeatureValue]] = [:]
    var called: [Int64: String] = [:]
    let isNarrowed = before.search.candidates != nil
    let hasTitles = changes.items?.titles != nil
    if let table = changes.items, encoder.hasFeatures || changes.learns || isNarrowed || hasTitles {
      for (row, id) in table.ids.enumerated() {
        let key = try space.key(of: id, file: table.file, row: row)
        let place = known.code(of: key) > 0 ? Int(placeOfKey[Int(known.code(of: key))]) : nil
        described[key] = table.judged[row]
        called[key] = table.titles?[row]
        guard encoder.hasFeatures else {
          if (isNarrowed || hasTitles) && place != nil { listed.append(key) }
          continue
        }
        said[key] = try encoder.encoded(table.features[row], row: place).row
        listed.append(key)
      }
    }
    counts.changedItems = listed.count { known.contains($0) && !removed.contains($0) }
    let fresh = Vocabulary(keysOf: listed + clicked).keys.filter {
      !known.contains($0) && !removed.contains($0)
    }
    // Of what is neither learned nor described there is nothing to give.
    let new = fresh.filter { said[$0] != nil || changes.learns }
    counts.newItems = new.count
    counts.unknownItems = fresh.count - new.count

    let kept = old.items.indices.filter { !removed.contains(oldKeys[$0]) }
    var places = [Int?](repeating: nil, count: old.count)
    for (place, row) in kept.enumerated() { places[row] = place }
    placeOfOld = places
    let keys = kept.map { oldKeys[$0] } + new
    let rows = kept.map { said[oldKeys[$0]] ?? nil } + new.map { said[$0] ?? NewItemRow(unknownIn: old) }
    let oldPlaces = kept.map { Int?.some($0) } + new.map { _ in nil }
    let none = ItemTable.noCategory(named: before.categoryNames)
    let categories = zip(rows, oldPlaces).map { row, place in
      let code = row?.category ?? place.map { old.categoryCodes[$0] } ?? 0
      return old.categoryVocabulary.key(of: code) ?? none
    }
    // What is learned of has an embedding of its own from now on, also an item that nobody had clicked.
    let coded = old.itemVocabulary.keys.map(space.key(ofOld:)) + (changes.learns ? clicked : [])
    catalogue = Catalogue(
      ItemTable(items: keys, categories: categories, categoryNames: before.categoryNames),
      codedItems: coded
    )
    catalogue.features = old.features.items(oldPlaces, rows)
    let texts = zip(keys, oldPlaces).map { key, place in
      called[key] ?? place.flatMap { place in before.titles.map { $0[place] } } ?? ""
    }
    titles = before.titles != nil || hasTitles ? TextTable(texts) : nil
    itemClicks = before.itemClicks.map { clicks in oldPlaces.map { $0.map { clicks[$0] } ?? 0 } }
    (candidates, conditions) = try Self.narrowed(before, keys, oldPlaces, described, space, &counts)
  }

  /// When items may be given: those of which nothing was said as before, new ones and the others as the model's conditions have it.
  private static func narrowed(
    _ before: SavedModel,
    _ keys: [Int64],
    _ places: [Int?],
    _ described: [Int64: [String: FeatureValue]],
    _ space: IDSpace,
    _ counts: inout ModelFold.Counts
  ) throws -> (CandidateItems?, CandidateConditions?) {
    guard let old = before.search.candidates else { return (nil, nil) }
    var moments = places.map { $0.map { old.moments[$0] } ?? .never }
    let asked = keys.indices.filter { places[$0] == nil || described[keys[$0]] != nil }
    guard let conditions = before.search.conditions else {
      guard described.isEmpty else { throw SavedModelFailure(CandidateConditions.missing) }
      counts.unjudgedItems = asked.count
      return (CandidateItems(ids: keys, moments: moments), nil)
    }
    let items = keys.indices.map { row in
      CandidateConditions.Item(
        id: space.id(of: keys[row]),
        place: places[row],
        values: described[keys[row]] ?? [:]
      )
    }
    let judged = try conditions.moments(
      of: asked.map { items[$0] },
      unit: before.clock.unit,
      hasNames: before.itemNames != nil
    )
    for (row, own) in zip(asked, judged) { moments[row] = own }
    counts.notCandidates = judged.count { $0 == .never }
    return (CandidateItems(ids: keys, moments: moments), try conditions.rows(items))
  }

  /// Counts clicks on items.
  mutating func count(_ clicked: [Int64]) {
    guard var counts = itemClicks else { return }
    var more = [Int64](repeating: 0, count: catalogue.knownItems.size)
    for key in clicked { more[Int(catalogue.knownItems.code(of: key))] += 1 }
    for (place, key) in catalogue.items.enumerated() {
      counts[place] += more[Int(catalogue.knownItems.code(of: key))]
    }
    itemClicks = counts
  }
}

extension CatalogueFeatures {
  /// The features of items that stood at `places`, or of which `rows` says something; one of both is there for each.
  func items(_ places: [Int?], _ rows: [NewItemRow?]) -> CatalogueFeatures {
    func column<Value>(_ values: [Value], _ none: Value, _ own: (NewItemRow) -> Value) -> [Value] {
      zip(places, rows).map { place, row in row.map(own) ?? place.map { values[$0] } ?? none }
    }
    func lists(_ lists: WeightedLists, _ number: Int) -> WeightedLists {
      var result = WeightedLists()
      for (place, row) in zip(places, rows) {
        if let row {
          result.codes += row.bags[number].map(\.code)
          result.weights += row.bags[number].map(\.weight)
        } else if let place {
          let range = Int(lists.offsets[place])..<Int(lists.offsets[place + 1])
          result.codes += lists.codes[range]
          result.weights += lists.weights[range]
        }
        result.offsets.append(Int32(result.codes.count))
      }
      return result
    }
    var chosen = self
    chosen.values.codes = values.codes.enumerated().map { number, codes in
      column(codes, 0) { $0.codes[number] }
    }
    chosen.values.places = values.places.enumerated().map { number, own in
      column(own, 0) { $0.places[number] }
    }
    if age != nil { chosen.values.createdHours = column(values.createdHours, .nan, \.createdHours) }
    if vectors != nil { chosen.values.vectorRows = column(values.vectorRows, 0, \.vectorRow) }
    chosen.values.multi = values.multi.enumerated().map { lists($0.element, $0.offset) }
    chosen.values.texts = values.texts.enumerated().map { lists($0.element, multi.count + $0.offset) }
    return chosen
  }
}
