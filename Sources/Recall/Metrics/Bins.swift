/// Whole numbers in bins: 0, 1–4, 5 and more.
struct Bins: Sendable, Equatable {
  /// The least number of each bin, ascending.
  let starts: [Int]
  /// What each bin is called.
  let labels: [String]

  /// Makes bins with names of their own, one for each of `starts`.
  init(_ starts: [Int], labels: [String]) {
    precondition(starts.count == labels.count && !starts.isEmpty, "a bin has a start and a name")
    self.starts = starts
    self.labels = labels
  }

  /// Makes bins called by the numbers in them.
  init(_ starts: [Int]) {
    self.init(
      starts,
      labels: starts.indices.map { bin in
        guard bin + 1 < starts.count else { return "\(starts[bin]) and more" }
        let last = starts[bin + 1] - 1
        return last == starts[bin] ? "\(last)" : "\(starts[bin])–\(last)"
      }
    )
  }

  /// The bin that `value` is in; what is below all bins is in the first.
  func bin(of value: Int) -> Int { max(0, (starts.firstIndex { $0 > value } ?? starts.count) - 1) }
}
