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
  private let saved: SavedModel
  private let lookups: [SortedNames?]
  private let multi: [SortedNames]
  private let categories: SortedNames?
  private let sums: [Bool]

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

  /// Whether an item that training did not know can have a vector of its own.
  package var hasFeatures: Bool { !columns.isEmpty }

  /// The vector of a new item, `[dimension]`, as the index's are made.
  /// - Throws: `RequestFailure` as ``encoded(_:row:)``; what the model throws.
  package func vector(of features: [String: FeatureValue]) throws -> [Float] {
    try vectors(of: [encoded(features).row]).values
  }

  /// An item as the tower takes it, and what of its features could not be taken as it was meant.
  /// - Parameter row: the item's place in the catalogue; nil for one that training did not know.
  /// - Throws: `RequestFailure`, whose place is the feature's name, where the model takes no such feature, or the value is
  ///   none of its kind; where an item is new and the model has no features.
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
    let columns = columns
    var flags: [String: [(value: String, isOn: Bool)]] = [:]
    for name in features.keys.sorted() where !columns.contains(name) {
      guard let column = multi.indices.first(where: { multi[$0].place(of: name) != nil }) else {
        let known = columns.isEmpty ? "it takes none" : "it takes \(columns.joined(separator: ", "))"
        throw RequestFailure(
          name,
          "the model takes no feature '\(name)': \(known)" + Suggestion.clause(for: name, among: columns)
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
  private static func integer(_ text: String) -> Int64? {
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
      switch weight.name {
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

// MARK: - Encoding

extension NewItems {
  /// Encodes the values of one item.
  private struct Encoder {
    let items: NewItems
    var row: NewItemRow
    var notes: [RequestNote] = []

    private var saved: SavedModel { items.saved }

    /// Takes all values that are given; flags are those of a multi-valued column, by its name.
    mutating func take(
      _ values: [String: FeatureValue],
      _ flags: [String: [(value: String, isOn: Bool)]]
    ) throws {
      let features = saved.catalogue.features
      if let value = values[NewItems.category], saved.model.shape.usesCategory { try takeCategory(value) }
      for (place, column) in features.categories.enumerated() {
        guard let value = values[column.name] else { continue }
        let text = try field(value, column.name)
        row.codes[place] = NewItems.code(text, in: column, items.lookups[place])
        if row.codes[place] == 0, value != .none { note(text, column.name) }
      }
      for (place, column) in features.numbers.enumerated() {
        guard let value = values[column.name] else { continue }
        row.places[place] = column.place(try number(value, column.name))
      }
      for (place, column) in features.multi.enumerated() {
        guard values[column.name] != nil || flags[column.name] != nil else { continue }
        try takeMulti(place, column, values[column.name], flags[column.name] ?? [])
      }
      for (place, column) in features.texts.enumerated() {
        guard let value = values[column.name] else { continue }
        row.bags[features.multi.count + place] = column.weights(try field(value, column.name))
      }
      if let column = features.vectors, let value = values[NewItems.vectors] { try takeVector(value, column) }
      if let column = features.age, let value = values[column.name] {
        row.createdHours = try hours(value, column.name)
      }
    }

    private mutating func takeCategory(_ value: FeatureValue) throws {
      guard value != .none else {
        row.category = saved.catalogue.categoryOfItem.first ?? 0
        return
      }
      let text = try field(value, NewItems.category)
      let key = items.categories.map { $0.place(of: text).map(Int64.init) } ?? NewItems.integer(text)
      row.category = key.map(saved.catalogue.categoryVocabulary.code) ?? 0
      if row.category == 0 { note(text, NewItems.category) }
    }

    private mutating func takeMulti(
      _ place: Int,
      _ column: MultiColumn,
      _ value: FeatureValue?,
      _ flags: [(value: String, isOn: Bool)]
    ) throws {
      var given: [String] = []
      switch value {
      case .list(let values)?: given = try values.map { try field($0, column.name) }
      case FeatureValue.none?: break
      case let value?: given = [try field(value, column.name)]
      case nil:
        given = row.bags[place].map { column.values[Int($0.code) - 1] }.filter { own in
          !flags.contains { $0.value.utf8.elementsEqual(own.utf8) }
        }
      }
      given += flags.filter(\.isOn).map(\.value)
      var codes: [Int32] = []
      for value in given where !value.isEmpty {
        if let code = items.multi[place].place(of: value) {
          codes.append(Int32(code + 1))
        } else {
          note(value, column.name)
        }
      }
      let weight: Float = items.sums[place] ? 1 : 1 / Float(max(1, codes.count))
      // Flags stand in the order of their names' bytes, which is that of codes.
      if !flags.isEmpty { codes.sort() }
      row.bags[place] = codes.map { ($0, weight) }
    }

    private mutating func takeVector(_ value: FeatureValue, _ column: VectorColumn) throws {
      guard value != .none else {
        (row.vector, row.vectorRow) = (nil, 0)
        return
      }
      guard case .list(let values) = value, values.count == column.width else {
        let count = if case .list(let values) = value { "\(values.count)" } else { value.kind }
        throw RequestFailure(NewItems.vectors, "expected a list of \(column.width) numbers, got \(count)")
      }
      let numbers = try values.map { Float(try number($0, NewItems.vectors)) }
      guard numbers.allSatisfy(\.isFinite) else {
        throw RequestFailure(NewItems.vectors, "expected finite numbers of 32 bits")
      }
      row.vector = numbers
    }

    private mutating func note(_ value: String, _ column: String) {
      notes.append(.unknownValue(value, column: column, nearest: nil))
    }

    private func field(_ value: FeatureValue, _ name: String) throws -> String {
      guard let field = value.field else {
        throw RequestFailure(name, "expected a text or a whole number, got \(value.kind)")
      }
      return field
    }

    /// A number, or a date in seconds since 1970; NaN for nothing.
    private func number(_ value: FeatureValue, _ name: String) throws -> Double {
      switch value {
      case .none, .text(""): return .nan
      case .integer(let number): return Double(number)
      case .number(let number): return number
      case .text(let text):
        if let number = Double(text), number.isFinite { return number }
        if let moment = Moment(text), let ticks = moment.ticks(of: moment.unit) {
          return Double(ticks) / Double(moment.unit.ticksPerSecond)
        }
        fallthrough
      case .flag, .list: throw RequestFailure(name, "expected a number or a date, got \(value.kind)")
      }
    }

    /// Hours since the first training click. Numbers count in the unit in which they are moments of our days, else in the log's.
    private func hours(_ value: FeatureValue, _ name: String) throws -> Double {
      let time = try number(value, name)
      if case .text(let text) = value, Double(text) == nil { return saved.clock.hours(time, in: .seconds) }
      let unit = Int64(exactly: time.rounded(.down)).flatMap(TimeUnit.init(ofMoment:))
      return saved.clock.hours(time, in: unit)
    }
  }
}
