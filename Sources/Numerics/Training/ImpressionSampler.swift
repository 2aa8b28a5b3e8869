import Glibc
import Memory

/// Draws, for each sample of a batch, some of the items that were shown with its target and not clicked.
///
/// Every step draws anew, from the seed and the step's number. A sample's own target is never drawn, nor, where histories
/// are masked, an item of the history that it shows.
final class ImpressionSampler {
  /// `offsets[r]..<offsets[r + 1]` is the range of row `r` in `items`, `[rows + 1]`.
  private(set) var offsets: [Int] = [0]
  /// What was drawn, distinct within a row.
  private(set) var items: [Int32] = []
  /// The chance of each item to be drawn for any sample of a batch, `[item vocabulary]`; empty where it is not asked for.
  let chances: [Double]
  private let lists: ImpressionLists
  private let most: Int
  private let masksHistory: Bool
  private let seed: Int

  /// Nil where nothing is to be drawn, or samples have no such items.
  init?(_ samples: SampleColumns, itemVocabulary: Int, options: TrainerOptions) {
    guard options.impressionsPerSample > 0, let lists = samples.impressions else { return nil }
    self.lists = lists
    most = options.impressionsPerSample
    masksHistory = options.masksHistory
    seed = options.seed
    chances = options.correction != nil ? Self.chances(lists, itemVocabulary, options) : []
  }

  /// `1 - (1 - m)^B` for a batch of `B` samples, with `m` the mean over samples of the chance that an item is drawn for it.
  private static func chances(_ lists: ImpressionLists, _ vocabulary: Int, _ options: TrainerOptions)
    -> [Double]
  {
    var means = [Double](repeating: 0, count: vocabulary)
    let samples = lists.offsets.count - 1
    for sample in 0..<samples {
      let shown = lists.items(of: sample)
      let chance = min(1, Double(options.impressionsPerSample) / Double(max(1, shown.count)))
      for item in shown { means[Int(item)] += chance / Double(samples) }
    }
    return means.map { -expm1(Double(options.batchSize) * log1p(-min($0, 1))) }
  }

  /// Draws for the samples numbered `rows`, in their order, for step `step`, counted from 0 over all epochs.
  /// - Parameters:
  ///   - targets: the targets of these samples, `[rows]`.
  ///   - windows: the clicks that they show, `[rows]`.
  func draw(
    _ rows: ArraySlice<Int32>,
    targets: UnsafePointer<Int32>,
    _ windows: HistoryPointers,
    step: Int
  ) {
    var generator = NumpyGenerator(seed: seed, stream: "impressions/\(step)")
    offsets.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
    offsets.append(0)
    for (place, row) in rows.enumerated() {
      let seen = UnsafeBufferPointer(
        start: windows.clicks + Int(windows.starts[place]),
        count: Int(windows.ends[place] - windows.starts[place])
      )
      let shown = lists.items(of: Int(row)).filter { item in
        item != 0 && item != targets[place] && !(masksHistory && seen.contains(item))
      }
      if shown.count <= most {
        items += shown
      } else {
        for choice in generator.choice(shown.count, size: most) { items.append(shown[choice]) }
      }
      offsets.append(items.count)
    }
  }
}
