import Clicks
import Numerics

/// Candidates in the files of a saved model: ranges of request times, item after item.
extension CandidateItems {
  /// `candidate_ends`, where the ranges of each item end, and when each range begins and ends, both included.
  var arrays: [(String, [Int64])] {
    var (ends, from, until): ([Int64], [Int64], [Int64]) = ([], [], [])
    for moments in moments {
      from += moments.ranges.map(\.lowerBound)
      until += moments.ranges.map(\.upperBound)
      ends.append(Int64(from.count))
    }
    return [("candidate_ends", ends), ("candidate_from", from), ("candidate_until", until)]
  }

  /// Reads them for `items`; nil where there are none.
  /// - Throws: `FormatFailure` where an array is missing or does not fit the others.
  static func read(_ file: MappedTensors, for items: [Int64]) throws -> CandidateItems? {
    guard file.has("candidate_ends") else { return nil }
    let ends: [Int64] = try file.values("candidate_ends")
    let (from, until): ([Int64], [Int64]) = (
      try file.values("candidate_from"), try file.values("candidate_until")
    )
    guard ends.count == items.count, from.count == until.count, (ends.last ?? 0) == Int64(from.count),
      zip([0] + ends, ends).allSatisfy(<=), zip(from, until).allSatisfy(<=)
    else { throw file.failure("its candidates do not fit together, or not the items") }
    var moments: [MomentSet] = []
    var start = 0
    for end in ends.map(Int.init) {
      guard zip(until[start..<end], from[start..<end].dropFirst()).allSatisfy(<) else {
        throw file.failure("the times of a candidate do not ascend")
      }
      moments.append(MomentSet(zip(from[start..<end], until[start..<end]).map { $0...$1 }))
      start = end
    }
    return CandidateItems(ids: items, moments: moments)
  }
}
