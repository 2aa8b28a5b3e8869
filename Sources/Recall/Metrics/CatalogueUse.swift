import Clicks

/// Which items of a catalogue lists show at `k`, and how evenly.
package struct CatalogueUse: Sendable, Equatable {
  /// The share of the catalogue's items that are shown to anyone: `|∪ R_u| / |I|`.
  ///
  /// Source: M. Ge, C. Delgado-Battenfeld, D. Jannach, "Beyond Accuracy: Evaluating Recommender Systems by Coverage
  /// and Serendipity", RecSys 2010.
  package let coverage: Double
  /// The Gini coefficient of how often the catalogue's items are shown, 0 where all are shown equally often, near
  /// 1 where a few have everything: `Σ (2i − |I| − 1) x_i / (|I| Σ x_i)` over all items `i = 1…|I|`, never shown
  /// ones too, by `x_i` ascending; 0 where nothing is shown.
  ///
  /// Source: D. Fleder, K. Hosanagar, "Blockbuster Culture's Next Rise or Fall", Management Science 55(5), 2009; in
  /// this form RecBole's `GiniIndex`.
  package let gini: Double
  /// The mean over users of the mean clicks in the history of the items they are shown; users who are shown
  /// nothing do not count.
  ///
  /// Source: H. Yin et al., "Challenging the Long Tail Recommendation", VLDB 2012; RecBole's `AveragePopularity`.
  package let meanPopularity: Double
  /// How many places of the lists have an item of the catalogue with so many clicks in the history, by the bins of
  /// ``Slicing/popularityBins``.
  package let shownByPopularity: [Int]

  /// Counts the first `k` items of each list; items that the catalogue does not have count in the mean popularity
  /// only.
  package init(_ lists: RankedLists, k: Int, catalogue: Vocabulary, clicks: ItemClicks) {
    var shown = [Int](repeating: 0, count: catalogue.size)
    var (popularity, users) = (0.0, 0)
    for list in 0..<lists.count {
      let first = lists[list].prefix(k)
      guard !first.isEmpty else { continue }
      var sum = 0
      for item in first {
        shown[Int(catalogue.code(of: item))] += 1
        sum += clicks.count(of: item)
      }
      popularity += Double(sum) / Double(first.count)
      users += 1
    }
    let items = catalogue.keys.count
    let counts = shown.dropFirst().filter { $0 > 0 }.sorted()
    let bins = Slicing.popularityBins
    var byPopularity = [Int](repeating: 0, count: bins.starts.count)
    for (item, count) in zip(catalogue.keys, shown.dropFirst()) where count > 0 {
      byPopularity[bins.bin(of: clicks.count(of: item))] += count
    }
    shownByPopularity = byPopularity
    coverage = items == 0 ? 0 : Double(counts.count) / Double(items)
    meanPopularity = users == 0 ? 0 : popularity / Double(users)
    // Items that are never shown come first and add nothing.
    let before = items - counts.count
    var weighted = 0.0
    for (place, count) in counts.enumerated() {
      weighted += Double(2 * (before + place + 1) - items - 1) * Double(count)
    }
    let total = counts.reduce(0, +)
    gini = total == 0 ? 0 : weighted / (Double(items) * Double(total))
  }
}
