import Notebook
import Numerics

extension RankingPass {
  /// The places of users in the user vocabulary.
  /// - Throws: `RunFailure` where one is not there, since the encoding is of another split.
  func places(of users: [Int64]) throws -> [Int] {
    let places = users.map { Int(encoded.clicks.userVocabulary.code(of: $0)) - 1 }
    guard places.allSatisfy({ $0 >= 0 }) else { throw Self.differentUsers }
    return places
  }

  private static var differentUsers: RunFailure {
    RunFailure("the split and the encoding are of different users; let both cells read the same 'split'")
  }

  /// The best `k` items of users for requests made before their validation clicks: the queries see `history`, what
  /// the model learned from, and nothing that came later; what is in it is left out.
  /// - Throws: `RunFailure` where `history` is not what was encoded.
  func listsBeforeValidation(_ users: [Int], history: UserSequences, k: Int) throws -> RankedLists {
    guard history.offsets == encoded.clicks.offsets else { throw Self.differentUsers }
    var earlier = encoded
    earlier.requests = EncodeArtifact.Requests(offsets: encoded.clicks.offsets, items: encoded.clicks.history)
    if encoded.requests.keys != nil { earlier.requests.keys = history.items }
    earlier.requestFeatures = encoded.clickFeatures
    earlier.requestMoment = nil
    let ranker = Ranker(
      model: ranker.model,
      encoded: earlier,
      index: ranker.index,
      settings: ranker.settings,
      context: ranker.context
    )
    return try ranker.lists(users, k: k)
  }
}
