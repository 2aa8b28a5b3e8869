import Clicks
import Notebook
import Numerics
import Recall

extension RankingPass {
  /// The places of users in the user vocabulary.
  /// - Throws: `RunFailure` where one is not there, since the encoding is of another split.
  func places(of users: [Int64]) throws -> [Int] {
    let places = users.map { Int(encoded.clicks.userVocabulary.code(of: $0)) - 1 }
    guard places.allSatisfy({ $0 >= 0 }) else { throw Self.differentUsers }
    return places
  }

  static var differentUsers: RunFailure {
    RunFailure("the split and the encoding are of different users; let both cells read the same 'split'")
  }

  /// The model's lists of `users` as a fused ranking takes them, for requests made before their validation clicks.
  func sourceBeforeValidation(_ users: [Int], history: UserSequences, depth: Int) throws
    -> (Range<Int>) throws -> RankedLists
  {
    let earlier = try queriesBeforeValidation(history)
    return { try ranker.lists(Array(users[$0]), of: earlier, k: depth).lists }
  }

  /// The best `k` items of users for requests made before their validation clicks: the queries see `history`, what
  /// the model learned from, and nothing that came later; what is in it is left out.
  /// - Throws: `RunFailure` where `history` is not what was encoded.
  func listsBeforeValidation(_ users: [Int], history: UserSequences, k: Int) throws -> RankedLists {
    try ranker.lists(users, of: try queriesBeforeValidation(history), k: k, .indexAlone).lists
  }

  /// Requests that see what the model learned from, and nothing that came later.
  /// - Throws: `RunFailure` where `history` is not what was encoded.
  func queriesBeforeValidation(_ history: UserSequences) throws -> QueryEncoder {
    guard history.offsets == encoded.clicks.offsets else { throw Self.differentUsers }
    return encoded.historyQueries(of: model, keys: encoded.requests.keys == nil ? nil : history.items)
  }
}
