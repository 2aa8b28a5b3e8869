import Clicks
import Memory

extension RankedLists {
  /// Makes `count` lists of at most `width` items, pieces of them side by side.
  ///
  /// - Parameters:
  ///   - vocabulary: what the codes of the entries mean.
  ///   - body: is given a range of lists and where to put them. What it puts must not depend on the range, so
  ///     that the result does not depend on `threads`.
  static func filled(
    width: Int,
    count: Int,
    vocabulary: Vocabulary,
    threads: Int,
    _ body: (Range<Int>, Rows) -> Void
  ) -> RankedLists {
    var lists = RankedLists(
      width: width,
      items: [Int64](repeating: 0, count: width * count),
      scores: [Float](repeating: 0, count: width * count),
      counts: [Int32](repeating: 0, count: count)
    )
    lists.items.withUnsafeMutableBufferPointer { items in
      lists.scores.withUnsafeMutableBufferPointer { scores in
        lists.counts.withUnsafeMutableBufferPointer { counts in
          let rows = Rows(width: width, keys: vocabulary.keys, items: items, scores: scores, counts: counts)
          // Few pieces: each has memory of its own for all items.
          let pieces = max(1, min(count / 256, threads * 4))
          Threads(threads).forEachRange(of: count, pieces: pieces) { body($0, rows) }
        }
      }
    }
    return lists
  }

  /// Where lists are put, each once.
  struct Rows {
    fileprivate let width: Int
    fileprivate let keys: [Int64]
    fileprivate let items: UnsafeMutableBufferPointer<Int64>
    fileprivate let scores: UnsafeMutableBufferPointer<Float>
    fileprivate let counts: UnsafeMutableBufferPointer<Int32>

    /// Puts entries, best first and at most as many as a list has room for, at place `list`.
    func put(_ entries: [BestItems.Entry], at list: Int) {
      precondition(entries.count <= width, "a list has room for \(width) items")
      for (place, entry) in entries.enumerated() {
        items[list * width + place] = keys[Int(entry.code) - 1]
        scores[list * width + place] = entry.score
      }
      counts[list] = Int32(entries.count)
    }
  }
}
