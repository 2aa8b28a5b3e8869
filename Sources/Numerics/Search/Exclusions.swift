/// For each query the raw ids that must not be returned, as one flat array: what a user has seen.
///
/// Ids may repeat, be in any order, and be unknown to the searched items.
package struct Exclusions: Sendable {
  /// Where the ids of each query begin, and at the end their number: `[queries + 1]`, ascending from 0.
  package let offsets: [Int]
  /// The ids of all queries, one after the other.
  package let ids: [Int64]

  /// The number of queries.
  package var queries: Int { offsets.count - 1 }

  /// Takes the flat form: `offsets` begins with 0, never falls, and ends with `ids.count`.
  package init(offsets: [Int], ids: [Int64]) {
    precondition(
      offsets.first == 0 && offsets.last == ids.count && zip(offsets, offsets.dropFirst()).allSatisfy(<=),
      "offsets ascend from 0 to the number of ids"
    )
    self.offsets = offsets
    self.ids = ids
  }

  /// Takes one list a query.
  package init(_ lists: [[Int64]]) {
    var offsets = [0]
    offsets.reserveCapacity(lists.count + 1)
    for list in lists { offsets.append(offsets[offsets.count - 1] + list.count) }
    self.init(offsets: offsets, ids: lists.flatMap { $0 })
  }

  /// The ids that `query` must not be given.
  package func ids(of query: Int) -> ArraySlice<Int64> {
    ids[offsets[query]..<offsets[query + 1]]
  }
}
