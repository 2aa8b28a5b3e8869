import Memory
import Glibc
import Testing

@testable import Numerics

@Suite("training with hard negatives")
struct HardNegativeTrainingTests {
  @Test("hard negatives take the place of uniform ones: each candidate once, labels and q right")
  func pool() {
    let samples = HardNegativeTests.samples()
    let hard: [Int32] = [7, 3, 7, 60, 12, 3, 41, 22]
    let mined = MinedItems(items: hard, shares: (0..<61).map { hard.contains($0) ? Double($0) / 100 : 0 })
    // Targets: the groups of ten items are clicked by a sixth of the users each.
    let targets: [Int32] = [3, 18, 3, 30, 9]
    for (size, expected) in [(40, [7, 60, 12, 41, 22]), (7, [7, 60, 12]), (4, [])] as [(Int, [Int32])] {
      var options = HardNegativeTests.options(pool: size)
      options.batchSize = 5
      let sampler = CandidateSampler(samples, itemVocabulary: 61, options: options)
      let labels = Storage<Int32>(capacity: 5)
      var generator = NumpyGenerator(seed: 1)
      for _ in 0..<3 {
        let distinct = targets.withUnsafeBufferPointer {
          sampler.choose($0, mined: mined, labels: labels.start, from: &generator)
        }
        let items = (0..<sampler.count).map { sampler.items[$0] }
        #expect(distinct == 4 && items.count == size && Set(items).count == size)
        #expect((0..<5).map { items[Int(labels[$0])] } == targets)
        #expect(sampler.hardCount == expected.count && Array(items[4..<4 + expected.count]) == expected)
        let bias = Storage<Float>(capacity: size)
        sampler.writeBias(bias.start, distinct: distinct)
        for (place, item) in items.enumerated() {
          let share = Double(samples.items.count { $0 == item }) / 1_000
          let inBatch = 1 - (0..<5).reduce(1.0) { chance, _ in chance * (1 - share) }
          let uniform = Double(size - 4 - expected.count) / Double(56 - expected.count)
          let rest = (1 - inBatch) * (1 - (1 - mined.shares[Int(item)]) * (1 - uniform))
          // e^-bias is q; Float32 holds the bias to about 1e-7 of itself.
          #expect(abs(exp(-Double(bias[place])) - (inBatch + rest)) < 1e-5)
        }
      }
    }
  }

  @Test("with merged targets they are the only other candidates, and a query does not see its history")
  func mergedTargets() {
    var options = HardNegativeTests.options()
    options.negatives = .distinctTargets
    options.hardNegatives = nil
    let samples = HardNegativeTests.samples()
    let assembler = BatchAssembler(samples, shape: TwoTowerShape.training, options: options)
    let rows = Array(0..<20)
    let clicks = rows.map { row in
      Set(samples.histories.clicks[Int(samples.histories.starts[row])..<Int(samples.histories.ends[row])])
    }
    let hard = Array(1...60).map { Int32($0) }
    let shares = [Double](repeating: 0.5, count: 61)
    let counts = [[], hard].map { hard in
      assembler.withBatch(rows[...], step: 3, mined: MinedItems(items: hard, shares: shares)) { batch in
        let items = (0..<batch.candidates.count).compactMap { batch.candidates.items?[$0] }
        for row in rows {
          #expect(items[Int(batch.labels[row])] == samples.items[row])
          guard let (offsets, excluded) = batch.exclusions else { return 0 }
          let hidden = (Int(offsets[row])..<Int(offsets[row + 1])).map { items[Int(excluded[$0])] }
          #expect(Set(hidden) == clicks[row].intersection(items))
        }
        #expect(Set(items).count == items.count)
        #expect(assembler.hardNegativeCount == items.count - Set(samples.items[..<20]).count)
        return items.count
      }
    }
    #expect(counts == [Set(samples.items[..<20]).count, 60])
  }

  private func train(_ options: TrainerOptions, threads: Int = 2) throws -> (
    weights: [[Float]], reports: [EpochReport]
  ) {
    let model = try TrainingTests.model(threads: threads)
    let trainer = try Trainer(model: model, samples: HardNegativeTests.samples(), options: options)
    try trainer.run()
    return (model.parameters.map { $0.value.values }, trainer.reports)
  }

  @Test("one thread and two give the same bytes, another seed and no hard negatives others")
  func reproducible() throws {
    let options = HardNegativeTests.options()
    let (weights, reports) = try train(options, threads: 1)
    #expect(try train(options, threads: 2) == (weights, reports))
    #expect(reports[0].hardNegatives == 0 && reports[1].hardNegatives > 5 && reports[2].hardNegatives > 5)
    for change in [\TrainerOptions.seed, \.batchSize] {
      var other = options
      other[keyPath: change] += 1
      #expect(try train(other).weights != weights)
    }
    var without = options
    without.hardNegatives = nil
    let plain = try train(without)
    #expect(plain.weights != weights && plain.reports[0] == reports[0])
    // What is never mined changes nothing.
    #expect(try train(HardNegativeTests.options { $0.startEpoch = 4 }) == plain)
  }

  @Test("a training resumed at the end of any epoch ends with the same bytes")
  func resumes() throws {
    let options = HardNegativeTests.options()
    let whole = try train(options)
    for epoch in 1...2 {
      let model = try TrainingTests.model()
      let first = try Trainer(model: model, samples: HardNegativeTests.samples(), options: options)
      try first.run(TrainingObserver(onEpoch: { report, _ in report.epoch == epoch ? .stop : .proceed }))
      let resumed = try TrainingTests.model(seed: 99)
      let second = try Trainer(model: resumed, samples: HardNegativeTests.samples(), options: options)
      try second.restore(first.state)
      try second.run()
      #expect(resumed.parameters.map { $0.value.values } == whole.weights && second.reports == whole.reports)
    }
  }

  @Test("the time of mining is a share of the time of training, and nothing where nothing is mined")
  func timeShare() throws {
    var options = HardNegativeTests.options()
    for mines in [true, false] {
      if !mines { options.hardNegatives = nil }
      let trainer = try Trainer(
        model: TrainingTests.model(),
        samples: HardNegativeTests.samples(),
        options: options
      )
      try trainer.run()
      #expect((trainer.miningShare ?? 0 > 0) == mines && trainer.miningShare ?? 0 < 1)
    }
  }

  @Test("options that cannot be mined with are told")
  func invalid() throws {
    func message(_ options: TrainerOptions) -> String {
      do {
        _ = try Trainer(
          model: TrainingTests.model(),
          samples: HardNegativeTests.samples(count: 100),
          options: options
        )
        return "nothing"
      } catch { return "\(error)" }
    }
    func message(_ change: (inout HardNegativeOptions) -> Void) -> String {
      message(HardNegativeTests.options(change))
    }
    #expect(message { _ in } == "nothing")
    #expect(message { $0.everySteps = 0 } == "mining must be at least 1 step apart, got 0")
    #expect(message { $0.count = 0 } == "at least 1 hard negative must be drawn for a query, got 0")
    #expect(message { $0.ranks = 0...5 } == "ranks count from 1, got 0")
    let share = "the share of the queries must be above 0 and at most 1, got "
    #expect(message { $0.queryShare = 0 } == share + "0.0")
    #expect(message { $0.queryShare = .nan } == share + "nan")
    #expect(message { $0.startEpoch = 0 } == "epochs count from 1, got 0")
    var options = HardNegativeTests.options()
    options.negatives = .batch
    options.masksHistory = false
    #expect(
      message(options)
        == "hard negatives join candidates that all queries share: they take merged targets or a pool"
    )
  }
}
