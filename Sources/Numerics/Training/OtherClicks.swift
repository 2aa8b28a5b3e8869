import Memory

/// Samples that show the other clicks of a user in place of those before the target: for sets, which have no order.
///
/// The windows of `SampleColumns.histories` are then all of a user's clicks, the target's among them.
package struct OtherClicks: Sendable, Equatable {
  /// Where in `histories.clicks` each sample's target stands, `[samples]`.
  package var targets: [Int32]
  /// How many others a sample shows at most, 1 or more: where there are more they are drawn anew in each step.
  package var most: Int

  /// Puts both together.
  package init(targets: [Int32], most: Int) {
    self.targets = targets
    self.most = most
  }
}

/// Draws what samples show of the other clicks of their users.
final class OtherClicksSampler {
  private let options: OtherClicks
  private let seed: Int
  private let clicks = Storage<Int32>()
  private let starts = Storage<Int32>()
  private let ends = Storage<Int32>()
  private var others: [Int32] = []

  init(_ options: OtherClicks, seed: Int) {
    self.options = options
    self.seed = seed
  }

  /// The windows of the samples numbered `rows`, good until the next ones, in the order of the clicks: all clicks of the
  /// user's window but those on the target's item; of more than ``OtherClicks/most`` that many, drawn for `step`, each
  /// subset as likely as another.
  /// - Parameters:
  ///   - windows: all clicks of each sample's user, row by row.
  ///   - step: counted from 0 over all epochs.
  func draw(_ rows: ArraySlice<Int32>, of windows: HistoryPointers, step: Int) -> HistoryPointers {
    starts.reserve(rows.count)
    ends.reserve(rows.count)
    clicks.reserve(rows.count * options.most)
    var random = SplitMix(seed: seed, stream: step)
    var count = 0
    for (place, row) in rows.enumerated() {
      let target = windows.clicks[Int(options.targets[Int(row)])]
      others.removeAll(keepingCapacity: true)
      for click in Int(windows.starts[place])..<Int(windows.ends[place]) where windows.clicks[click] != target
      {
        others.append(windows.clicks[click])
      }
      starts[place] = Int32(count)
      // Source: D. Knuth, TAOCP 2, section 3.4.2, algorithm S (selection sampling).
      var wanted = min(options.most, others.count)
      for (place, click) in others.enumerated() where wanted > 0 {
        let left = others.count - place
        guard left == wanted || random.below(left) < wanted else { continue }
        clicks[count] = click
        count += 1
        wanted -= 1
      }
      ends[place] = Int32(count)
    }
    return HistoryPointers(clicks: clicks.start, starts: starts.start, ends: ends.start)
  }
}
