import Files
import Notebook
import Numerics

/// The ranking of users that `eval` and `recall` have in common: where their settings allow, one search
/// serves both.
struct RankingPass {
  let encoded: EncodeArtifact
  let ranker: Ranker
  private let index: IndexArtifact
  private let input: ArtifactInput
  private let context: RunContext
  /// Names what a ranking depends on besides its users.
  private let workName: String

  init(index: ArtifactInput, train: ArtifactInput, encode: ArtifactInput, context: RunContext) throws {
    self.context = context
    input = index
    let keys = [index, train, encode].map { context.key(of: $0) }
    workName = "ranking \(Self.revision) \(keys.joined(separator: " "))"
    encoded = try context.read(encode)
    self.index = try context.read(index)
    let model = try context.read(train, as: TrainArtifact.self).model
    var settings = Ranker.ApproximateSettings()
    if let step = context.step(behind: index) as? IndexStep {
      settings.nprobe = step.nprobe
      settings.efSearch = step.efSearch
    }
    ranker = Ranker(model: model, encoded: encoded, index: self.index, settings: settings, context: context)
    guard model.shape.vectorDimension == self.index.vectors.columns else {
      throw RunFailure(
        "the index holds vectors of \(self.index.vectors.columns) dimensions, the model gives "
          + "\(model.shape.vectorDimension); let both cells read the same 'train'"
      )
    }
  }

  /// Whether the search is exact.
  var isExact: Bool { index.approximate == nil }

  /// Raised whenever the same index, model and users give other lists than before.
  private static let revision = 1

  /// Ranked lists that are kept for a later cell.
  private struct Kept {
    var users: [Int]
    var lists: RankedLists
  }

  private var keptKey: String { "ranking of \(context.key(of: input))" }

  /// What is kept at most, in list entries of 12 bytes.
  private static let keptEntries = 16_000_000
  /// How deep a ranking is kept at least, so that other cutoffs need no search.
  private static let leastDepth = 100

  /// The best `k` unseen items of users, and the seconds the search took, be it now or in an earlier run.
  ///
  /// An exact ranking is kept, for later cells and for later runs, as deep as a later `recall` of the same index asks,
  /// as this cell needs besides (`kept`), and as ``leastDepth``; of a deeper ranking the best `k` are the same.
  func lists(_ users: [Int], k: Int, keeping kept: Int? = nil) throws -> (lists: RankedLists, seconds: Double)
  {
    let later = context.laterSteps.compactMap { ($0 as? RecallStep)?.sharedDepth(reading: input) }
    let wanted = ([k, Self.leastDepth] + later + (kept.map { [$0] } ?? [])).max() ?? k
    let depth = max(k, min(wanted, index.ids.count))
    guard isExact, depth * users.count <= Self.keptEntries else {
      let clock = ContinuousClock()
      let start = clock.now
      let lists = try ranker.lists(users, k: k)
      return (lists, (clock.now - start) / .seconds(1))
    }
    let result = try context.work.result(workName(users)) { bundle in
      (try bundle.ints("width").first ?? 0) >= depth
    } work: {
      try ranker.lists(users, k: depth).bundle
    }
    let lists = try RankedLists(bundle: result.bundle, count: users.count)
    context.shared.keep(Kept(users: users, lists: lists), as: keptKey)
    return (lists.width == k ? lists : lists.prefix(k), result.seconds)
  }

  /// What an earlier cell or run kept for just these users, cut to `k`; nil where it kept nothing of the kind.
  func kept(_ users: [Int], k: Int) throws -> RankedLists? {
    var lists: RankedLists?
    if let kept = context.shared.value(keptKey, as: Kept.self), kept.users == users { lists = kept.lists }
    if lists == nil, isExact, let kept = try context.work.kept(workName(users)) {
      lists = try RankedLists(bundle: kept.bundle, count: users.count)
    }
    guard let lists, lists.width >= k else { return nil }
    return lists.width == k ? lists : lists.prefix(k)
  }

  private func workName(_ users: [Int]) -> String {
    "\(workName) \(users.withUnsafeBytes { Digest($0) })"
  }

  /// How much of the exact top `k` an approximate index finds, on average over the first thousand users.
  func recallOfExact(_ users: [Int], _ lists: RankedLists, k: Int) throws -> Double {
    guard !isExact else { return 1 }
    let some = Array(users.prefix(1000))
    let exact = try ranker.lists(some, k: k, exact: true)
    var share = 0.0
    for user in some.indices {
      let truth = Set(exact[user])
      share += truth.isEmpty ? 1 : Double(lists[user].count { truth.contains($0) }) / Double(truth.count)
    }
    return some.isEmpty ? 1 : share / Double(some.count)
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
