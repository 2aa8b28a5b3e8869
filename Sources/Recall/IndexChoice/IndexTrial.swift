/// An index with all that decides how it is searched.
package struct IndexSetting: Sendable, Hashable {
  /// FAISS's factory string.
  package var factory: String
  /// IVF: how many cells a query looks into.
  package var nprobe: Int?
  /// HNSW: how many candidates a query keeps.
  package var efSearch: Int?
  /// How many times as many items it is asked for, to be compared by their vectors.
  package var rerank = 1

  /// Puts a setting together.
  package init(factory: String, nprobe: Int? = nil, efSearch: Int? = nil, rerank: Int = 1) {
    (self.factory, self.nprobe, self.efSearch, self.rerank) = (factory, nprobe, efSearch, rerank)
  }

  /// The settings of `index` that say the same, by their names in recipes.
  package var entries: [(key: String, value: Int)] {
    [("nprobe", nprobe), ("ef_search", efSearch), ("rerank", rerank > 1 ? rerank : nil)]
      .compactMap { key, value in value.map { (key, $0) } }
  }

  /// `HNSW32, ef_search 120, rerank 2`.
  package var words: String {
    ([factory] + entries.map { "\($0.key) \($0.value)" }).joined(separator: ", ")
  }

  /// How an index is searched by it.
  /// - Parameter others: what it does not say.
  package func search(_ others: SearchSettings) -> SearchSettings {
    var search = others
    search.nprobe = nprobe ?? search.nprobe
    search.efSearch = efSearch ?? search.efSearch
    search.rerank = rerank
    return search
  }
}

/// What was measured of an index.
package struct IndexTrial: Sendable, Equatable {
  /// The index.
  package let setting: IndexSetting
  /// What it takes, with the vectors where these are compared.
  package let bytes: Int
  /// How long one request takes, alone and on one thread.
  package internal(set) var milliseconds: Double
  /// The share of the exact lists that its lists hold, the mean over requests, and its interval.
  package let recall: Double
  /// The interval of the recall, of 95 %.
  package let interval: ConfidenceInterval
  /// How many requests have something that was held out in their exact list.
  package let exactHits: Int
  /// How many of these do not have it in the index's list.
  package let lostHits: Int
  /// How many others have it there, since something better is missing.
  package let wonHits: Int
  /// How many requests were asked.
  package let requests: Int

  /// Its hit rate.
  package var hitRate: Double { Double(exactHits - lostHits + wonHits) / Double(max(1, requests)) }
  /// The hit rate of the exact search.
  package var exactHitRate: Double { Double(exactHits) / Double(max(1, requests)) }
}

/// What came of trying indexes.
package struct IndexChoice {
  /// What was chosen; nil where nothing holds what is asked for.
  package var chosen: IndexTrial?
  /// Its index; nil for exact search.
  package var index: Chosen?
  /// All that was measured, in the order in which it was.
  package var trials: [IndexTrial] = []
  /// What was not, and why, in sentences.
  package var skipped: [String] = []

  /// Those that hold what is asked for, by form and reranking: the least that does.
  package var holding: [IndexTrial] = []

  /// An index that was built.
  package typealias Chosen = BuiltIndex

  /// Those of ``trials`` that no other one equals or betters in recall, time and size together, the fastest first.
  package var frontier: [IndexTrial] {
    trials.enumerated().filter { place, trial in
      !trials.enumerated().contains { other, rival in
        let isNoWorse =
          rival.recall >= trial.recall && rival.milliseconds <= trial.milliseconds
          && rival.bytes <= trial.bytes
        let isBetter =
          rival.recall > trial.recall || rival.milliseconds < trial.milliseconds || rival.bytes < trial.bytes
        return isNoWorse && (isBetter || other < place)
      }
    }
    .map(\.element).sorted { $0.milliseconds < $1.milliseconds }
  }
}
