import Files
import Notebook
import Numerics

/// Searches many queries exactly, beside other libraries on the same vectors.
struct SearchProbe: Probe {
  /// Another library's times, and how far its results agree with ours.
  struct Other: Codable {
    var times: PeerTimes
    var agreement: Agreement?
  }

  /// What came of it.
  struct Answer: Codable {
    var queries: Int
    var items: Int
    var dimension: Int
    var k: Int
    /// The seconds of each round on our side.
    var seconds: [Double]
    /// Floating-point operations a second of products at such shapes, before each round.
    var productRates: [Double]
    var others: [Other]

    /// The share of the rate of products alone that each round reached: the median.
    var share: Double { Median.of(zip(seconds, productRates).map { operations / $0 / $1 }) }

    /// The operations of comparing every query with every item.
    var operations: Double {
      CellWork.searchOperations(
        queries: Double(queries),
        items: Double(items),
        dimension: Double(dimension)
      )
    }
  }

  /// A finished run whose trained vectors are searched; nil for random ones.
  var run: FinishedRun?
  /// The number of random items and queries (at most so many of a trained model), and the dimension.
  var items = 364_047
  var queries = 20_000
  var dimension = 32
  var k = 140
  var runs: Int
  var threads: Int
  /// Whether Debian's FAISS, which is linked, is measured too.
  var againstLibrary = false
  /// The Python with PyPI's faiss-cpu, where that is measured too.
  var python: String?
  /// Where files for Python may be put.
  var folder = ""

  var request: ProbeRequest { .search(self) }

  func answer() throws -> Answer {
    let vectors =
      try run.map { try SearchVectors(of: $0, queries: queries, threads: threads) }
      ?? SearchVectors(items: items, queries: queries, dimension: dimension)
    let peers = try peers(vectors)
    defer { if python != nil { try? Folders.remove(folder) } }
    var answer = Answer(
      queries: vectors.queries.rows,
      items: vectors.items.rows,
      dimension: vectors.items.columns,
      k: min(k, vectors.items.rows),
      seconds: [],
      productRates: [],
      others: peers.map { Other(times: PeerTimes(name: $0.name)) }
    )
    let ids = (0..<Int64(answer.items)).map { $0 }
    let options = SearchOptions(threads: threads, checkpoint: { try Cancellation.check() })
    let clock = ContinuousClock()
    for _ in 0..<runs {
      // In turns with the search, so that what else the machine does weighs on both.
      answer.productRates.append(MachineLimits.searchProduct(dimension: answer.dimension, threads: threads))
      // What one call makes of the items the next one of the same search finds: all rounds take all of it.
      let search = ExactSearch(items: vectors.items, ids: ids)
      let start = clock.now
      let found = try search.search(queries: vectors.queries, k: answer.k, options: options)
      answer.seconds.append((clock.now - start) / .seconds(1))
      for (place, peer) in peers.enumerated() where answer.others[place].times.trouble == nil {
        try Cancellation.check()
        let (round, other) = try peer.search(k: answer.k)
        answer.others[place].times.add(round)
        answer.others[place].agreement = other.map { Agreement(found, $0) }
      }
    }
    return answer
  }

  private func peers(_ vectors: SearchVectors) throws -> [any SearchPeer] {
    var peers: [any SearchPeer] = againstLibrary ? [try LinkedFaiss(vectors, threads: threads)] : []
    if let python {
      let peer = FaissPeer(folder: folder, python: python, threads: threads)
      try peer.prepare(vectors)
      peers.append(peer)
    }
    return peers
  }
}
