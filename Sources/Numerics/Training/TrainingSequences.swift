import Memory

/// Samples that are trained on together because their histories are beginnings of one another: a user's targets one after
/// another, whose windows begin at the same click.
///
/// A layer that gives a vector for every place of a sequence computes such samples in one pass, so that an epoch costs
/// little more than one pass over all clicks. Every sample is a target once. A window has at most `maxSeqLen` clicks: the
/// histories of users with more are cut into several, each of which shows its first target at least half of that (where
/// there are as many), and the last of which ends with the user's newest sample and is full. So a sample far into a long
/// history sees between half of its newest `maxSeqLen` clicks and all of them; any other sees what a request sees.
///
/// An epoch's order is one of sequences. Where a batch ends within one, its first samples are in this batch and the others
/// in the next.
struct TrainingSequences {
  /// Sequence `s` has the samples `offsets[s]..<offsets[s + 1]`, `[sequences + 1]`.
  let offsets: [Int32]
  /// Where the window of each sample begins among all clicks, `[samples]`.
  let starts: [Int32]

  /// Cuts samples, which follow one another by user and time where they are to be together.
  init(_ histories: HistoryWindows, maxSeqLen: Int) {
    let length = Int32(clamping: maxSeqLen)
    let least = (length + 1) / 2
    var (offsets, starts): ([Int32], [Int32]) = ([0], [])
    starts.reserveCapacity(histories.count)
    /// The last sample of the run of samples that sample `first` belongs to: of one history, later and later.
    var runEnd = 0
    for first in 0..<histories.count where first == starts.count {
      if first >= runEnd { runEnd = Self.endOfRun(from: first, histories, length) }
      let end = histories.ends[first]
      let whole = max(histories.starts[first], end - length)
      let start = max(whole, min(end - least, histories.ends[runEnd - 1] - length))
      while starts.count < runEnd, histories.ends[starts.count] - start <= length { starts.append(start) }
      offsets.append(Int32(starts.count))
    }
    (self.offsets, self.starts) = (offsets, starts)
  }

  /// Behind the last sample that sees the same history as sample `first`, each later than the one before. The windows of
  /// another user's samples begin behind all that this one's show.
  private static func endOfRun(from first: Int, _ histories: HistoryWindows, _ length: Int32) -> Int {
    var next = first + 1
    while next < histories.count,
      histories.ends[next] >= histories.ends[next - 1],
      histories.starts[next] >= histories.starts[next - 1],
      histories.starts[next] <= histories.ends[next - 1],
      histories.starts[next] == histories.starts[first]
        || histories.ends[next] - histories.starts[next] >= length
    {
      next += 1
    }
    return next
  }

  /// The number of sequences.
  var count: Int { offsets.count - 1 }

  /// The samples of an epoch: all sequences in an order drawn from `generator`, each sequence's one after another.
  /// - Parameter block: about how many samples are put in an order at a time; nil for all.
  func order(block: Int?, from generator: inout NumpyGenerator) -> [Int32] {
    var order: [Int32] = []
    order.reserveCapacity(starts.count)
    let block = block.map { max(1, $0 * count / max(1, starts.count)) }
    for sequence in EpochOrder.draw(count, block: block, from: &generator) {
      order.append(contentsOf: offsets[Int(sequence)]..<offsets[Int(sequence) + 1])
    }
    return order
  }
}
