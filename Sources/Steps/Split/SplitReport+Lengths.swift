import Clicks
import Report

extension SplitReport {
  /// How many clicks users have: those to learn from, and those that a request of tested users sees. Bins double in
  /// width. Nil where there are no users.
  var historyLengths: Plot? {
    let learned = lengths(of: split.history, users: nil)
    let tested = lengths(of: split.requestHistory, users: split.heldOut.users)
    guard let longest = (learned + tested).max() else { return nil }
    let groups =
      tested.isEmpty || learned == tested
      ? [("users", learned)] : [("learned from", learned), ("at the request, tested users", tested)]
    let labels = (0...Self.bin(of: longest)).map { bin -> String in
      let last = 1 << bin
      let first = bin == 0 ? 1 : last / 2 + 1
      return first == last ? "\(last)" : "\(NumberFormat.grouped(first))–\(NumberFormat.grouped(last))"
    }
    return Plot(
      name: "history-lengths",
      title: "How many clicks users have",
      description:
        "The share of users by the number of their clicks; the median user has \(Self.median(learned)) to learn from, the "
        + "longest history \(NumberFormat.grouped(longest)) clicks.",
      x: .init("clicks", categories: labels),
      y: .init("share of users"),
      series: groups.map { name, lengths in
        var counts = [Double](repeating: 0, count: labels.count)
        for length in lengths { counts[Self.bin(of: length)] += 1 / Double(lengths.count) }
        return .init(name, .bars, x: labels.indices.map(Double.init), y: counts)
      }
    )
  }

  /// Bin 0 has 1, bin 1 has 2, bin 2 has 3 and 4, bin 3 has 5 to 8.
  static func bin(of length: Int) -> Int {
    length <= 1 ? 0 : Int.bitWidth - (length - 1).leadingZeroBitCount
  }

  private static func median(_ lengths: [Int]) -> Int {
    lengths.isEmpty ? 0 : lengths.sorted()[lengths.count / 2]
  }

  private func lengths(of sequences: UserSequences, users: [Int64]?) -> [Int] {
    guard let users else { return sequences.users.indices.map { sequences.range($0).count } }
    return users.map { user in sequences.place(of: user).map { sequences.range($0).count } ?? 0 }
  }
}
