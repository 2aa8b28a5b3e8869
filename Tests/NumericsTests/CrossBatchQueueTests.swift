import Glibc
import Memory
import Testing

@testable import Numerics

@Suite("item vectors of earlier batches as candidates")
struct CrossBatchQueueTests {
  private static func samples() -> SampleColumns {
    var samples = TrainingTests.samples()
    samples.categoryOfItem = [0] + (0..<60).map { Int32(1 + $0 / 10 % 3) }
    return samples
  }

  private static func options(
    batches: Int = 2,
    warmup: Int = 3,
    _ change: (inout TrainerOptions) -> Void = { _ in }
  ) -> TrainerOptions {
    TrainingTests.options {
      ($0.batchSize, $0.sides, $0.negatives) = (20, .queries, .distinctTargets)
      ($0.correction, $0.masksHistory) = (.all, true)
      var queue = QueueOptions()
      (queue.batches, queue.warmupSteps) = (batches, warmup)
      $0.queue = queue
      change(&$0)
    }
  }

  @Test("a step finds the distinct targets of the batches before it that it does not have itself, each once")
  func candidates() throws {
    let (samples, options) = (Self.samples(), Self.options())
    let shape = try TrainingTests.model().shape
    let queue = CrossBatchQueue(try #require(options.queue), batchSize: 20, width: 1, stepsInEpoch: 8)
    let assemblers = (0..<2).map { _ in
      BatchAssembler(samples, shape: shape, options: options, queue: queue)
    }
    var shares = [Double](repeating: 0, count: 61)
    for item in samples.items { shares[Int(item)] += 1 / Double(samples.count) }
    var (targets, seen): ([[Int32]], Int) = ([], 0)
    for step in 0..<20 {
      let rows = step * 20..<(step + 1) * 20
      var distinct: [Int32] = []
      for row in rows where !distinct.contains(samples.items[row]) { distinct.append(samples.items[row]) }
      targets.append(distinct)
      let batches = step < 3 ? 0 : min(step % 8, 2)
      var expected: [(item: Int32, row: Int32)] = []
      for back in 0..<batches {
        for (place, item) in targets[step - 1 - back].enumerated()
        where !distinct.contains(item) && !expected.contains(where: { $0.item == item }) {
          expected.append((item, Int32((step - 1 - back) % 2 * 20 + place)))
        }
      }
      assemblers[step % 2].withBatch(ArraySlice(Array(rows)), step: step) { batch in
        #expect(batch.candidates.count == distinct.count && batch.kept?.count == distinct.count)
        #expect(batch.candidateCount == distinct.count + expected.count, "step \(step)")
        let all = distinct + expected.map(\.item)
        for (place, item) in all.enumerated() {
          #expect(batch.candidates.ids(.item)[place] == item)
          let chance = 1 - pow(1 - shares[Int(item)], 20 * Double(1 + batches))
          #expect(abs(Double(batch.candidateBias?[place] ?? 0) + log(chance)) < 1e-4)
        }
        for (place, queued) in expected.enumerated() { #expect(batch.queued?.rows[place] == queued.row) }
        guard let exclusions = batch.exclusions else { return }
        for (query, row) in rows.enumerated() {
          let (start, end) = (Int(samples.histories.starts[row]), Int(samples.histories.ends[row]))
          let clicks = Set(samples.histories.clicks[start..<end])
          let hidden = (Int(exclusions.offsets[query])..<Int(exclusions.offsets[query + 1])).map {
            Int(exclusions.excluded[$0])
          }
          #expect(Set(hidden) == Set(all.indices.filter { clicks.contains(all[$0]) }))
        }
      }
      seen += expected.count
    }
    #expect(seen > 100)
  }

  private static func train(_ options: TrainerOptions, threads: Int = 2) throws -> (Trainer, [TrainingState])
  {
    let trainer = try Trainer(
      model: try TrainingTests.model(threads: threads),
      samples: samples(),
      options: options
    )
    var states: [TrainingState] = []
    try trainer.run(
      TrainingObserver(onEpoch: { _, model in
        var state = try trainer.state
        state.weights = try model.copyWeights()
        states.append(state)
        return .proceed
      })
    )
    return (trainer, states)
  }

  private static func weights(_ trainer: Trainer) -> [[Float]] {
    trainer.model.parameters.map { $0.value.values }
  }

  @Test(
    "it learns, with the same bytes for one thread and two and when it is resumed",
    arguments: [TrainerOptions.Negatives.distinctTargets, .pool(size: 40)]
  )
  func reproducible(negatives: TrainerOptions.Negatives) throws {
    let options = Self.options(warmup: 120) { $0.negatives = negatives }
    let (trainer, states) = try Self.train(options)
    #expect(try TrainingTests.hitRate(trainer.model) > 0.9)
    let (other, _) = try Self.train(options, threads: 1)
    #expect(Self.weights(trainer) == Self.weights(other))
    var without = options
    without.queue = nil
    #expect(Self.weights(trainer) != Self.weights(try Self.train(without).0))
    for state in states.dropLast() {
      let resumed = try Trainer(
        model: try TrainingTests.model(seed: 5),
        samples: Self.samples(),
        options: options
      )
      try resumed.restore(state)
      try resumed.run()
      #expect(Self.weights(resumed) == Self.weights(trainer), "after epoch \(state.epoch)")
    }
  }

  /// With a warm-up that never ends nothing is taken.
  @Test("before its warm-up is over a training is as without a queue")
  func warmup() throws {
    let options = Self.options(warmup: 1_000_000)
    var without = options
    without.queue = nil
    #expect(Self.weights(try Self.train(options).0) == Self.weights(try Self.train(without).0))
  }

  @Test("what it does not go with is told")
  func mistakes() throws {
    func message(_ options: TrainerOptions) -> String {
      do { try options.validate() } catch { return "\(error)" }
      return "nothing"
    }
    #expect(message(Self.options { $0.negatives = .batch }).contains("merged targets or a pool"))
    #expect(message(Self.options { $0.impressionsPerSample = 2 }).contains("leave one of both out"))
    #expect(message(Self.options(batches: 0)).contains("1 to 10,000 batches"))
    #expect(message(Self.options()) == "nothing")
  }
}
