import Clicks
import Memory
import Numerics

extension Ranker {
  /// As ``search(_:k:_:_:at:)``, where scores have what items gain by recent clicks too.
  /// - Parameter moments: when each query comes, `[queries]`, where candidates or a trend hang on it.
  package func search(
    _ queries: Matrix,
    k: Int,
    _ options: SearchOptions,
    _ way: Way,
    at moments: [Int64],
    _ trend: ItemTrend?
  ) throws -> Result {
    var result = try search(queries, k: k, options, way, at: moments)
    if let trend {
      result.lists = adding(trend, to: result.lists, queries, options.exclusions, at: moments)
    }
    return result
  }

  /// The best items by their inner products and what they gain by recent clicks, out of the lists of inner products alone.
  ///
  /// Nobody loses by recent clicks, so that the best of those without any are among the best of all by inner products; those
  /// with some are compared one by one, by their exact vectors. What was found exactly is therefore exact.
  /// - Parameter exclusions: what queries must not be given, one list a query; nil for nothing.
  func adding(
    _ trend: ItemTrend,
    to lists: RankedLists,
    _ queries: Matrix,
    _ exclusions: Exclusions?,
    at moments: [Int64]
  ) -> RankedLists {
    precondition(moments.count == lists.count && queries.rows == lists.count, "one moment a query")
    var result = lists
    let width = lists.width
    result.items.withUnsafeMutableBufferPointer { items in
      result.scores.withUnsafeMutableBufferPointer { scores in
        result.counts.withUnsafeMutableBufferPointer { places in
          let pieces = max(1, min(lists.count / 64, threads * 4))
          Threads(threads).forEachRange(of: lists.count, pieces: pieces) { range in
            var counts = trend.counts
            for query in range {
              counts.count(trend.clicks, before: moments[query])
              guard !counts.codes.isEmpty else { continue }
              let gained = gaining(
                trend,
                counts,
                queries.row(query),
                exclusions?.ids(of: query),
                moments[query]
              )
              let start = query * width
              let others = (start..<start + Int(lists.counts[query])).filter {
                counts.place(of: trend.code(of: lists.items[$0])) == nil
              }
              .map { (id: lists.items[$0], score: lists.scores[$0]) }
              let best = (gained + others).sorted {
                $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id
              }
              .prefix(width)
              for (place, item) in best.enumerated() {
                (items[start + place], scores[start + place]) = (item.id, item.score)
              }
              places[query] = Int32(best.count)
            }
          }
        }
      }
    }
    return result
  }

  /// The items of the index that gain by recent clicks and may be given, with their scores.
  private func gaining(
    _ trend: ItemTrend,
    _ counts: RecentCounts,
    _ query: UnsafeMutableBufferPointer<Float>,
    _ excluded: ArraySlice<Int64>?,
    _ moment: Int64
  ) -> [(id: Int64, score: Float)] {
    let hidden = Set(excluded ?? [])
    var (ids, rows, bonuses): ([Int64], [UInt32], [Float]) = ([], [], [])
    for (place, code) in counts.codes.enumerated() {
      let id = trend.key(of: code)
      guard !hidden.contains(id), let row = index.row(of: id),
        rules.items?.allows(Int(row), at: moment) ?? true
      else { continue }
      ids.append(id)
      rows.append(row)
      bonuses.append(trend.bonus(counts, place))
    }
    let scores = index.vectors.scores(ofRows: rows, with: query)
    return ids.indices.map { place in
      let score = scores[place] + bonuses[place]
      return (ids[place], score.isNaN ? -.infinity : score)
    }
  }
}
