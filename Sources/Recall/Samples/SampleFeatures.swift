import Clicks
import Numerics

/// The values of features of items and requests.
package struct SampleFeatures {
  /// What a request is, for the features of its items.
  package struct Request {
    /// When it comes, in the log's unit.
    package var moment: Int64
    /// What it sees of its user, in the order of time.
    package var history: ArraySlice<Int64>
    /// When the last of these was; nil where clicks have no times or there are none.
    package var lastClick: Int64?

    /// Puts a request together.
    package init(moment: Int64, history: ArraySlice<Int64>, lastClick: Int64?) {
      (self.moment, self.history, self.lastClick) = (moment, history, lastClick)
    }
  }

  private let features: [SampleFeature]
  private let clicks: ItemClickTimes
  private let index: SearchIndex
  private let rows: Vocabulary
  private let rowOfCode: [Int]
  private let categories: [Int64]
  private let births: [Int64: Int64]
  private let ticksPerHour: Double
  private let windowTicks: Int64

  /// Takes what features are made of.
  /// - Parameters:
  ///   - history: the clicks to learn from.
  ///   - index: the vectors of all items.
  ///   - categories: the category of each item of the index, in its order; -1 for none.
  ///   - births: when items came into being, where that is known.
  package init(
    _ features: [SampleFeature],
    history: UserSequences,
    index: SearchIndex,
    categories: [Int64],
    births: (items: [Int64], times: ItemTimes)?,
    ticksPerSecond: Int64,
    windowHours: Double
  ) {
    precondition(categories.count == index.ids.count, "one category an item")
    self.features = features
    clicks = ItemClickTimes(history)
    self.index = index
    rows = Vocabulary(keysOf: index.ids)
    var rowOfCode = [Int](repeating: -1, count: rows.size)
    for (row, id) in index.ids.enumerated() { rowOfCode[Int(rows.code(of: id))] = row }
    rowOfCode[0] = -1
    self.rowOfCode = rowOfCode
    self.categories = categories
    var known: [Int64: Int64] = [:]
    if let births {
      for (item, time) in zip(births.items, births.times.values) {
        if let time { known[item] = time.ceiling }
      }
    }
    self.births = known
    ticksPerHour = 3600 * Double(ticksPerSecond)
    windowTicks = Int64(exactly: (windowHours * 3600 * Double(ticksPerSecond)).rounded()) ?? .max
  }

  /// The row of an item's vector; nil where the index does not have it.
  package func row(of item: Int64) -> Int? {
    let row = rowOfCode[Int(rows.code(of: item))]
    return row < 0 ? nil : row
  }

  /// The values of all features for `items` of a request, `[features][items]`; not a number where there is none.
  package func values(_ items: [Int64], _ request: Request) -> [[Float]] {
    let newest = request.history.suffix(SampleFeature.newest)
    let newestCategories = newest.map(category)
    let newestRows = newest.map { row(of: $0) }
    return features.map { feature in
      switch feature {
      case .itemClicks: items.map { Float(clicks.count($0, before: request.moment)) }
      case .itemRecentClicks: items.map { Float(recentClicks($0, request.moment)) }
      case .itemHoursSinceClick:
        items.map { hours(from: clicks.last($0, before: request.moment), to: request.moment) }
      case .itemAge: items.map { hours(from: births[$0], to: request.moment) }
      case .historyLength: items.map { _ in Float(request.history.count) }
      case .hoursSinceLastClick: items.map { _ in hours(from: request.lastClick, to: request.moment) }
      case .sameCategory:
        items.map { item in
          guard let last = newestCategories.last else { return .nan }
          return category(item) == last && last >= 0 ? 1 : 0
        }
      case .categoryShare:
        items.map { item in
          let own = category(item)
          guard !newest.isEmpty else { return .nan }
          return own < 0 ? 0 : Float(newestCategories.count { $0 == own }) / Float(newest.count)
        }
      case .similarityToLast: products(items, newestRows.suffix(1))
      case .similarityToHistory: products(items, newestRows[...])
      }
    }
  }

  private func category(_ item: Int64) -> Int64 { row(of: item).map { categories[$0] } ?? -1 }

  private func recentClicks(_ item: Int64, _ moment: Int64) -> Int {
    let start = moment.subtractingReportingOverflow(windowTicks)
    return clicks.count(item, before: moment)
      - clicks.count(item, before: start.overflow ? .min : start.partialValue)
  }

  private func hours(from time: Int64?, to moment: Int64) -> Float {
    time.map { Float((Double(moment) - Double($0)) / ticksPerHour) } ?? .nan
  }

  /// The largest product of each item's vector with one of those of `others`.
  private func products(_ items: [Int64], _ others: ArraySlice<Int?>) -> [Float] {
    let known = items.map { row(of: $0) }
    let rows = known.compactMap { $0.map { UInt32($0) } }
    var best = [Float](repeating: .nan, count: rows.count)
    for case let other? in others {
      let scores = index.vectors.scores(ofRows: rows, with: index.vectors.row(other))
      for (place, score) in scores.enumerated() where !(score <= best[place]) { best[place] = score }
    }
    var next = 0
    return known.map { row in
      guard row != nil else { return .nan }
      defer { next += 1 }
      return best[next]
    }
  }
}
