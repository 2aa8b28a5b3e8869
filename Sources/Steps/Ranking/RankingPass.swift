import Clicks
import Files
import Notebook
import Numerics
import Recall
import Recipe

/// The ranking of users that `eval` and `recall` have in common: where their settings allow, one search
/// serves both.
struct RankingPass {
  /// The cells that a ranking reads.
  struct Inputs {
    let index: ArtifactInput
    let train: ArtifactInput
    let encode: ArtifactInput

    init(_ fields: inout Fields) {
      index = fields.input(IndexArtifact.kind)
      train = fields.input(TrainArtifact.kind)
      encode = fields.input(EncodeArtifact.kind)
    }

    /// All of them.
    var all: [ArtifactInput] { [index, train, encode] }
  }

  /// What later cells want of an index, as demands name it.
  static let demand = "ranked items"

  let encoded: EncodeArtifact
  let model: TwoTowerModel
  private(set) var ranker: Ranker
  /// What is to be told of files of ids, in sentences.
  let candidateNotes: [String]
  /// Where the item table is.
  let config: ArtifactInput
  /// FAISS's factory string of the index, and its size as a file.
  let indexed: (factory: String, bytes: Int)
  /// Requests at test time.
  let queries: QueryEncoder
  private let work: KeyedWork
  /// What the name of a kept ranking says of the rules of its lists.
  private var signature: String
  /// How deep later cells will rank the same index.
  private let laterDepth: Int

  /// - Throws: `RunFailure` where index and model do not fit together, or nothing is a candidate.
  init(_ inputs: Inputs, _ wishes: Wishes, context: RunContext) throws {
    work = context.sharedWork(
      "ranking",
      revision: Self.revision,
      on: inputs.all
    )
    laterDepth = context.laterDemand(Self.demand, of: inputs.index)
    encoded = try work.read(inputs.encode)
    let indexed = try work.read(inputs.index, as: IndexArtifact.self)
    let index = indexed.search
    self.indexed = (indexed.factory, indexed.bytes)
    model = try work.read(inputs.train, as: TrainArtifact.self).model
    queries = encoded.requestQueries(of: model)
    config = wishes.config
    let outline = try work.outline(of: inputs.index, IndexArtifact.self)
    let candidates = try Self.candidates(index.ids, outline?.candidates ?? .none, wishes, context)
    candidateNotes = candidates?.notes ?? []
    let rules = CandidateRules(items: candidates?.items, seen: wishes.seen)
    signature = try Self.signature(rules)
    ranker = Ranker(
      index: index,
      settings: indexed.settings(outline),
      rules: rules,
      threads: context.threads,
      progress: { context.progress.update(done: $0, total: $1) },
      checkpoint: { try context.checkCancellation() }
    )
    guard model.shape.vectorDimension == index.vectors.columns else {
      throw RunFailure(
        "the index holds vectors of \(index.vectors.columns) dimensions, the model gives "
          + "\(model.shape.vectorDimension); let both cells read the same 'train'"
      )
    }
  }

  /// The same for lists that may hold such items alone.
  /// - Throws: where there is no memory.
  func keeping(_ kept: (Int64) -> Bool) throws -> RankingPass {
    var other = self
    let ids = ranker.index.ids
    let items =
      ranker.rules.items
      ?? CandidateItems(ids: ids, moments: [MomentSet](repeating: .always, count: ids.count))
    other.ranker.rules.items = items.keeping(kept)
    other.signature = try Self.signature(other.ranker.rules)
    return other
  }

  /// What ranks by the first `width` dimensions of all vectors, and the requests that it takes.
  /// - Throws: `ModelError.input` where vectors are narrower; where there is no memory.
  func cut(to width: Int) throws -> (ranker: Ranker, queries: QueryEncoder) {
    var cut = queries
    cut.width = width
    let index = SearchIndex(
      vectors: try model.prefixes(of: ranker.index.vectors, width: width),
      ids: ranker.index.ids,
      approximate: nil
    )
    let other = Ranker(
      index: index,
      rules: ranker.rules,
      threads: ranker.threads,
      progress: ranker.progress,
      checkpoint: ranker.checkpoint
    )
    return (other, cut)
  }

  /// Whether the search is exact.
  var isExact: Bool { ranker.index.isExact }

  /// Raised whenever the same index, model, encoding and users give other lists than before.
  private static let revision = 3

  /// What is kept at most, in list entries of 12 bytes.
  private static let keptEntries = 16_000_000
  /// How deep a ranking is kept at least, so that other cutoffs need no search.
  private static let leastDepth = 100

  /// The best `k` items of users by the index alone, and the seconds the search took, be it now or in an
  /// earlier run.
  ///
  /// An exact ranking is kept, for later cells and for later runs, as deep as a later cell of the same index asks,
  /// as this cell needs besides (`kept`), and as ``leastDepth``; of a deeper ranking the best `k` are the same.
  func lists(_ users: [Int], k: Int, keeping kept: Int? = nil) throws -> (
    result: Ranker.Result, seconds: Double
  ) {
    let wanted = max(k, Self.leastDepth, laterDepth, kept ?? 0)
    let depth = max(k, min(wanted, ranker.index.ids.count))
    guard isExact, depth * users.count <= Self.keptEntries else {
      let clock = ContinuousClock()
      let start = clock.now
      let result = try ranker.lists(users, of: queries, k: k, .indexAlone)
      return (result, (clock.now - start) / .seconds(1))
    }
    let (lists, seconds) = try work.result(
      name(users),
      pack: { (lists: RankedLists) in lists.bundle },
      unpack: { try RankedLists(bundle: $0, count: users.count) },
      suffices: { (try $0.ints("width").first ?? 0) >= depth },
      work: { try ranker.lists(users, of: queries, k: depth).lists }
    )
    return (Ranker.Result(lists: lists.width == k ? lists : lists.prefix(k), shortUsers: 0), seconds)
  }

  /// What an earlier cell or run kept for just these users, cut to `k`; nil where it kept nothing of the kind.
  func kept(_ users: [Int], k: Int) throws -> RankedLists? {
    guard isExact else { return nil }
    let kept = try work.kept(name(users)) { try RankedLists(bundle: $0, count: users.count) }
    guard let lists = kept, lists.width >= k else { return nil }
    return lists.width == k ? lists : lists.prefix(k)
  }

  /// The model's lists as a fused ranking takes them: of a range of `users`, short lists filled as the index says.
  func source(_ users: [Int], depth: Int) throws -> (Range<Int>) throws -> RankedLists {
    if let kept = try kept(users, k: depth) { return { kept.rows($0) } }
    return { try ranker.lists(Array(users[$0]), of: queries, k: depth).lists }
  }

  private func name(_ users: [Int]) -> String { "\(users.withUnsafeBytes { Digest($0) })\(signature)" }

  /// How much of the exact top `k` lists of an approximate index hold, on average over a thousand users, evenly over all.
  func recallOfExact(_ users: [Int], _ lists: RankedLists, k: Int) throws -> Double {
    guard !isExact else { return 1 }
    let count = min(users.count, 1000)
    let places = (0..<count).map { $0 * users.count / count }
    let exact = try ranker.lists(places.map { users[$0] }, of: queries, k: k, .exact).lists
    var share = 0.0
    for (row, place) in places.enumerated() {
      let truth = Set(exact[row])
      share += truth.isEmpty ? 1 : Double(lists[place].count { truth.contains($0) }) / Double(truth.count)
    }
    return places.isEmpty ? 1 : share / Double(places.count)
  }
}

extension RankedLists {
  /// The lists as they are kept in the cache.
  fileprivate var bundle: Bundle {
    var bundle = Bundle()
    bundle.add("width", [width])
    bundle.add("items", items)
    bundle.add("scores", scores)
    bundle.add("counts", counts)
    return bundle
  }

  /// Takes `count` lists out of a bundle.
  fileprivate init(bundle: Bundle, count: Int) throws {
    let width = try bundle.ints("width")
    let items = try bundle.int64("items")
    let (scores, counts) = (try bundle.float32("scores"), try bundle.int32("counts"))
    guard width.count == 1, width[0] >= 0, counts.count == count, scores.count == items.count,
      width[0].multipliedReportingOverflow(by: count).partialValue == items.count,
      counts.allSatisfy({ 0...width[0] ~= Int($0) })
    else { throw BundleError.damaged("its lists do not fit together") }
    self.init(width: width[0], items: items, scores: scores, counts: counts)
  }

  /// Some of the lists.
  fileprivate func rows(_ range: Range<Int>) -> RankedLists {
    let entries = range.lowerBound * width..<range.upperBound * width
    return RankedLists(
      width: width,
      items: Array(items[entries]),
      scores: scores.isEmpty ? [] : Array(scores[entries]),
      counts: Array(counts[range])
    )
  }

  /// The same lists, cut to `k` items each.
  func prefix(_ k: Int) -> RankedLists {
    var items: [Int64] = []
    var scores: [Float] = []
    items.reserveCapacity(count * k)
    for list in 0..<count {
      items += self.items[list * width..<list * width + k]
      if !self.scores.isEmpty { scores += self.scores[list * width..<list * width + k] }
    }
    return RankedLists(width: k, items: items, scores: scores, counts: counts.map { min($0, Int32(k)) })
  }
}
