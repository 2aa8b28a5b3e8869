import Clicks
import Numerics

/// What items gain by recent clicks while a model is served: by those that the model keeps, and behind the newest of them by what
/// came since. What came and is older counts as the model has it, so that no click counts twice.
struct ServedTrend {
  /// The clicks that count.
  private(set) var trend: ItemTrend
  /// The newest click that the model keeps.
  private let newest: Int64
  /// How many of the clicks that came were looked at.
  private var taken = 0
  /// Those of items that nobody knows yet.
  private var unknown: [(id: String, time: Int64)] = []

  /// - Parameter histories: what the model keeps; nil where it keeps nothing, and only what comes counts.
  init(_ saved: SavedModel, _ histories: SavedModel.Histories?) {
    let model = saved.model
    let stored = histories.flatMap { histories in
      ItemTrend(
        model,
        histories.clicks,
        histories.features,
        items: saved.catalogue.itemVocabulary.keys,
        ticksPerSecond: saved.clock.ticksPerSecond
      )
    }
    trend =
      stored
      ?? ItemTrend(
        times: [],
        keys: [],
        hours: model.shape.trendHours,
        ticksPerSecond: saved.clock.ticksPerSecond,
        weights: model.trendWeights
      )
    newest = max(saved.clock.last, histories?.features.times.max() ?? .min)
  }

  /// Takes what came since the last time; `find` gives the key of an item's id, nil for one that is not known.
  mutating func take(from state: ServiceState, _ find: (String) -> Int64?) {
    let (clicks, number) = state.clicks(since: taken)
    taken = number
    add(clicks.filter { $0.time > newest }.map { (state.itemID($0.item), $0.time) }, find)
  }

  /// Looks again for the items that were not known.
  mutating func findUnknown(_ find: (String) -> Int64?) {
    let before = unknown
    unknown = []
    add(before, find)
  }

  private mutating func add(_ clicks: [(id: String, time: Int64)], _ find: (String) -> Int64?) {
    var known: [(key: Int64, time: Int64)] = []
    for click in clicks {
      if let key = find(click.id) { known.append((key, click.time)) } else { unknown.append(click) }
    }
    trend.add(known)
  }
}

extension RecommendEngine {
  /// What items gain by recent clicks now; nil where the model takes none of that.
  /// - Throws: what reading the histories throws.
  mutating func recentTrend() throws -> ItemTrend? {
    guard !saved.model.shape.trendHours.isEmpty else { return nil }
    try readHistories()
    var served = trend ?? ServedTrend(saved, stored)
    // Held once, so that what is added copies nothing.
    trend = nil
    if let state {
      let (names, overlay) = (names, overlay)
      served.take(from: state) { names.item($0) ?? overlay.key(of: $0) }
    }
    trend = served
    return served.trend
  }
}
