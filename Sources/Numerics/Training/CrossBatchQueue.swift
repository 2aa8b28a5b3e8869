/// Item vectors of the batches before, as candidates of the coming one: as they were computed then, and moved no more.
///
/// It holds the distinct targets of the newest batches of the epoch, the oldest of which leaves as a new one comes; of an
/// item the newest vector counts, and none where the batch itself has the item. It is empty at the beginning of an epoch,
/// so that a training that is resumed has what an unbroken one has. Source: J. Wang et al., "Cross-batch negative sampling
/// for training two-tower recommenders", SIGIR 2021: vectors move little from step to step once training is under way, hence
/// the warm-up.
final class CrossBatchQueue {
  /// What a step takes of the queue. Nothing is owned.
  struct Rows {
    /// The rows of `table`, `[count]`.
    var rows: UnsafePointer<Int32>
    /// How many.
    var count: Int
    /// The vectors, as wide as those of the batch.
    var table: UnsafePointer<Float>
  }

  private let options: QueueOptions
  /// How many items a batch has at most.
  private let batchSize: Int
  private let width: Int
  private let stepsInEpoch: Int
  /// Each batch's vectors, `[batches, batchSize, width]`, and their items.
  private let vectors: Storage<Float>
  private var items: [[Int32]]

  /// Makes an empty queue for vectors of `width` numbers.
  init(_ options: QueueOptions, batchSize: Int, width: Int, stepsInEpoch: Int) {
    self.options = options
    self.batchSize = batchSize
    self.width = width
    self.stepsInEpoch = stepsInEpoch
    vectors = Storage(repeating: 0, count: options.batches * batchSize * width)
    items = Array(repeating: [], count: options.batches)
  }

  /// The vectors that ``Rows`` speak of.
  var table: UnsafePointer<Float> { UnsafePointer(vectors.start) }

  /// How many batches step `step`, counted from 0 over all epochs, finds in the queue.
  func batches(atStep step: Int) -> Int {
    step < options.warmupSteps ? 0 : min(step % max(1, stepsInEpoch), options.batches)
  }

  /// Calls `body` with the items that step `step` finds, the newest batch first, and each one's row in ``table``.
  func forEachItem(atStep step: Int, _ body: (_ item: Int32, _ row: Int32) -> Void) {
    for back in 0..<batches(atStep: step) {
      let slot = (step - 1 - back) % options.batches
      for (place, item) in items[slot].enumerated() { body(item, Int32(slot * batchSize + place)) }
    }
  }

  /// Notes that the batch of step `step` has these distinct targets, whose vectors ``keep(_:ofStep:)`` brings; to be called
  /// for step after step, each time after ``forEachItem(atStep:_:)``.
  func note(_ targets: UnsafeBufferPointer<Int32>, ofStep step: Int) {
    items[step % options.batches] = Array(targets)
  }

  /// Where the vectors of step `step`'s targets go, `[targets, width]`, once those of the step are read.
  func vectors(ofStep step: Int) -> UnsafeMutablePointer<Float> {
    vectors.start + (step % options.batches) * batchSize * width
  }
}

/// How many batches a queue of item vectors holds.
package struct QueueOptions: Sendable, Equatable {
  /// Batches whose targets' vectors are candidates of the next one, 1 or more.
  package var batches = 4
  /// Steps of the training before the first that takes any, 0 or more.
  package var warmupSteps = 1_000

  /// Makes the default options.
  package init() {}

  /// Checks that there can be a queue.
  /// - Throws: `TrainingError.invalid` with what was expected, then what came.
  func validate(_ options: TrainerOptions) throws {
    if let problem = Self.problem(options) { throw TrainingError.invalid(problem) }
    guard batches >= 1, batches <= 10_000 else {
      throw TrainingError.invalid("a queue holds 1 to 10,000 batches, got \(batches)")
    }
    guard warmupSteps >= 0 else {
      throw TrainingError.invalid("a warm-up has 0 steps or more, got \(warmupSteps)")
    }
  }

  /// Why a training cannot have a queue; nil where it can.
  package static func problem(_ options: TrainerOptions) -> String? {
    if options.negatives == .batch {
      return
        "items of earlier batches join candidates that are there once each: they take merged targets or a pool"
    }
    guard options.impressionsPerSample > 0 else { return nil }
    return
      "shown items stand behind all candidates, where those of earlier batches would stand: leave one of both out"
  }
}
