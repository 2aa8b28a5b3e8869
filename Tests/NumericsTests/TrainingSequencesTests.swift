import Memory
import Testing

@testable import Numerics

@Suite("samples that are trained on together")
struct TrainingSequencesTests {
  /// Users with so many clicks each, of which the places in `targets` (all but the first where nil) are targets.
  private static func windows(_ users: [(clicks: Int, targets: [Int]?)], length: Int) -> HistoryWindows {
    var windows = HistoryWindows(clicks: [], starts: [], ends: [])
    for user in users {
      let first = windows.clicks.count
      windows.clicks += (0..<user.clicks).map { Int32(1 + (first + $0) % 50) }
      for target in user.targets ?? Array(1..<user.clicks) {
        windows.starts.append(Int32(first + max(0, target - length)))
        windows.ends.append(Int32(first + target))
      }
    }
    return windows
  }

  private static func sequences(_ users: [(clicks: Int, targets: [Int]?)], length: Int)
    -> [(window: Int, ends: [Int])]
  {
    let windows = windows(users, length: length)
    let made = TrainingSequences(windows, maxSeqLen: length)
    return (0..<made.count).map { sequence in
      let samples = Int(made.offsets[sequence])..<Int(made.offsets[sequence + 1])
      #expect(Set(samples.map { made.starts[$0] }).count == 1)
      return (Int(made.starts[samples.lowerBound]), samples.map { Int(windows.ends[$0]) })
    }
  }

  @Test("users with no more clicks than are read have one sequence each")
  func short() {
    let made = Self.sequences([(4, nil), (2, nil), (7, nil)], length: 6)
    #expect(made.map(\.window) == [0, 4, 6])
    #expect(made.map(\.ends) == [[1, 2, 3], [5], [7, 8, 9, 10, 11, 12]])
  }

  @Test(
    "a longer history is cut so that every target comes once, sees half a window at least, and the last one a whole one"
  )
  func long() {
    // 15 clicks, 6 are read: 1...6 from 0; 7 sees 4...6, and 4 + 6 = 10 ends it; 11 would see 8...10, but that the rest, up to
    // 14, fits in the newest window lets it begin there: 14 - 6 = 8.
    var made = Self.sequences([(15, nil)], length: 6)
    #expect(made.map(\.window) == [0, 4, 8])
    #expect(made.map(\.ends) == [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10], [11, 12, 13, 14]])
    // With 8 clicks the second window is 1...7: nothing is cut that could be seen.
    made = Self.sequences([(8, nil)], length: 6)
    #expect(made.map(\.window) == [0, 1])
    #expect(made.map(\.ends) == [[1, 2, 3, 4, 5, 6], [7]])
    // A window of one click has no half.
    made = Self.sequences([(4, nil)], length: 1)
    #expect(made.map(\.window) == [0, 1, 2])
  }

  @Test("targets far apart, and users one after another, are not mixed up")
  func sparse() {
    let made = Self.sequences([(40, [2, 20, 22, 39]), (3, [1, 2]), (1, []), (30, [29])], length: 6)
    #expect(made.map(\.window) == [0, 16, 33, 40, 67])
    #expect(made.map(\.ends) == [[2], [20, 22], [39], [41, 42], [73]])
  }

  @Test("an epoch's order holds every sample once, sequences whole and in an order of the seed's")
  func order() {
    let made = TrainingSequences(Self.windows((1..<60).map { ($0, nil) }, length: 20), maxSeqLen: 20)
    var generator = NumpyGenerator(seed: 3)
    let order = made.order(block: nil, from: &generator)
    #expect(order.sorted() == (0..<Int32(made.starts.count)).map { $0 })
    #expect(order != order.sorted() && order != made.order(block: nil, from: &generator))
    for (place, sample) in order.enumerated().dropFirst() where !made.offsets.contains(sample) {
      #expect(order[place - 1] == sample - 1)
    }
  }

  /// Samples of 90 users who go round a circle of 40 items in steps of one to three, most of them with more clicks than are read.
  private static func circle() -> SampleColumns {
    var samples = SampleColumns(
      users: [],
      items: [],
      categories: [],
      histories: HistoryWindows(clicks: [], starts: [], ends: [])
    )
    for user in 0..<90 {
      let first = samples.histories.clicks.count
      let count = 3 + user % 20
      samples.histories.clicks += (0..<count).map { Int32(1 + (user * 7 + $0 * (1 + user % 3)) % 40) }
      for target in 1..<count {
        samples.users.append(Int32(user + 1))
        samples.items.append(samples.histories.clicks[first + target])
        samples.categories.append(0)
        samples.histories.starts.append(Int32(first + max(0, target - 8)))
        samples.histories.ends.append(Int32(first + target))
      }
    }
    return samples
  }

  private static func model(threads: Int = 2) throws -> TwoTowerModel {
    var shape = TwoTowerShape(userVocabulary: 91, itemVocabulary: 41, categoryVocabulary: 1)
    (shape.pooling, shape.maxSeqLen, shape.embeddingDimension) = (.transformer, 8, 16)
    (shape.queryKind, shape.itemKind) = (.identity, .identity)
    (shape.usesUserID, shape.usesCategory, shape.temperature) = (false, false, 0.1)
    var blocks = TwoTowerShape.Transformer()
    (blocks.heads, blocks.dropout, blocks.feedForward) = (2, 0.1, .swiglu)
    shape.transformer = blocks
    return try TwoTowerModel(shape, seed: 1, compute: Compute(threads: Threads(threads)))
  }

  private static func options(_ change: (inout TrainerOptions) -> Void = { _ in }) -> TrainerOptions {
    var options = TrainingTests.options { $0.epochs = 4 }
    (options.sides, options.negatives, options.batchSize) = (.queries, .pool(size: 40), 30)
    options.correction = .all
    change(&options)
    return options
  }

  @Test("what a batch reads, and what it leaves out: the other targets of a query's own sequence")
  func batches() throws {
    let samples = Self.circle()
    let made = TrainingSequences(samples.histories, maxSeqLen: 8)
    for masks in [false, true] {
      let assembler = BatchAssembler(
        samples,
        shape: try Self.model().shape,
        options: Self.options { $0.masksHistory = masks },
        sequences: made
      )
      // The users numbered 4 and 5, of whom the first has 5 targets and the second 6; the batch begins within the first's.
      let first = (samples.users.firstIndex(of: 4) ?? 0) + 1
      assembler.withBatch(ArraySlice(first..<first + 12)) { batch in
        guard let hidden = batch.exclusions else {
          Issue.record("nothing is left out")
          return
        }
        for row in 0..<10 {
          let (sample, own) = (first + row, row < 4 ? 0..<4 : 4..<10)
          let left = (hidden.offsets[row]..<hidden.offsets[row + 1]).map {
            batch.candidates.ids(.item)[Int(hidden.excluded[Int($0)])]
          }
          var expected = Set(own.map { samples.items[first + $0] })
          if masks {
            let window = Int(samples.histories.starts[sample])..<Int(samples.histories.ends[sample])
            let candidates = Set((0..<batch.candidates.count).map { batch.candidates.ids(.item)[$0] })
            expected.formUnion(candidates.intersection(samples.histories.clicks[window]))
          }
          // A query's own target is never hidden from it, even where it is named.
          let target = samples.items[sample]
          #expect(Set(left).subtracting([target]) == expected.subtracting([target]), "\(row) \(masks)")
          #expect(batch.queries.windows.starts[row] == made.starts[sample])
        }
      }
    }
  }

  @Test("a place of training has the vector that a request with the same history has")
  func sameVectors() throws {
    let (model, samples) = (try Self.model(), Self.circle())
    let made = TrainingSequences(samples.histories, maxSeqLen: 8)
    var shared = samples.histories
    shared.starts = made.starts
    let zeros = [Int32](repeating: 0, count: samples.count)
    let together = try model.queryVectors(users: zeros, histories: shared)
    var compared = 0
    for row in stride(from: 0, to: samples.count, by: 7) {
      let window = Int(made.starts[row])..<Int(shared.ends[row])
      let alone = try model.queryVectors(
        users: [0],
        histories: HistoryWindows(
          clicks: Array(samples.histories.clicks[window]),
          starts: [0],
          ends: [Int32(window.count)]
        )
      )
      #expect(relativeDifference(alone.row(0), together.row(row)) < 1e-6)
      compared += window.lowerBound == Int(samples.histories.starts[row]) ? 1 : 0
    }
    // Most of them see what a request would see.
    #expect(compared > 80)
  }

  @Test("the rule of the next click is learned, to the same bytes with one thread, with two, and resumed")
  func learns() throws {
    let options = Self.options { $0.epochs = 30 }
    let (one, two, resumed) = (try Self.model(threads: 1), try Self.model(), try Self.model())
    let through = try Trainer(model: one, samples: Self.circle(), options: options)
    try through.run()
    let first = try Trainer(model: two, samples: Self.circle(), options: options)
    var observer = TrainingObserver()
    observer.onEpoch = { report, _ in report.epoch == 7 ? .stop : .proceed }
    try first.run(observer)
    let second = try Trainer(model: resumed, samples: Self.circle(), options: options)
    try second.restore(first.state)
    try second.run()
    for (left, right) in zip(one.parameters, resumed.parameters) {
      #expect(left.value.values == right.value.values, "\(left.name)")
    }
    #expect(through.reports.map(\.meanLoss) == second.reports.map(\.meanLoss))
    let histories: [[Int32]] = [[3, 4, 5, 6], [3, 5, 7, 9], [3, 6, 9, 12]]
    let queries = try one.queryVectors(
      users: [0, 0, 0],
      histories: HistoryWindows(padded: histories.flatMap { $0 }, length: 4)
    )
    let items = try one.itemVectors(items: (1...40).map { $0 }, categories: (1...40).map { _ in 0 })
    // The step from one click to the next says which item follows: more than the newest click alone could.
    for (row, next) in [7, 11, 15].enumerated() {
      let scores = (0..<40).map { item in
        zip(queries.row(row), items.row(item)).reduce(0) { $0 + $1.0 * $1.1 }
      }
      #expect(scores.indices.max { scores[$0] < scores[$1] } == next - 1, "\(row)")
    }
  }

  @Test("hard negatives are mined for sequences as for samples by themselves, and none is of the query's own")
  func hardNegatives() throws {
    var mined: [[Int32]] = []
    for sequences in [TrainingSequences(Self.circle().histories, maxSeqLen: 8), nil] {
      var options = Self.options { $0.negatives = .distinctTargets }
      var hard = HardNegativeOptions()
      (hard.ranks, hard.queryShare, hard.startEpoch, hard.count) = (1...3, 1, 1, 2)
      options.hardNegatives = hard
      // No history here is longer than is read, so that both read the same.
      var samples = Self.circle()
      let short = samples.users.indices.filter { (1...5).contains(samples.users[$0] % 20) }
      samples.users = short.map { samples.users[$0] }
      samples.items = short.map { samples.items[$0] }
      samples.categories = short.map { samples.categories[$0] }
      samples.histories.starts = short.map { samples.histories.starts[$0] }
      samples.histories.ends = short.map { samples.histories.ends[$0] }
      let own = sequences.map { _ in TrainingSequences(samples.histories, maxSeqLen: 8) }
      let miner = try #require(
        HardNegativeMiner(samples, model: try Self.model(), options: options, sequences: own)
      )
      try miner.mineIfDue((0..<Int32(samples.count)).map { $0 }, epoch: 1, step: 0) {}
      mined.append(miner.items(ofStep: 1).items)
    }
    #expect(mined[0].count == 60 && mined[0] == mined[1])
  }

  @Test("a symmetric softmax is refused, with what to use instead")
  func symmetric() throws {
    let model = try Self.model()
    #expect {
      try Trainer(model: model, samples: Self.circle(), options: TrainingTests.options())
    } throws: {
      "\($0)".contains("use a loss from query to item, for example 'sampled_softmax'")
    }
  }

  @Test("blocks that cannot be made are told")
  func shapes() {
    func message(_ change: (inout TwoTowerShape.Transformer) -> Void) -> String {
      do { try ModelGradientTransformerTests.shape(.identity, change).validate() } catch { return "\(error)" }
      return ""
    }
    #expect(message { $0.heads = 4 }.contains("6 does not divide by 4"))
    #expect(message { $0.heads = 65 }.contains("1 to 64 heads"))
    #expect(message { $0.blocks = 0 }.contains("1 to 16 blocks"))
    #expect(message { $0.feedForwardDimension = 0 }.contains("1 to 65536 wide"))
    #expect(message { $0.dropout = 1 }.contains("0 ..< 1"))
    #expect(message { _ in } == "")
  }
}
