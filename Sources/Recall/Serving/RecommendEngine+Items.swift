import Clicks

/// An item as people look at it.
package struct ItemEntry: Sendable, Equatable {
  /// Its id.
  package var id: String
  /// What it is called; nil where nobody said.
  package var title: String?
  /// How often it was clicked; nil where that is not known.
  package var clicks: Int64?
  /// Its place among the clicked items, the most clicked one has 1; nil where it was never clicked, or nobody counted.
  package var popularity: Int?
}

extension RecommendEngine {
  /// The items that match what was typed, the best match first; those that came since the model was trained after all that
  /// it has, but for one whose id it is.
  mutating func find(_ query: String, limit: Int) throws -> [ItemEntry] {
    try takeChanges()
    let directory = try readDirectory()
    let found = directory.find(query, limit: limit + overlay.deleted.count).filter { !isDeleted($0) }
    let known = found.prefix(limit).map { entry($0, directory) }
    let wanted = ItemDirectory.folded(query)
    guard !wanted.isEmpty else { return known }
    let added = overlay.added.filter { entry in
      [entry.id, entry.title ?? ""].contains { ItemDirectory.folded($0).contains(wanted) }
    }
    let exact = added.filter { $0.id == query }
    let others = added.filter { $0.id != query }
    return Array((exact.map(Self.entry) + known + others.map(Self.entry)).prefix(limit))
  }

  /// The most clicked items.
  mutating func popular(limit: Int) throws -> [ItemEntry] {
    try takeChanges()
    let directory = try readDirectory()
    return directory.popular.filter { !isDeleted(Int($0)) }.prefix(limit).map {
      entry(Int($0), directory)
    }
  }

  /// The items called `ids`, in this order, and the ids that the model does not know.
  mutating func entries(_ ids: [String]) throws -> (items: [ItemEntry], unknown: [String]) {
    try takeChanges()
    let directory = try readDirectory()
    var (items, unknown): ([ItemEntry], [String]) = ([], [])
    for id in ids {
      if let item = item(id, directory) { items.append(item) } else { unknown.append(id) }
    }
    return (items, unknown)
  }

  /// What a recommendation for a user goes by now: the clicks that the model keeps and those that came since, the oldest first,
  /// and what is to be said of them. Clicks on items that can no longer be recommended have their ids alone.
  mutating func history(of user: String) throws -> (items: [ItemEntry], notes: [RequestNote]) {
    let block = try block([RecommendRequest(user: user)])
    let directory = try readDirectory()
    let items = block.clicked[0].map { item($0, directory) ?? ItemEntry(id: $0) }
    // Nothing is recommended, so that it does not matter when.
    return (items, block.notes[0].filter { $0 != .noTime })
  }

  /// Whose clicks make items popular; nil where nobody's are known.
  mutating func counted() throws -> String? { try readDirectory().counted?.rawValue }

  /// Users to begin with, from all over the ids: such as have clicks, where these are kept, else such as the model has a
  /// vector of; none where it makes no difference who asks.
  mutating func exampleUsers(_ most: Int) throws -> [String] {
    try readHistories()
    let count = saved.users.count
    guard stored != nil || saved.model.shape.usesUserID || saved.model.shape.usesUserFeatures, most > 0 else {
      return []
    }
    var users: [String] = []
    for part in 0..<most {
      let range = part * count / most..<(part + 1) * count / most
      // The first with some clicks, of a few that are looked at.
      let place = range.prefix(200).first { place in
        stored.map { $0.clicks.offsets[place + 1] - $0.clicks.offsets[place] >= 3 } ?? true
      }
      if let place = place ?? range.first { users.append(saved.userID(saved.users[place])) }
    }
    return users
  }

  // --- the directory

  private mutating func readDirectory() throws -> ItemDirectory {
    if let directory { return directory }
    let (clicks, counted) = try itemClicks()
    let made = ItemDirectory(count: saved.catalogue.count, clicks: clicks, counted: counted) { row in
      (saved.itemID(saved.catalogue.items[row]), saved.titles?[row])
    }
    directory = made
    return made
  }

  private mutating func itemClicks() throws -> ([Int64], ItemDirectory.Counted?) {
    if let clicks = saved.itemClicks { return (clicks, .training) }
    try readHistories()
    guard let stored else { return ([], nil) }
    var clicks = [Int64](repeating: 0, count: saved.catalogue.count)
    for (place, code) in stored.clicks.items.enumerated() {
      let key = stored.clicks.keys?[place] ?? saved.catalogue.itemVocabulary.key(of: code)
      if let row = key.flatMap({ row(of: $0) }) { clicks[row] += 1 }
    }
    return (clicks, .histories)
  }

  /// An item of the catalogue, or one that came since; nil for one that is neither, or was deleted.
  private mutating func item(_ id: String, _ directory: ItemDirectory) -> ItemEntry? {
    guard let key = key(of: id), !overlay.deleted.contains(key) else { return nil }
    if let row = names.item(id).flatMap({ row(of: $0) }) { return entry(row, directory) }
    return overlay.entry(key).map(Self.entry)
  }

  private func isDeleted(_ row: Int) -> Bool { overlay.deleted.contains(saved.catalogue.items[row]) }

  /// An item that came since: nobody counted its clicks.
  private static func entry(_ added: ItemOverlay.Entry) -> ItemEntry {
    ItemEntry(id: added.id, title: added.title)
  }

  private func entry(_ row: Int, _ directory: ItemDirectory) -> ItemEntry {
    let changed = overlay.entry(saved.catalogue.items[row])
    let title = changed == nil ? saved.titles?[row] : changed?.title
    let rank = Int(directory.ranks[row])
    return ItemEntry(
      id: saved.itemID(saved.catalogue.items[row]),
      title: title.flatMap { $0.isEmpty ? nil : $0 },
      clicks: directory.clicks.isEmpty ? nil : directory.clicks[row],
      popularity: rank > 0 ? rank : nil
    )
  }
}
