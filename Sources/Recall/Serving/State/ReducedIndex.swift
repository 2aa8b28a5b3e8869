import Clicks
import Numerics

/// A model's index without some of its items.
struct ReducedIndex {
  /// What is searched.
  let index: SearchIndex
  /// Which of its rows requests may be given; nil for all.
  let candidates: CandidateItems?
  /// Which of its rows there are at all, for who is given items of any time; nil for all.
  let present: CandidateItems?
  /// The keys of what is left out.
  let hidden: Set<Int64>

  /// The whole index.
  init(index: SearchIndex, candidates: CandidateItems?) {
    self.index = index
    self.candidates = candidates
    present = nil
    hidden = []
  }

  /// The index without the items `hidden`: an exact one of which all are candidates has their rows no more; from others they
  /// are not taken, and they are no candidates at any time.
  init(index: SearchIndex, candidates: CandidateItems?, without hidden: Set<Int64>) {
    self.hidden = hidden
    guard index.isExact, candidates == nil else {
      let present = CandidateItems(
        ids: index.ids,
        moments: index.ids.map { hidden.contains($0) ? .never : .always }
      )
      self.index = index
      self.candidates = candidates.map { $0.keeping { !hidden.contains($0) } } ?? present
      self.present = present
      return
    }
    let rows = index.ids.indices.filter { !hidden.contains(index.ids[$0]) }
    self.index = SearchIndex(
      vectors: index.vectors.rows(rows),
      ids: rows.map { index.ids[$0] },
      approximate: nil
    )
    (self.candidates, present) = (nil, nil)
  }
}

extension Exclusions {
  /// The same lists, each with `further` behind it.
  func adding(_ further: [Int64]) -> Exclusions {
    Exclusions((0..<queries).map { Array(ids(of: $0)) + further })
  }
}
