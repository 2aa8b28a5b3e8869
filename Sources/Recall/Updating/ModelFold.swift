import Clicks
import Numerics
import Tables

/// A saved model with new clicks and items folded in: histories grow, new items and users get rows, removed items go. Nothing
/// is learned yet: known items and users have the weights that they had.
package struct ModelFold {
  /// What came of it, in numbers.
  package struct Counts: Sendable, Equatable {
    /// New clicks, and users among them that the model did not know.
    package var clicks = 0
    package var newUsers = 0
    /// Clicks that the model has already: of one user on one item at one time, or in the user's set.
    package var knownClicks = 0
    /// Clicks that the file has before.
    package var doubledClicks = 0
    /// Clicks that the rule of the model's recipe for repeated clicks leaves out, and how many of them are earlier than the
    /// click that the model has and keeps.
    package var repeatedClicks = 0
    package var earlierClicks = 0
    /// Items that the model can give now and could not before; known ones of which something else was said; ones that went.
    package var newItems = 0
    package var changedItems = 0
    package var removedItems = 0
    /// Clicked items that the model still cannot give, since nothing is known of them but their ids.
    package var unknownItems = 0
    /// Items, new or described anew, that the model's conditions make a candidate at no time.
    package var notCandidates = 0
    /// New items that are no candidates, as the model does not hold by what it narrows them.
    package var unjudgedItems = 0
    /// Ids that were to be removed and are no items of the model.
    package var notThere = 0
  }

  /// What is folded in.
  package struct Changes {
    package var clicks: UpdateClicks?
    package var items: UpdateItems?
    package var removed: [String] = []
    /// Which of the clicks are folded in.
    package var rules = FoldedRows.Rules()
    /// Whether new items that were clicked get embeddings of their own, as something is learned of them next.
    package var learns = false
    /// Draws the rows of those.
    package var seed = 42

    package init() {}
  }

  /// The model as it was, and as it is now: without vectors and without an index.
  package let before: SavedModel
  package private(set) var after: SavedModel
  /// Whether each click of the histories is new, `[clicks]`.
  package private(set) var isNew: [Bool] = []
  /// What came of it.
  package private(set) var counts = Counts()
  /// The place in the new catalogue of each item of the old one; nil for those that went.
  package let placeOfOld: [Int?]
  /// What matched the weights of both.
  package let start: WarmStart

  /// Folds `changes` into `before`.
  /// - Throws: `SavedModelFailure` where the model holds no histories; `DataError`, `RequestFailure` for what files say.
  package init(_ before: SavedModel, _ changes: Changes) throws {
    guard let histories = try before.readHistories() else {
      throw SavedModelFailure(
        "the model holds no histories to fold clicks into; save it with 'histories: true' in 'save'"
      )
    }
    self.before = before
    var clicks =
      changes.clicks ?? UpdateClicks(file: "", users: [], items: [], times: [], contexts: [])
    let users = IDSpace("user", before.userNames, clicks.users)
    let items = IDSpace("item", before.itemNames, clicks.items + (changes.items?.ids ?? []))
    var clickedUsers = try clicks.users.enumerated().map {
      try users.key(of: $0.element, file: clicks.file, row: $0.offset)
    }
    var clickedItems = try clicks.items.enumerated().map {
      try items.key(of: $0.element, file: clicks.file, row: $0.offset)
    }
    let known = KnownClicks(before, histories, users, items, of: Set(clickedUsers))
    let rows = FoldedRows(clicks, users: clickedUsers, items: clickedItems, known, changes.rules, &counts)
    if rows.isKept.contains(false) {
      let kept = rows.isKept.indices.filter { rows.isKept[$0] }
      clicks = clicks.keeping { rows.isKept[$0] }
      (clickedUsers, clickedItems) = (kept.map { clickedUsers[$0] }, kept.map { clickedItems[$0] })
    }
    var catalogue = try FoldedCatalogue(before, items, clickedItems, changes, &counts)
    placeOfOld = catalogue.placeOfOld
    let oldUsers = before.users.map(users.key(ofOld:))
    let allUsers = Vocabulary(keysOf: oldUsers + clickedUsers)
    counts.clicks = clicks.count
    counts.newUsers = allUsers.keys.count - before.users.count

    var merged = FoldedHistories(before, histories)
    try merged.fold(clicks, users: clickedUsers, items: clickedItems, oldUsers, items, allUsers)
    isNew = merged.isNew
    let codes = catalogue.catalogue.itemVocabulary.codes(of: merged.items)
    catalogue.count(clickedItems)

    var clock = before.clock
    // The origin stays, as weights count from it: earlier clicks are at the first of its buckets.
    clock.last = max(clock.last, clicks.times.max() ?? clock.last)
    let oldUserCodes = Vocabulary(sortedKeys: oldUsers)
    var shape = before.model.shape
    shape.userVocabulary = allUsers.size
    shape.itemVocabulary = catalogue.catalogue.itemVocabulary.size
    shape.categoryVocabulary = catalogue.catalogue.categoryVocabulary.size
    shape.timeSpan = max(shape.timeSpan, clock.span)
    let model = try TwoTowerModel(shape, seed: changes.seed)
    after = SavedModel(
      model: model,
      users: allUsers.keys,
      catalogue: catalogue.catalogue,
      contexts: before.contexts,
      clock: clock,
      categoryNames: before.categoryNames,
      userNames: users.names,
      itemNames: items.names
    )
    if !before.userFeatures.isEmpty {
      let further = Vocabulary(sortedKeys: before.furtherUsers.map(users.key(ofOld:)))
      let features = before.userFeatures.adding(before.furtherUserFeatures)
      // Of a user who is new and of no table nothing is known but clicks: what code 0 has.
      func row(_ user: Int64) -> Int {
        let place = Int(further.code(of: user))
        return place > 0 ? before.users.count + place : Int(oldUserCodes.code(of: user))
      }
      after.userFeatures = features.rows([0] + allUsers.keys.map(row))
      after.furtherUsers = further.keys.filter { !allUsers.contains($0) }
      after.furtherUserFeatures = features.rows(after.furtherUsers.map(row))
    }
    after.columns = before.columns
    after.metrics = before.metrics
    after.recipe = before.recipe
    after.titles = catalogue.titles
    after.itemClicks = catalogue.itemClicks
    after.search = before.search
    after.search.approximate = nil
    (after.search.candidates, after.search.conditions) = (catalogue.candidates, catalogue.conditions)
    after.requestMoment = before.requestMoment.map { max($0, clicks.times.max() ?? $0) }
    let hasAllCodes = catalogue.catalogue.itemVocabulary == catalogue.catalogue.knownItems
    after.histories = SavedModel.Histories(
      clicks: EncodedRequests(
        offsets: merged.offsets,
        items: codes,
        keys: hasAllCodes && !codes.contains(0) ? nil : merged.items
      ),
      features: merged.features,
      moments: merged.moments
    )
    let isVectors = { before.model.nameInMember($0) == TwoTowerShape.Vectors.table }
    if let table = before.model.storedWeights.first(where: { isVectors($0.name) }) {
      try model.load(itemVectors: table.matrix)
    }
    start = WarmStart(from: before, to: after)
    try start.begin(.features)
    if !changes.learns { giveNewUsersTheUnknownRow(oldUserCodes) }
    if let optimizer = try before.readOptimizer() {
      after.optimizer = SavedOptimizer(states: start.moved(optimizer), steps: optimizer.steps)
    }
  }

  /// Who is new and of whom nothing is learned is answered as somebody unknown with the same clicks.
  private func giveNewUsersTheUnknownRow(_ old: Vocabulary) {
    for weight in after.model.weights where after.model.nameInMember(weight.name) == "emb_user" {
      let table = weight.matrix
      for (place, key) in after.users.enumerated() where !old.contains(key) {
        _ = table.row(place + 1).update(fromContentsOf: table.row(0))
      }
    }
  }

  /// Takes what training made of the model.
  package mutating func take(optimizer: SavedOptimizer?) { after.optimizer = optimizer }
  /// Takes the vectors of all items, and what finds the nearest of them.
  package mutating func take(vectors: Matrix, _ index: FaissIndex?) {
    after.vectors = vectors
    after.search.approximate = index
  }
  /// Notes how the model came about.
  package mutating func note(_ line: String) {
    after.recipe = before.recipe.map { $0 + "\n# \(line)\n" }
  }
}

/// The histories of a saved model with new clicks among them.
private struct FoldedHistories {
  private let before: SavedModel
  private let old: SavedModel.Histories
  /// Raw ids of items, user after user.
  private(set) var items: [Int64] = []
  private(set) var offsets = [0]
  private(set) var features = RequestFeatures()
  private(set) var moments: [Int64]?
  private(set) var isNew: [Bool] = []

  init(_ before: SavedModel, _ old: SavedModel.Histories) {
    (self.before, self.old) = (before, old)
  }

  mutating func fold(
    _ clicks: UpdateClicks,
    users: [Int64],
    items newItems: [Int64],
    _ oldUsers: [Int64],
    _ space: IDSpace,
    _ allUsers: Vocabulary
  ) throws {
    let vocabulary = before.catalogue.itemVocabulary
    let oldItems = old.clicks.keys ?? old.clicks.items.map { vocabulary.key(of: $0) ?? -1 }
    let contexts = newContexts(clicks)
    let hasTimes = !old.features.times.isEmpty || !clicks.times.isEmpty
    features = RequestFeatures(times: [], contexts: before.contexts.map { _ in [] })
    var placeOfUser = [Int](repeating: -1, count: allUsers.size)
    for (place, key) in oldUsers.enumerated() { placeOfUser[Int(allUsers.code(of: key))] = place }
    var rowsOfUser = [[Int]](repeating: [], count: allUsers.size)
    for (row, user) in users.enumerated() { rowsOfUser[Int(allUsers.code(of: user))].append(row) }
    var newMoments: [Int64] = []
    for code in 1..<max(allUsers.size, 1) {
      let place = placeOfUser[code]
      let range = place >= 0 ? old.clicks.offsets[place]..<old.clicks.offsets[place + 1] : 0..<0
      // Of one moment the old ones come first, then those of the file in its order.
      let rows =
        clicks.times.isEmpty
        ? rowsOfUser[code]
        : rowsOfUser[code].sorted {
          (clicks.times[$0], $0) < (clicks.times[$1], $1)
        }
      var (next, click) = (rows[...], range.lowerBound)
      while click < range.upperBound || !next.isEmpty {
        let isOld: Bool =
          if click == range.upperBound {
            false
          } else if let row = next.first, !clicks.times.isEmpty,
            !old.features.times.isEmpty
          {
            old.features.times[click] <= clicks.times[row]
          } else { true }
        isNew.append(!isOld)
        if isOld {
          items.append(oldItems[click] < 0 ? -1 : space.key(ofOld: oldItems[click]))
          if hasTimes {
            features.times.append(
              old.features.times.isEmpty ? before.clock.last : old.features.times[click]
            )
          }
          for column in contexts.indices {
            features.contexts[column].append(old.features.contexts[column][click])
          }
          click += 1
        } else {
          let row = next.removeFirst()
          items.append(newItems[row])
          if hasTimes { features.times.append(clicks.times.isEmpty ? before.clock.last : clicks.times[row]) }
          for column in contexts.indices { features.contexts[column].append(contexts[column][row]) }
        }
      }
      offsets.append(items.count)
      // Who is there again asks from then on.
      let last = rows.last.flatMap { clicks.times.isEmpty ? nil : clicks.times[$0] }
      newMoments.append(
        max(
          last ?? .min,
          place >= 0 ? old.moments?[place] ?? .min : .min,
          last == nil ? before.clock.last : .min
        )
      )
      if place >= 0, last == nil, let moment = old.moments?[place] {
        newMoments[newMoments.count - 1] = moment
      }
    }
    moments = old.moments == nil ? nil : newMoments
  }

  /// The codes of each column of the context, `[columns][clicks]`; values that the model does not know have code 0.
  private func newContexts(_ clicks: UpdateClicks) -> [[Int32]] {
    zip(before.contexts, clicks.contexts + before.contexts.map { _ in [] }).map { column, texts in
      guard !texts.isEmpty else { return [Int32](repeating: 0, count: clicks.count) }
      var codes: [String: Int32] = [:]
      let names = ModelNames(before)
      return texts.map { text in
        if let code = codes[text] { return code }
        let code = names.code(text, in: column)
        codes[text] = code
        return code
      }
    }
  }
}
