import ClickFixtures
import Foundation
import Memory
import Numerics
import TestSupport
import Testing

@testable import Clicks
@testable import Recall

@Suite("Properties of rankings")
struct RankingPropertyTests {
  /// The measures as one would write them down, of one list and the distinct items that were held out.
  private func naive(_ metric: RankingMetric, _ list: [Int64], _ relevant: Set<Int64>, k: Int) -> Double {
    var seen: Set<Int64> = []
    // A repeated item counts where it stands first.
    let gains = list.prefix(k).map { relevant.contains($0) && seen.insert($0).inserted ? 1.0 : 0.0 }
    let hits = gains.reduce(0, +)
    func discounted(_ gains: [Double]) -> Double {
      gains.enumerated().reduce(0) { $0 + $1.element / log2(Double($1.offset + 2)) }
    }
    switch metric {
    case .hitRate: return hits > 0 ? 1 : 0
    case .recall: return hits / Double(relevant.count)
    case .precision: return hits / Double(k)
    case .mrr: return gains.firstIndex(of: 1).map { 1 / Double($0 + 1) } ?? 0
    case .ndcg:
      return discounted(gains) / discounted([Double](repeating: 1, count: min(k, relevant.count)))
    case .map:
      let precisions = gains.indices.filter { gains[$0] == 1 }.map {
        gains[...$0].reduce(0, +) / Double($0 + 1)
      }
      return precisions.reduce(0, +) / Double(min(k, relevant.count))
    }
  }

  @Test("every measure of random lists is its formula")
  func metrics() {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 911)
      let (users, width) = (1 + draw.below(5), 1 + draw.below(12))
      let items = (0..<users * width).map { _ in Int64(draw.below(25)) }
      let counts = (0..<users).map { _ in Int32(draw.below(width + 1)) }
      let held = (0..<users).map { _ in (0...draw.below(7)).map { _ in Int64(draw.below(25)) } }
      // A list must be as wide as the largest cut-off.
      let cutoffs = Array(Set((0...draw.below(3)).map { _ in 1 + draw.below(width) })).sorted()
      let scores = RankingScores(
        RankedLists(width: width, items: items, counts: counts),
        heldOut: UserSequences(held),
        cutoffs: cutoffs,
        threads: 1 + draw.below(2)
      )
      for metric in RankingMetric.allCases {
        for k in cutoffs {
          let found = scores.perUser(metric, at: k).map(Array.init) ?? []
          for user in 0..<users {
            let list = Array(items[user * width..<user * width + Int(counts[user])])
            let expected = naive(metric, list, Set(held[user]), k: k)
            // The order of a few roundings.
            #expect(abs(found[user] - expected) < 1e-14, "case \(number): \(metric)@\(k)")
          }
        }
      }
    }
  }

  @Test("merged lists are sums over dictionaries")
  func fusion() {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 912)
      var options = FusionOptions()
      options.method = draw.below(2) == 0 ? .weighted : .rrf
      (options.depth, options.rrfK) = (1 + draw.below(8), Double(draw.below(3)))
      options.weights = [:]
      for source in CandidateSource.allCases { options.weights[source] = Double(draw.below(5)) / 4 }
      let (users, k) = (1 + draw.below(4), 1 + draw.below(10))
      let ranked = CandidateSource.allCases.filter { _ in draw.below(4) > 0 }.map { source in
        let width = 1 + draw.below(9)
        var (items, scores, counts): ([Int64], [Float], [Int32]) = ([], [], [])
        for _ in 0..<users {
          // Distinct items, their scores falling and often the same.
          let shuffled = (0..<20).map { (draw.next(), Int64($0)) }.sorted { $0 < $1 }.map(\.1)
          items += shuffled.prefix(width)
          scores += (0..<width).map { _ in Float(draw.below(5)) / 4 }.sorted(by: >)
          counts.append(Int32(draw.below(width + 1)))
        }
        return (
          source: source, lists: RankedLists(width: width, items: items, scores: scores, counts: counts)
        )
      }
      let fused = FusedLists(ranked, k: k, options, threads: 1 + draw.below(2))
      for user in 0..<(ranked.isEmpty ? 0 : users) {
        var sums: [Int64: Double] = [:]
        for (source, lists) in ranked {
          let start = user * lists.width
          let count = min(Int(lists.counts[user]), options.depth)
          for place in 0..<count {
            let (first, last) = (Double(lists.scores[start]), Double(lists.scores[start + count - 1]))
            let share = first > last ? (Double(lists.scores[start + place]) - last) / (first - last) : 1
            let weight = options.weights[source] ?? 0
            sums[lists.items[start + place], default: 0] +=
              options.method == .rrf ? weight / (options.rrfK + Double(place + 1)) : weight * share
          }
        }
        let expected = best(k, of: sums.mapValues { Double(Float($0)) }, without: [])
        #expect(Array(fused.lists[user]) == expected, "case \(number)")
      }
    }
  }

  @Test("searches among candidates of random moments, and what is seen, are those of comparing one by one")
  func candidates() throws {
    for number in 0..<PropertyCases.count {
      var draw = SplitMix(seed: number, stream: 913)
      let (count, queries, k) = (1 + draw.below(40), 1 + draw.below(6), 1 + draw.below(12))
      func matrix(_ rows: Int) -> Matrix {
        // Quarters, whose products and sums are exact.
        Matrix(rows: rows, columns: 3, values: (0..<rows * 3).map { _ in Float(draw.below(9)) / 4 - 1 })
      }
      let (vectors, asked) = (matrix(count), matrix(queries))
      let ids = (0..<count).map { Int64($0 * 7 % 41 * 2) }
      let windows = (0..<count).map { _ -> (from: Int?, length: Int, isNever: Bool) in
        (from: draw.below(3) == 0 ? nil : draw.below(20), length: draw.below(12), isNever: draw.below(5) == 0)
      }
      let items = CandidateItems(
        ids: ids,
        moments: windows.map { window in
          if window.isNever { return .never }
          guard let from = window.from else { return .always }
          return MomentSet.from(Int64(from)).intersection(.upTo(Int64(from + window.length)))
        }
      )
      let moments = (0..<queries).map { _ in Int64(draw.below(30)) }
      let seen = (0..<queries).map { _ in (0..<draw.below(6)).map { _ in Int64(draw.below(90)) } }
      let found = try ExactCandidateSearch(
        index: SearchIndex(vectors: vectors, ids: ids, approximate: nil),
        items: items,
        threads: 1 + draw.below(2)
      ).search(asked, k: k, Exclusions(seen), at: moments, progress: { _, _ in }, checkpoint: {})
      for query in 0..<queries {
        let allowed = ids.indices.filter { item in
          if windows[item].isNever || seen[query].contains(ids[item]) { return false }
          guard let from = windows[item].from else { return true }
          return (from...from + windows[item].length).contains(Int(moments[query]))
        }
        let scores = Dictionary(
          uniqueKeysWithValues: allowed.map { item in
            (ids[item], (0..<3).reduce(0.0) { $0 + Double(asked[query, $1]) * Double(vectors[item, $1]) })
          }
        )
        #expect(Array(found.ids(of: query)) == best(k, of: scores, without: []), "case \(number)")
        for item in ids.indices {
          let isAllowed =
            windows[item].isNever
            ? false
            : windows[item].from.map { ($0...$0 + windows[item].length).contains(Int(moments[query])) }
              ?? true
          #expect(items.allows(item, at: moments[query]) == isAllowed, "case \(number)")
        }
      }
    }
  }
}
