import Numerics

/// How far two searches of the same vectors agree.
struct Agreement: Codable, Equatable {
  /// Scores that are closer than this are taken for equal: the order of additions decides between them.
  static let tolerance: Float = 1e-6

  /// The places that were compared.
  var places: Int
  /// The places with another item.
  var differing: Int
  /// The places with another item whose score differs by more than the tolerance.
  var wrong: Int

  /// Compares two results of the same shape, place by place.
  init(_ first: TopK, _ second: TopK) {
    precondition(first.queries == second.queries && first.k == second.k, "results of one shape are compared")
    places = first.ids.count
    differing = 0
    wrong = 0
    for place in first.ids.indices where first.ids[place] != second.ids[place] {
      differing += 1
      if !(abs(first.scores[place] - second.scores[place]) <= Self.tolerance) { wrong += 1 }
    }
  }
}
