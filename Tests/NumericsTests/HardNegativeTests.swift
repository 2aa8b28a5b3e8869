import Memory
import Testing

@testable import Numerics

@Suite("mining hard negatives")
struct HardNegativeTests {
  static func samples(count: Int = 1_000) -> SampleColumns {
    var samples = TrainingTests.samples(count: count)
    samples.categoryOfItem = (0..<61).map { Int32($0 == 0 ? 0 : 1 + ($0 - 1) % 3) }
    return samples
  }

  /// A pool of all but a few of the 60 items, or less, from a batch that has about 40 of them.
  static func options(
    pool: Int = 58,
    _ change: (inout HardNegativeOptions) -> Void = { _ in }
  ) -> TrainerOptions {
    TrainingTests.options {
      $0.batchSize = 50
      $0.epochs = 3
      $0.sides = .queries
      $0.negatives = .pool(size: pool)
      $0.correction = .all
      $0.masksHistory = true
      var hardNegatives = HardNegativeOptions()
      hardNegatives.everySteps = 8
      hardNegatives.count = 2
      hardNegatives.ranks = 3...12
      hardNegatives.queryShare = 1
      change(&hardNegatives)
      $0.hardNegatives = hardNegatives
    }
  }

  /// A model and samples with what else towers take: time and context of requests, features and ages of items.
  private static func rich() throws -> (TwoTowerModel, SampleColumns) {
    var shape = TwoTowerShape.training
    shape.hiddenUnits = [32, 16]
    shape.embeddingDimension = 16
    shape.contexts = [.init(name: "device", vocabulary: 3)]
    shape.timeWidths = [8]
    shape.timeSpan = 100
    shape.itemCategories = [.init(name: "section", vocabulary: 5)]
    shape.itemNumbers = [.init(name: "words", buckets: 4)]
    shape.itemAge = AgeBuckets(count: 6, longestHours: 200)
    var samples = samples()
    samples.contexts = [samples.users.map { $0 % 3 }]
    samples.hours = samples.users.indices.map { Double($0 % 101) }
    samples.itemFeatures = ItemFeatures(
      codes: [(0..<61).map { $0 % 5 }],
      places: [(0..<61).map { Float($0 % 4) + 0.5 }],
      createdHours: (0..<61).map { Double($0 * 37 % 90) }
    )
    return (try TwoTowerModel(shape, seed: 1, compute: Compute(threads: Threads(2))), samples)
  }

  private static func trained(isRich: Bool) throws -> (TwoTowerModel, SampleColumns) {
    let (model, samples) = isRich ? try rich() : (try TrainingTests.model(), samples())
    var options = options()
    options.hardNegatives = nil
    try Trainer(model: model, samples: samples, options: options).run()
    return (model, samples)
  }

  /// All items by score, then number, but for the target and the history of a sample: in plain Double.
  private static func rankings(_ model: TwoTowerModel, _ samples: SampleColumns) throws -> [[Int32]] {
    let queries = try model.queryVectors(
      QueryInputs(
        users: samples.users,
        histories: samples.histories,
        contexts: samples.contexts,
        hours: samples.hours.map { Float($0) }
      )
    )
    let numbers = Set(samples.items + samples.histories.clicks).subtracting([0]).sorted()
    let all = try model.itemVectors(
      ItemInputs(
        items: (0..<61).map { $0 },
        categories: samples.categoryOfItem,
        features: samples.itemFeatures,
        atHours: samples.hours.max() ?? 0
      )
    )
    return (0..<samples.count).map { row in
      let (start, end) = (Int(samples.histories.starts[row]), Int(samples.histories.ends[row]))
      let hidden = Set(samples.histories.clicks[start..<end] + [samples.items[row]])
      let scores = numbers.indices.map { place in
        zip(queries.row(row), all.row(Int(numbers[place]))).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
      }
      return numbers.indices.filter { !hidden.contains(numbers[$0]) }
        .sorted { (scores[$1], $0) < (scores[$0], $1) }
        .map { numbers[$0] }
    }
  }

  @Test("what is mined has the ranks asked for, and is neither target nor history", arguments: [false, true])
  func ranks(isRich: Bool) throws {
    let (model, samples) = try Self.trained(isRich: isRich)
    let expected = try Self.rankings(model, samples)
    let order = NumpyGenerator(seed: 5).permuted(samples.count)
    for (count, share) in [(4, 1.0), (10, 0.3)] {
      let options = Self.options {
        $0.count = count
        $0.queryShare = share
      }
      let miner = try #require(HardNegativeMiner(samples, model: model, options: options))
      for start in stride(from: 0, to: 20, by: 8) {
        try miner.mineIfDue(order.map { Int32($0) }, epoch: 2, step: start, checkpoint: {})
        for step in start..<min(start + 8, 20) {
          let drawn = miner.items(ofStep: step).items
          let queries = share == 1 ? 50 : 15
          try #require(drawn.count == count * queries)
          for query in 0..<queries {
            let own = stride(from: query, to: drawn.count, by: queries).map { drawn[$0] }
            let band = expected[order[step * 50 + query]][2..<12]
            #expect(Set(own).count == count && Set(own).isSubset(of: band))
          }
        }
        #expect(miner.items(ofStep: start + 8).items.isEmpty)
        let batches = (start..<min(start + 8, 20)).map { miner.items(ofStep: $0) }
        for item in 0..<61 {
          let share = Double(batches.count { $0.items.contains(Int32(item)) }) / Double(batches.count)
          #expect(abs(batches[0].shares[item] - share) < 1e-12)
        }
      }
    }
  }

  @Test("with a share of the target's score nothing is drawn that scores above it", arguments: [0.7, 0.95])
  func limit(share: Double) throws {
    let (model, samples) = try Self.trained(isRich: false)
    let queries = try model.queryVectors(users: samples.users, histories: samples.histories)
    let items = try model.itemVectors(items: (0..<61).map { $0 }, categories: samples.categoryOfItem)
    func score(_ row: Int, _ item: Int32) -> Double {
      zip(queries.row(row), items.row(Int(item))).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
    }
    let rankings = try Self.rankings(model, samples)
    let options = Self.options {
      ($0.count, $0.ranks, $0.maxShareOfPositive) = (1, 2...12, share)
    }
    let miner = try #require(HardNegativeMiner(samples, model: model, options: options))
    try miner.mineIfDue((0..<Int32(samples.count)).map { $0 }, epoch: 2, step: 0, checkpoint: {})
    var (left, tooHigh) = (0, 0)
    for step in 0..<8 {
      var drawn = miner.items(ofStep: step).items[...]
      for row in step * 50..<(step + 1) * 50 {
        let limit = share * score(row, samples.items[row])
        let band = rankings[row][1..<12]
        tooHigh += band.count { score(row, $0) > limit + 1e-5 }
        guard band.contains(where: { score(row, $0) <= limit }) else { continue }
        let first = drawn.popFirst()
        let item = try #require(first)
        #expect(band.contains(item) && score(row, item) <= limit + 1e-5)
        left += 1
      }
      #expect(drawn.isEmpty)
    }
    #expect(left > 20 && tooHigh > 50, "\(left) and \(tooHigh)")
  }

  @Test("ranks beyond the last item give what there is, or nothing")
  func fewItems() throws {
    let (model, samples) = (try TrainingTests.model(), Self.samples(count: 100))
    for (ranks, most) in [(50...200, 4), (61...200, 0)] {
      let options = Self.options {
        $0.count = 100
        $0.ranks = ranks
        $0.startEpoch = 1
      }
      let miner = try #require(HardNegativeMiner(samples, model: model, options: options))
      try miner.mineIfDue(Array(0..<100), epoch: 1, step: 0, checkpoint: {})
      let drawn = miner.items(ofStep: 1).items.count
      // A query has a target and one to four clicks, so that 55 to 58 of 60 items are left.
      #expect(most == 0 ? drawn == 0 : drawn >= 50 * 5 && drawn <= 50 * 9, "\(drawn)")
    }
  }

  @Test("mining is due at the first step of an epoch and every so many steps, from the start epoch on")
  func due() throws {
    var checks = 0
    let options = Self.options { $0.startEpoch = 3 }
    let miner = try #require(
      HardNegativeMiner(Self.samples(), model: TrainingTests.model(), options: options)
    )
    for (epoch, step) in [(2, 0), (2, 8), (3, 0), (3, 1), (3, 7), (3, 8), (3, 15), (3, 16), (4, 0)] {
      try miner.mineIfDue(Array(0..<1_000), epoch: epoch, step: step) { checks += 1 }
      #expect(miner.items(ofStep: step).items.isEmpty == (epoch == 2))
    }
    #expect(checks == 4)
  }
}

extension TwoTowerShape {
  /// The shape of `TrainingTests.model`.
  static var training: TwoTowerShape {
    TwoTowerShape(userVocabulary: 601, itemVocabulary: 61, categoryVocabulary: 4)
  }
}

extension NumpyGenerator {
  fileprivate func permuted(_ count: Int) -> [Int] {
    var generator = self
    return generator.permutation(count)
  }
}
