import Memory
import Tables

/// Clicks drawn at random out of each user's: for sets of items, in which nothing comes last.
extension ClickSplitter {
  /// The rows of a log's clicks to learn from, and those held out: of each user a share of the clicks that `isTarget`, rounded
  /// down, one at least, drawn as NumPy draws them, `choice(clicks, size, replace=False)`, user after user by ascending id,
  /// from the stream `"random"` of the seed.
  /// - Parameter isTarget: whether each row of the log may be held out, `[rows]`; nil for all.
  static func randomClicks(_ log: ClickLog, _ rows: [Int32], _ isTarget: [Bool]?, share: Double, seed: Int)
    -> (
      known: [Int32], heldOut: [Int32]
    )
  {
    let order = ClickOrder(log, rows: rows)
    var generator = NumpyGenerator(seed: seed, stream: "random")
    var isDrawn = [Bool](repeating: false, count: log.count)
    for user in order.users.indices {
      let own = order.rows[order.offsets[user]..<order.offsets[user + 1]].filter {
        isTarget?[Int($0)] ?? true
      }
      guard !own.isEmpty else { continue }
      let size = max(1, DecimalShare.floor(share, of: own.count))
      for place in generator.choice(own.count, size: size) { isDrawn[Int(own[place])] = true }
    }
    return (rows.filter { !isDrawn[Int($0)] }, rows.filter { isDrawn[Int($0)] })
  }
}

extension SplitData {
  /// Takes a share of the history clicks of every tested user who has two or more out of the history, to choose settings by:
  /// the nearest whole number of them, one at least and one at least left, drawn as those of a test are, from the stream
  /// `"validation"` of the seed.
  /// - Parameters:
  ///   - share: above 0 and below 1.
  ///   - isTarget: whether each row of the log may be held out, `[rows]`; nil for all. The share is one of these clicks.
  package mutating func holdOutRandomForValidation(share: Double, seed: Int, of isTarget: [Bool]? = nil) {
    var generator = NumpyGenerator(seed: seed, stream: "validation")
    var isDrawn = [Bool](repeating: false, count: history.clickCount)
    for (user, key) in history.users.enumerated() {
      let range = history.range(user)
      let own = range.filter { isTarget?[Int(history.rows[$0])] ?? true }
      guard range.count > 1, !own.isEmpty, heldOut.place(of: key) != nil else { continue }
      let size = min(range.count - 1, max(1, DecimalShare.rounded(share, of: own.count)))
      for place in generator.choice(own.count, size: size) { isDrawn[own[place]] = true }
    }
    let all = history
    history = all.chosen { !isDrawn[$0] }
    validation = all.chosen { isDrawn[$0] }
  }
}
