import Glibc

/// A measure of one ranked list against the items that were held out, all of them equally relevant.
///
/// Below, `T` is the set of distinct held-out items of a user, `R` the first `k` of the list, `rel(i)` is 1
/// where the item at rank `i` (from 1) is in `T`, else 0, and `hits = |R ∩ T|`.
package enum RankingMetric: String, CaseIterable, Sendable, Hashable {
  /// 1 if `hits > 0`, else 0.
  case hitRate = "hit_rate"
  /// `hits / |T|`.
  case recall
  /// `hits / k`, also where the list is shorter than `k`.
  case precision
  /// `DCG / IDCG`: `DCG = Σ rel(i) / log2(i + 1)` over `i ≤ k`, `IDCG` the same for the best list there can
  /// be, with `min(k, |T|)` relevant items in front.
  ///
  /// Source: K. Järvelin, J. Kekäläinen, "Cumulated Gain-Based Evaluation of IR Techniques", TOIS 20(4), 2002,
  /// with the discount `1 / log2(i + 1)` that has become common since C. Burges et al., ICML 2005.
  case ndcg
  /// `1 / i` for the first rank `i ≤ k` with `rel(i) = 1`, 0 where there is none.
  ///
  /// Source: E. Voorhees, "The TREC-8 Question Answering Track Report", TREC 1999.
  case mrr
  /// `(1 / min(k, |T|)) Σ rel(i) · hits(i) / i` over `i ≤ k`: the mean of the precisions at the hits.
  ///
  /// Source: C. Buckley, E. Voorhees, "Evaluating Evaluation Measure Stability", SIGIR 2000; the bound
  /// `min(k, |T|)` makes 1 reachable at every `k`.
  case map

  /// What the formulas are, in words: another text where one of them becomes another, so that figures by the two are not
  /// held against each other.
  package static let definition =
    "ndcg: ideal cut at k; map: over min(k, held out); precision: over k; ties by id"

  /// Whether it says something of its own where each user has one held-out item: recall is then the hit rate,
  /// precision the hit rate / `k`, and map is mrr.
  package var isOwnForOneTarget: Bool { ![.recall, .precision, .map].contains(self) }

  /// Whether a report's first table has it.
  package var isHeadline: Bool { [.hitRate, .recall, .ndcg, .mrr].contains(self) }

  /// The measure's value, 0 to 1.
  ///
  /// - Parameters:
  ///   - hitRanks: the ranks of the hits, from 1, ascending; those beyond `k` are passed over.
  ///   - relevant: `|T|`, 1 or more.
  ///   - k: the cut-off, 1 or more.
  package func value(hitRanks: some Sequence<Int>, relevant: Int, k: Int) -> Double {
    var hits = 0
    var sum = 0.0
    for rank in hitRanks {
      guard rank <= k else { break }
      hits += 1
      switch self {
      case .hitRate, .mrr: return self == .mrr ? 1 / Double(rank) : 1
      case .recall, .precision: break
      case .ndcg: sum += 1 / log2(Double(rank + 1))
      case .map: sum += Double(hits) / Double(rank)
      }
    }
    switch self {
    case .hitRate, .mrr: return 0
    case .recall: return Double(hits) / Double(relevant)
    case .precision: return Double(hits) / Double(k)
    case .map: return sum / Double(min(k, relevant))
    case .ndcg:
      guard hits > 0 else { return 0 }
      let ideal = (1...min(k, relevant)).reduce(0.0) { $0 + 1 / log2(Double($1 + 1)) }
      return sum / ideal
    }
  }
}
