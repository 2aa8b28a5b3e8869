import Clicks

/// Lists merged from those of several sources.
package struct FusedLists: Sendable, Equatable {
  /// What they are called, in tables and in the names of metrics.
  package static let name = "fused"

  /// The best items, with their merged scores.
  package private(set) var lists: RankedLists
  /// Which sources had each item, as the bits of ``CandidateSource``, `[lists, width]`.
  package private(set) var sources: [UInt8]

  /// Merges the lists of each user and keeps the best `k` items, ties by the lower key.
  ///
  /// An item's score is the sum of what its sources give it, times their weights:
  /// - weighted: `(s − min) / (max − min)` over the source's list, 1 where all its scores are the same.
  ///   Source: J. H. Lee, "Analyses of Multiple Evidence Combination", SIGIR 1997; the sum is E. Fox, J. Shaw's
  ///   CombSUM (TREC-2, 1994).
  /// - rrf: `1 / (k + rank)`, ranks from 1.
  ///   Source: G. Cormack, C. Clarke, S. Büttcher, "Reciprocal Rank Fusion Outperforms Condorcet and Individual
  ///   Rank Learning Methods", SIGIR 2009.
  ///
  /// - Parameters:
  ///   - ranked: the lists of each source, of the same users and with scores.
  ///   - threads: how many threads share the users; the result does not depend on it.
  package init(
    _ ranked: [(source: CandidateSource, lists: RankedLists)],
    k: Int,
    _ options: FusionOptions,
    threads: Int
  ) {
    let count = ranked.first?.lists.count ?? 0
    precondition(ranked.allSatisfy { $0.lists.count == count }, "every source ranks the same users")
    let vocabulary = Vocabulary(keysOf: ranked.flatMap(\.lists.items))
    let given = ranked.map { Given($0.source, $0.lists, vocabulary, options, threads: threads) }
    var found = [UInt8](repeating: 0, count: k * count)
    lists = found.withUnsafeMutableBufferPointer { found in
      RankedLists.filled(width: k, count: count, vocabulary: vocabulary, threads: threads) { range, rows in
        var merge = Merge(items: vocabulary.keys.count, k: k)
        for list in range {
          for source in given { source.add(list, to: &merge) }
          let entries = merge.drain { place, bits in found[list * k + place] = bits }
          rows.put(entries, at: list)
        }
      }
    }
    sources = found
  }

  /// Puts the lists of further users behind these.
  mutating func append(_ other: FusedLists) {
    precondition(lists.width == other.lists.width, "lists of one width")
    lists.items += other.lists.items
    lists.scores += other.lists.scores
    lists.counts += other.lists.counts
    sources += other.sources
  }
}

/// What one source gives the items of its lists.
private struct Given {
  let lists: RankedLists
  let codes: [Int32]
  let bit: UInt8
  let weight: Double
  let options: FusionOptions

  init(
    _ source: CandidateSource,
    _ lists: RankedLists,
    _ vocabulary: Vocabulary,
    _ options: FusionOptions,
    threads: Int
  ) {
    precondition(options.method == .rrf || lists.scores.count == lists.items.count, "lists need scores")
    self.lists = lists
    codes = vocabulary.codes(of: lists.items, threads: threads)
    bit = source.bit
    weight = options.weights[source] ?? 0
    self.options = options
  }

  func add(_ list: Int, to merge: inout Merge) {
    let count = min(Int(lists.counts[list]), options.depth)
    guard count > 0 else { return }
    let start = list * lists.width
    switch options.method {
    case .rrf:
      for place in 0..<count {
        merge.add(codes[start + place], weight / (options.rrfK + Double(place + 1)), bit)
      }
    case .weighted:
      let (highest, lowest) = (Double(lists.scores[start]), Double(lists.scores[start + count - 1]))
      let span = highest - lowest
      for place in 0..<count {
        let share = span > 0 ? (Double(lists.scores[start + place]) - lowest) / span : 1
        merge.add(codes[start + place], weight * share, bit)
      }
    }
  }
}

/// The sums of one user's items, and which sources have them.
private struct Merge {
  private var scores: [Double]
  private var sources: [UInt8]
  private var touched: [Int32] = []
  private var best: BestItems

  init(items: Int, k: Int) {
    scores = [Double](repeating: 0, count: items + 1)
    sources = [UInt8](repeating: 0, count: items + 1)
    best = BestItems(k)
  }

  mutating func add(_ code: Int32, _ score: Double, _ bit: UInt8) {
    if sources[Int(code)] == 0 { touched.append(code) }
    sources[Int(code)] |= bit
    scores[Int(code)] += score
  }

  /// The best items, for each of which `note` gets its place and its sources; the sums are 0 afterwards.
  mutating func drain(_ note: (Int, UInt8) -> Void) -> [BestItems.Entry] {
    for code in touched { best.offer(code, Float(scores[Int(code)])) }
    let entries = best.drain()
    for (place, entry) in entries.enumerated() { note(place, sources[Int(entry.code)]) }
    for code in touched { (scores[Int(code)], sources[Int(code)]) = (0, 0) }
    touched.removeAll(keepingCapacity: true)
    return entries
  }
}
