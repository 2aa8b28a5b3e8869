import Clicks
import Numerics

/// What a model takes over from one of before: rows of tables are matched by what they stand for, ids by their names, times
/// by the clock, numbers by their value.
package struct WarmStart {
  /// How many rows of a table, or of several of the same rows, were taken over.
  package struct Count: Sendable, Equatable {
    /// What the rows stand for: `items`.
    package var what: String
    /// Rows that have the weights of before.
    package var taken: Int
    /// Rows that the model of before does not have.
    package var new: Int
    /// Rows of the model of before that are left behind.
    package var dropped: Int
  }

  /// Where embeddings of items begin that the model of before does not know.
  package enum FirstVectors: String, CaseIterable, Sendable {
    /// At the mean of known items that have the same features; drawn where there are none.
    case features
    /// Where a fresh training draws them.
    case draw
    /// At zero.
    case zero
  }

  private let old: SavedModel
  private let new: SavedModel
  /// The rows of tables, by their names; those of an ensemble's models have the same rows.
  private(set) var tables: [String: TableRows] = [:]
  /// How many rows were taken over, in the order of what a reader asks for first.
  package private(set) var counts: [Count] = []

  /// Matches the tables of `new`, a model that was just made, with those of `old`.
  package init(from old: SavedModel, to new: SavedModel) {
    self.old = old
    self.new = new
    matchIDs()
    matchContexts()
    matchTimes()
    match(old.catalogue.features, new.catalogue.features, of: "item")
    match(old.userFeatures, new.userFeatures, of: "user")
    matchVectors()
  }

  /// Gives the new model the weights of before, and its new items their first vectors.
  /// - Throws: `ModelError.weights` where shapes do not fit.
  package func begin(_ first: FirstVectors) throws {
    try new.model.begin(with: old.model.storedWeights, tables: tables)
    for weight in new.model.weights {
      let name = new.model.nameInMember(weight.name)
      guard ["emb_item", "emb_history_item"].contains(name), let rows = tables[name] else { continue }
      FirstItemVectors(new, rows).fill(weight.matrix, first)
    }
  }

  /// What the optimiser of before remembers of rows that both models have; of the others it is as if they never had a gradient.
  func moved(_ saved: SavedOptimizer) -> [OptimizerState] {
    let states = Dictionary(saved.states.map { ($0.parameter, $0) }) { first, _ in first }
    return new.model.namedParameters.compactMap { name, _ in
      states[name].map { state in tables[new.model.nameInMember(name)].map(state.moved) ?? state }
    }
  }

  /// What the optimiser of before remembers, for the parameters of the new model; those that it does not know begin anew.
  package func optimizer(_ saved: SavedOptimizer, _ settings: OptimizerSettings) -> [OptimizerState] {
    let states = Dictionary(saved.states.map { ($0.parameter, $0) }) { first, _ in first }
    return new.model.namedParameters.map { name, parameter in
      let (rows, columns) = (parameter.value.rows, parameter.value.columns)
      if let state = states[name] {
        if let moved = tables[new.model.nameInMember(name)] { return state.moved(to: moved) }
        if parameter.kind == .dense, state.arrays.allSatisfy({ $0.matrix.rows == rows }) { return state }
      }
      return OptimizerState(
        parameter: name,
        rows: [],
        arrays: settings.stateNames.map { name in
          let matrix = Matrix(rows: parameter.kind == .dense ? rows : 0, columns: columns)
          matrix.elements.update(repeating: settings.initialState)
          return NamedMatrix(name: name, matrix: matrix)
        }
      )
    }
  }

  // --- matching

  /// Ids and the names behind them, ascending.
  private typealias Keys = (keys: [Int64], names: TextTable?)

  private mutating func matchIDs() {
    let shape = new.model.shape
    let items = Self.rows(
      (new.catalogue.itemVocabulary.keys, new.itemNames),
      (old.catalogue.itemVocabulary.keys, old.itemNames)
    )
    add("items", ["emb_item", "emb_history_item"], items, of: old.catalogue.itemVocabulary.size)
    if shape.usesUserID, old.model.shape.usesUserID {
      let users = Self.rows((new.users, new.userNames), (old.users, old.userNames))
      add("users", ["emb_user"], users, of: old.users.count + 1)
    }
    guard shape.usesCategory, old.model.shape.usesCategory else { return }
    let categories = Self.rows(
      (new.catalogue.categoryVocabulary.keys, new.categoryNames.map(TextTable.init)),
      (old.catalogue.categoryVocabulary.keys, old.categoryNames.map(TextTable.init))
    )
    add("categories of items", ["emb_category"], categories, of: old.catalogue.categoryVocabulary.size)
  }

  private mutating func matchContexts() {
    guard !new.model.shape.contexts.isEmpty, !old.model.shape.contexts.isEmpty else { return }
    for column in new.contexts {
      guard let before = old.contexts.first(where: { $0.name == column.name }) else { continue }
      match(column, before, "emb_context_\(column.name)")
    }
  }

  /// Bucket `b` stands for the moment `b` widths after the first click: the same moment is another bucket where the log begins
  /// at another time. What is later than all that was learned has what the model of before says of it: its last bucket, of
  /// which nothing was learned.
  private mutating func matchTimes() {
    let (shape, before) = (new.model.shape, old.model.shape)
    let shift = old.clock.hours(new.clock.origin)
    for width in shape.timeWidths where before.timeWidths.contains(width) {
      let count = before.timeRows(width)
      let places = (0..<shape.timeRows(width)).map { Double($0) + shift / width }
      var moved = TableRows(places: places, of: count)
      for (row, place) in places.enumerated() where place < 0 { moved.rows[row] = -1 }
      add("times of \(width) hours", [TwoTowerShape.timeTable(width)], moved, of: count, isLine: true)
    }
  }

  private mutating func match(_ old: CatalogueFeatures, _ new: CatalogueFeatures, of what: String) {
    for column in new.categories {
      guard let before = old.categories.first(where: { $0.name == column.name }) else { continue }
      match(column, before, "emb_\(what)_category_\(column.name)")
    }
    for column in new.numbers {
      guard let before = old.numbers.first(where: { $0.name == column.name }) else { continue }
      let places = [0] + column.edges.map { Double(before.place($0)) }
      let rows = TableRows(places: places, of: before.edges.count + 1)
      add(
        column.name,
        ["emb_\(what)_number_\(column.name)"],
        rows,
        of: before.edges.count + 1,
        isLine: true
      )
    }
    for column in new.multi {
      guard let before = old.multi.first(where: { $0.name == column.name }) else { continue }
      let rows = Self.rows(
        (Self.places(column.values), TextTable(column.values)),
        (Self.places(before.values), TextTable(before.values))
      )
      add(column.name, ["emb_\(what)_\(column.bag.name)"], rows, of: before.size)
    }
  }

  private mutating func match(_ new: ContextColumn, _ old: ContextColumn, _ table: String) {
    let rows = Self.rows(
      (new.vocabulary.keys, new.names.map(TextTable.init)),
      (old.vocabulary.keys, old.names.map(TextTable.init))
    )
    add(new.name, [table], rows, of: old.vocabulary.size)
  }

  /// Learned vectors go by their items.
  private mutating func matchVectors() {
    guard let vectors = new.model.shape.itemVectors, old.model.shape.itemVectors != nil else { return }
    let (rowOfNew, rowOfOld) = (
      new.catalogue.features.values.vectorRows, old.catalogue.features.values.vectorRows
    )
    let known = Self.rows(
      (new.catalogue.knownItems.keys, new.itemNames),
      (old.catalogue.knownItems.keys, old.itemNames)
    )
    var oldRow = [Int32](repeating: 0, count: old.catalogue.knownItems.size)
    for (item, row) in zip(old.catalogue.items, rowOfOld) {
      oldRow[Int(old.catalogue.knownItems.code(of: item))] = row
    }
    var rows = [Int32](repeating: -1, count: vectors.rows)
    rows[0] = 0
    for (item, row) in zip(new.catalogue.items, rowOfNew) where row > 0 {
      let code = known.rows[Int(new.catalogue.knownItems.code(of: item))]
      if code > 0, oldRow[Int(code)] > 0 { rows[Int(row)] = oldRow[Int(code)] }
    }
    tables[TwoTowerShape.Vectors.table] = TableRows(rows)
  }

  /// Notes the rows of tables that the new model and the old one both have.
  private mutating func add(
    _ what: String,
    _ names: [String],
    _ rows: TableRows,
    of count: Int,
    isLine: Bool = false
  ) {
    let there = Set(new.model.weights.map { new.model.nameInMember($0.name) })
    for name in names where there.contains(name) { tables[name] = rows }
    // Row 0 stands for what is unknown, and is in every table.
    let own = isLine ? 0 : 1
    counts.append(
      Count(
        what: what,
        taken: rows.taken - own,
        new: rows.rows.count - rows.taken,
        dropped: rows.dropped(of: count)
      )
    )
  }

  private static func places(_ values: [String]) -> [Int64] { values.indices.map(Int64.init) }

  /// The rows of tables by code: row 0, which stands for what is unknown, and one for each key.
  private static func rows(_ new: Keys, _ old: Keys) -> TableRows {
    var rows = [Int32](repeating: -1, count: new.keys.count + 1)
    rows[0] = 0
    if new.names == nil, old.names == nil {
      let codes = Vocabulary(sortedKeys: old.keys)
      for (place, key) in new.keys.enumerated() {
        let code = codes.code(of: key)
        if code > 0 { rows[place + 1] = code }
      }
      return TableRows(rows)
    }
    // Ids are their bytes: two ways of writing an accent are two ids, which texts that are compared as such are not.
    var codes: [[UInt8]: Int32] = [:]
    codes.reserveCapacity(old.keys.count)
    for (place, key) in old.keys.enumerated() { codes[text(key, old.names)] = Int32(place + 1) }
    for (place, key) in new.keys.enumerated() {
      if let code = codes[text(key, new.names)] { rows[place + 1] = code }
    }
    return TableRows(rows)
  }

  private static func text(_ key: Int64, _ names: TextTable?) -> [UInt8] {
    guard let names, let place = Int(exactly: key), names.indices.contains(place) else {
      return Array(String(key).utf8)
    }
    return Array(names[place].utf8)
  }
}
