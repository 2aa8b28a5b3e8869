import Clicks
import Files
import Numerics
import Tables

/// Gives items vectors from what is said of their features, through a saved model's item tower: items that came after
/// training, and those of the catalogue of which something else is said now.
///
/// An item that training did not know has the embedding of code 0, which all such items share, so that what tells it from
/// others are its features. One of the catalogue keeps its own embedding, and what is not said of it stays as the model has
/// it. Values are encoded as training encoded them; those that training never saw have no row and add nothing.
package struct NewItems {
  let saved: SavedModel
  /// The names behind the values of categorical columns, where they are text, and of multi-valued ones.
  let lookups: [SortedNames?]
  let multi: [SortedNames]
  /// The names behind categories.
  let categories: SortedNames?
  /// Whether the values of each multi-valued column are added up.
  let sums: [Bool]

  /// What the category of the item table is called here, whatever its column was.
  package static let category = "category"
  /// What the pretrained vectors are called, whatever their column or file was.
  package static let vectors = "vectors"

  /// Makes vectors for the items of `saved`.
  package init(_ saved: SavedModel) {
    self.saved = saved
    let features = saved.catalogue.features
    lookups = features.categories.map { $0.names.map(SortedNames.init) }
    multi = features.multi.map { SortedNames($0.values) }
    categories = saved.categoryNames.map(SortedNames.init)
    sums = features.values.multi.map(\.areSums)
  }

  /// The features that the model takes, by name.
  package var columns: [String] {
    let features = saved.catalogue.features
    let names =
      features.categories.map(\.name) + features.numbers.map(\.name) + features.multi.map(\.name)
      + features.texts.map(\.name)
      + [features.vectors.map { _ in Self.vectors }, features.age?.name].compactMap { $0 }
    let own = saved.model.shape.usesCategory && !names.contains(Self.category) ? [Self.category] : []
    // A column may be two features: a number and an age, or a category and a text.
    return own + names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element)
  }

  /// What may be said of an item: its features, and what the model's candidates are narrowed by besides.
  package var names: [String] {
    let features = columns
    return features + (saved.search.conditions?.names ?? []).filter { !features.contains($0) }
  }

  /// Whether an item that training did not know can have a vector of its own.
  package var hasFeatures: Bool { !columns.isEmpty }

  /// The vector of a new item, `[dimension]`, as the index's are made.
  /// - Throws: `RequestFailure` as ``encoded(_:row:)``; what the model throws.
  package func vector(of features: [String: FeatureValue]) throws -> [Float] {
    try vectors(of: [encoded(features).row]).values
  }

  /// An item as the tower takes it, and what of its features could not be taken as it was meant.
  /// - Parameter row: the item's place in the catalogue; nil for one that training did not know.
  /// - Throws: `RequestFailure`, whose place is the feature's name, where the model takes no such feature and narrows its
  ///   candidates by none, or the value is none of its kind; where an item is new and the model has no features.
  package func encoded(_ features: [String: FeatureValue], row: Int? = nil) throws -> (
    row: NewItemRow, notes: [RequestNote]
  ) {
    guard row != nil || hasFeatures else {
      throw RequestFailure(
        "",
        "the model knows items by their ids alone: of a new one it has nothing to say; train it with features of items "
          + "(encode's item_categories, item_numbers, item_multi, item_text, item_vectors, or the category)"
      )
    }
    var encoder = Encoder(
      items: self,
      row: row.map { NewItemRow($0, of: saved.catalogue) } ?? NewItemRow(unknownIn: saved.catalogue)
    )
    let names = names
    var flags: [String: [(value: String, isOn: Bool)]] = [:]
    for name in features.keys.sorted() where !names.contains(name) {
      guard let column = multi.indices.first(where: { multi[$0].place(of: name) != nil }) else {
        let known = names.isEmpty ? "it takes none" : "it takes \(names.joined(separator: ", "))"
        throw RequestFailure(
          name,
          "the model takes no feature '\(name)': \(known)" + Suggestion.clause(for: name, among: names)
        )
      }
      flags[saved.catalogue.features.multi[column].name, default: []].append(
        (name, try Self.isOn(features[name] ?? .none, name))
      )
    }
    try encoder.take(features, flags)
    return (encoder.row, encoder.notes)
  }

  private static func isOn(_ value: FeatureValue, _ name: String) throws -> Bool {
    switch value {
    case .flag(let isOn): return isOn
    case .integer(0), .text("0"), .none: return false
    case .integer(1), .text("1"): return true
    default: throw RequestFailure(name, "expected 0 or 1, true or false, as whether the item has '\(name)'")
    }
  }

  /// The code of a value of a categorical column; 0 where training did not see it.
  static func code(_ value: String, in column: ContextColumn, _ names: SortedNames? = nil) -> Int32 {
    guard let texts = column.names else { return integer(value).map(column.vocabulary.code) ?? 0 }
    return (names ?? SortedNames(texts)).place(of: value).map { column.vocabulary.code(of: Int64($0)) } ?? 0
  }

  /// A whole number as programs write it.
  static func integer(_ text: String) -> Int64? {
    Int64(text).flatMap { String($0) == text ? $0 : nil }
  }
}

// MARK: - The tower

extension NewItems {
  /// The vectors of items, `[items, dimension]`, as the index has them: the age of items, where the model takes it, at the
  /// index's moment. An item's vector is the same bits whatever others are with it.
  /// - Throws: `ModelError`, `OutOfMemory`.
  package func vectors(of rows: [NewItemRow]) throws -> Matrix {
    let known = rows.indices.filter { rows[$0].code > 0 }
    var embeddings = [Int32](repeating: 0, count: rows.count)
    for (place, row) in known.enumerated() { embeddings[row] = Int32(place + 1) }
    let pretrained = rows.indices.filter { rows[$0].vector != nil || rows[$0].vectorRow > 0 }
    var vectorRows = [Int32](repeating: 0, count: rows.count)
    for (place, row) in pretrained.enumerated() { vectorRows[row] = Int32(place + 1) }
    let tower = try tower(known.map { rows[$0].code }, pretrained.map { rows[$0] })
    return try tower.steadyItemVectors(
      rows.inputs(
        embeddings: embeddings,
        vectors: vectorRows,
        saved.catalogue.features,
        atHours: saved.clock.hours(saved.search.moment ?? saved.clock.last)
      )
    )
  }

  /// The model with no users, and of items and pretrained vectors only those asked for behind the unknown one; all other
  /// weights are the same memory.
  private func tower(_ codes: [Int32], _ vectors: [NewItemRow]) throws -> TwoTowerModel {
    var shape = saved.model.shape
    shape.userVocabulary = 1
    shape.itemVocabulary = 1 + codes.count
    shape.itemVectors?.rows = 1 + vectors.count
    let weights = try saved.model.storedWeights.map { weight in
      switch saved.model.nameInMember(weight.name) {
      case "emb_user":
        return NamedMatrix(
          name: weight.name,
          matrix: try Matrix(rows: 1, columns: weight.matrix.columns, for: "a row")
        )
      case "emb_item", "emb_history_item":
        return try weight.rows([0] + codes.map { Int($0) }) { _, _ in }
      case TwoTowerShape.Vectors.table:
        return try weight.rows([0] + vectors.map { $0.vector == nil ? Int($0.vectorRow) : 0 }) { place, row in
          guard place > 0, let own = vectors[place - 1].vector else { return }
          _ = row.update(fromContentsOf: own)
        }
      default: return weight
      }
    }
    return try TwoTowerModel(shape, weights: weights, compute: saved.model.compute)
  }
}

extension NamedMatrix {
  /// A copy of some rows, each of which `change` may change.
  fileprivate func rows(
    _ chosen: [Int],
    _ change: (_ place: Int, _ row: UnsafeMutableBufferPointer<Float>) -> Void
  )
    throws -> NamedMatrix
  {
    let copy = try Matrix(
      rows: chosen.count,
      columns: matrix.columns,
      for: "\(chosen.count) rows of '\(name)'"
    )
    for (place, row) in chosen.enumerated() {
      _ = copy.row(place).update(fromContentsOf: matrix.row(row))
      change(place, copy.row(place))
    }
    return NamedMatrix(name: name, matrix: copy)
  }
}
