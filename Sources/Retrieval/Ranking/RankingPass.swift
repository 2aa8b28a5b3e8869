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

  init(index: ArtifactInput, train: ArtifactInput, encode: ArtifactInput, context: RunContext) throws {
    self.context = context
    input = index
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

  /// Ranked lists that are kept for a later cell, and how long each is.
  private struct Kept {
    var users: [Int]
    var lists: RankedLists
  }

  private var keptKey: String { "ranking of \(context.key(of: input))" }

  /// What is kept at most, in list entries of 12 bytes.
  private static let keptEntries = 16_000_000

  /// The best `k` unseen items of users. Where a later `recall` searches the same exact index for more, or this
  /// cell needs `kept` of them as well, it is done now for all.
  func lists(_ users: [Int], k: Int, keeping kept: Int? = nil) throws -> RankedLists {
    let later = context.laterSteps.compactMap { ($0 as? RecallStep)?.sharedDepth(reading: input) }.max()
    let wanted = [later, kept].compactMap { $0 }.max()
    guard isExact, let wanted, wanted * users.count <= Self.keptEntries else {
      return try ranker.lists(users, k: k)
    }
    let depth = max(k, min(wanted, index.ids.count))
    let lists = try ranker.lists(users, k: depth)
    context.shared.keep(Kept(users: users, lists: lists), as: keptKey)
    return depth == k ? lists : lists.prefix(k)
  }

  /// What an earlier cell kept for just these users, cut to `k`; nil where it kept nothing of the kind.
  func kept(_ users: [Int], k: Int) -> RankedLists? {
    guard let kept = context.shared.value(keptKey, as: Kept.self), kept.users == users, kept.lists.width >= k
    else {
      return nil
    }
    return kept.lists.width == k ? kept.lists : kept.lists.prefix(k)
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
