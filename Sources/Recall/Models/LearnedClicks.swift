import Clicks

/// The clicks that a saved model keeps of its users, which it learned from or was chosen by.
package struct LearnedClicks {
  private let saved: SavedModel
  private let names: ModelNames
  private let histories: SavedModel.Histories

  /// Nil where the model keeps none.
  /// - Throws: what reading the histories throws.
  package init?(_ saved: SavedModel) throws {
    guard let histories = try saved.readHistories() else { return nil }
    self.saved = saved
    self.histories = histories
    names = ModelNames(saved)
  }

  /// Whether the user's history holds a click on the item, at this time where both have times that count the same.
  /// - Parameter time: the time, and how many of its unit make a second; nil for a click without one.
  package func contains(user: String, item: String, at time: (ticks: Int64, perSecond: Int64)?) -> Bool {
    let code = Int(names.userCode(user))
    guard code > 0, let key = names.itemKey(item) else { return false }
    let times = histories.features.times
    let moment = time.flatMap { time in
      times.isEmpty || time.perSecond != saved.clock.ticksPerSecond ? nil : time.ticks
    }
    let clicks = histories.clicks
    return (clicks.offsets[code - 1]..<clicks.offsets[code]).contains { click in
      let own = clicks.keys?[click] ?? saved.catalogue.itemVocabulary.key(of: clicks.items[click])
      return own == key && (moment == nil || times[click] == moment)
    }
  }
}
