import Numerics
import Report

/// What a training's report says of its hard negatives.
struct HardNegativeReport {
  /// How many a step had among its candidates, on average over the epochs that mine; 0 where none did.
  let perStep: Double
  private let options: HardNegativeOptions
  private let timeShare: Double
  private let isMined: Bool

  /// The report of a training that is over; nil where it was not to mine.
  init?(_ trainer: Trainer) {
    guard let options = trainer.options.hardNegatives else { return nil }
    self.options = options
    timeShare = trainer.miningShare ?? 0
    let counts = trainer.reports.filter { $0.epoch >= options.startEpoch }.map(\.hardNegatives)
    isMined = !counts.isEmpty
    perStep = isMined ? counts.reduce(0, +) / Double(counts.count) : 0
  }

  /// How many there were and what they cost, or why there were none.
  var block: Block {
    guard isMined else {
      return .prose("The training ended before epoch \(options.startEpoch), the first with hard negatives.")
    }
    guard perStep > 0 else {
      let limit =
        options.maxShareOfPositive.map {
          ", or all score above \(NumberFormat.significant($0, digits: 3)) times what their query's target does"
        } ?? ""
      let text = """
        **There were no hard negatives.** The items of ranks \(options.ranks.lowerBound) to \
        \(options.ranks.upperBound) are all targets in the same batch, or there are fewer items than that\(limit). Lower \
        ranks or smaller batches are what to try first.
        """
      return .note(kind: .warning, text: text)
    }
    let count = NumberFormat.fixed(perStep, digits: 1)
    let share = NumberFormat.fixed(100 * timeShare, digits: 0)
    return .prose("A step had \(count) hard negatives on average; mining them took \(share) % of the time.")
  }
}
