import Clicks

/// The clicks that a saved model has of some users, with items by their keys among old and new ones.
struct KnownClicks {
  struct Click {
    /// -1 for an item that is gone.
    var item: Int64
    /// Nil where the model keeps no times.
    var time: Int64?
  }

  private let histories: SavedModel.Histories
  private let vocabulary: Vocabulary
  private let items: IDSpace
  /// Where the clicks of each user are.
  private var ranges: [Int64: Range<Int>] = [:]

  /// Those of `users`, by the keys of both spaces.
  init(
    _ before: SavedModel,
    _ histories: SavedModel.Histories,
    _ userSpace: IDSpace,
    _ itemSpace: IDSpace,
    of users: Set<Int64>
  ) {
    (self.histories, vocabulary, items) = (histories, before.catalogue.itemVocabulary, itemSpace)
    let offsets = histories.clicks.offsets
    for (place, user) in before.users.enumerated() {
      let key = userSpace.key(ofOld: user)
      if users.contains(key) { ranges[key] = offsets[place]..<offsets[place + 1] }
    }
  }

  /// What a user clicked, as the model has it: the oldest first where it has times.
  func clicks(of user: Int64) -> [Click] {
    let times = histories.features.times
    return (ranges[user] ?? 0..<0).map { click in
      let item = histories.clicks.keys?[click] ?? vocabulary.key(of: histories.clicks.items[click]) ?? -1
      return Click(item: item < 0 ? -1 : items.key(ofOld: item), time: times.isEmpty ? nil : times[click])
    }
  }
}
