import Glibc
import Memory
import Testing

@testable import Numerics

@Suite("items that were shown and not clicked")
struct ImpressionTests {
  /// The samples of `HardNegativeTests`, each with its target, 0 to 6 other items and some of its history.
  private static func samples() -> SampleColumns {
    var samples = HardNegativeTests.samples(count: 400)
    var lists = ImpressionLists(offsets: [0], items: [])
    for sample in 0..<samples.count {
      let history = samples.histories.clicks[
        Int(samples.histories.starts[sample])..<Int(samples.histories.ends[sample])
      ]
      let others = (0..<sample % 7).map { Int32(1 + (sample * 11 + $0 * 17) % 60) }
      lists.items += Set([samples.items[sample]] + others + history.suffix(1)).sorted()
      lists.offsets.append(lists.items.count)
    }
    samples.impressions = lists
    return samples
  }

  private static func options(_ change: (inout TrainerOptions) -> Void = { _ in }) -> TrainerOptions {
    TrainingTests.options {
      $0.batchSize = 20
      $0.sides = .queries
      $0.negatives = .pool(size: 30)
      $0.impressionsPerSample = 3
      change(&$0)
    }
  }

  /// The items of each row that it alone, or with few others, sees.
  private func own(_ batch: TwoTowerBatch) throws -> [[Int32]] {
    let own = try #require(batch.own)
    let items = batch.candidates.ids(.item)
    return (0..<batch.queries.count).map { row in own.places(of: row).map { items[Int($0)] } }
  }

  @Test(
    "each sample gets as many of its own as are asked for, its target and what it sees anyway not among them",
    arguments: [false, true]
  )
  func drawn(masksHistory: Bool) throws {
    let samples = Self.samples()
    let lists = try #require(samples.impressions)
    let assembler = BatchAssembler(
      samples,
      shape: .training,
      options: Self.options { $0.masksHistory = masksHistory }
    )
    var drawnRows = 0
    for step in 0..<20 {
      let rows = Array(step * 20..<step * 20 + 20)
      try assembler.withBatch(rows[...], step: step) { batch in
        let shared = try #require(batch.own?.shared)
        let items = (0..<batch.candidates.count).map { batch.candidates.ids(.item)[$0] }
        #expect(shared == 30 && Set(items).count == items.count)
        for (row, own) in try own(batch).enumerated() {
          let target = samples.items[rows[row]]
          #expect(items[Int(batch.labels[row])] == target)
          let history = samples.histories.clicks[
            Int(samples.histories.starts[rows[row]])..<Int(samples.histories.ends[rows[row]])
          ]
          let allowed = lists.items(of: rows[row]).filter {
            $0 != target && !(masksHistory && history.contains($0))
          }
          #expect(Set(own).isSubset(of: allowed) && Set(own).isDisjoint(with: items[..<shared]))
          #expect(own.count <= 3)
          // Where there are no more than asked for, all of them are candidates.
          if allowed.count <= 3 { #expect(Set(allowed).isSubset(of: Set(own).union(items[..<shared]))) }
          drawnRows += own.isEmpty ? 0 : 1
        }
      }
    }
    #expect(drawnRows > 100)
  }

  @Test("what is drawn depends on the seed and the step alone")
  func seeded() throws {
    let samples = Self.samples()
    func draw(step: Int, seed: Int) throws -> [[Int32]] {
      let assembler = BatchAssembler(samples, shape: .training, options: Self.options { $0.seed = seed })
      return try assembler.withBatch([6, 13, 20, 27, 34, 41, 48, 55][...], step: step) { try own($0) }
    }
    #expect(try draw(step: 3, seed: 1) == draw(step: 3, seed: 1))
    #expect(try draw(step: 3, seed: 1) != draw(step: 4, seed: 1))
    #expect(try draw(step: 3, seed: 1) != draw(step: 3, seed: 2))
  }

  /// `q` as `CandidateSampler` has it, from the lists themselves.
  @Test("with logq an item seen by some has the chance that a batch draws it for any sample")
  func logQ() throws {
    let samples = Self.samples()
    let lists = try #require(samples.impressions)
    let options = Self.options { $0.correction = .all }
    try BatchAssembler(samples, shape: .training, options: options).withBatch(Array(0..<20)[...]) { batch in
      let (own, bias) = (try #require(batch.own), try #require(batch.candidateBias))
      #expect(batch.candidates.count > own.shared)
      for place in own.shared..<batch.candidates.count {
        let item = batch.candidates.ids(.item)[place]
        let share = Double(samples.items.count { $0 == item }) / 400
        let shown = (0..<400).reduce(0.0) { sum, sample in
          let list = lists.items(of: sample)
          return sum + (list.contains(item) ? min(1, 3 / Double(list.count)) / 400 : 0)
        }
        let (inBatch, byShown) = (1 - pow(1 - share, 20), 1 - pow(1 - shown, 20))
        let distinct = Double(Set(samples.items[..<20]).count)
        let drawn = (30 - distinct) / (60 - distinct)
        let chance = inBatch + (1 - inBatch) * (byShown + (1 - byShown) * drawn)
        #expect(abs(Double(bias[place]) + log(chance)) < 1e-5)
      }
    }
  }

  @Test("the loss of guessing counts what each query sees")
  func chance() throws {
    try BatchAssembler(Self.samples(), shape: .training, options: Self.options()).withBatch(
      Array(0..<20)[...]
    ) {
      batch in
      let counts = try own(batch).map { 30 + $0.count }
      let mean = counts.reduce(0.0) { $0 + log(Double($1)) } / 20
      #expect(abs(batch.chanceLoss - mean) < 1e-12 && Set(counts).count > 1)
    }
  }

  @Test("lists of shown items that are not asked for change no byte")
  func switchedOff() throws {
    var weights: [[Float]] = []
    for lists in [nil, Self.samples().impressions] {
      var samples = Self.samples()
      samples.impressions = lists
      let model = try TrainingTests.model()
      let options = Self.options {
        $0.impressionsPerSample = 0
        $0.epochs = 1
      }
      try Trainer(model: model, samples: samples, options: options).run()
      weights.append(model.weights.flatMap { $0.matrix.values })
    }
    #expect(weights[0] == weights[1])
  }

  @Test("what is always shown and never clicked is pushed away")
  func learned() throws {
    var means: [Double] = []
    for count in [0, 2] {
      // Item 60 is nobody's target, so that without the lists no loss ever sees it as a candidate.
      var samples = HardNegativeTests.samples(count: 400)
      samples.items = samples.items.map { $0 == 60 ? 59 : $0 }
      samples.categories = samples.items.map { samples.categoryOfItem[Int($0)] }
      samples.impressions = ImpressionLists(
        offsets: Array(0...400),
        items: [Int32](repeating: 60, count: 400)
      )
      let model = try TrainingTests.model()
      let options = Self.options {
        $0.negatives = .distinctTargets
        $0.impressionsPerSample = count
        $0.epochs = 6
        $0.learningRate = 5e-3
      }
      try Trainer(model: model, samples: samples, options: options).run()
      let queries = try model.queryVectors(QueryInputs(users: samples.users, histories: samples.histories))
      let vectors = try model.itemVectors(
        ItemInputs(items: (0..<61).map { $0 }, categories: samples.categoryOfItem)
      )
      // How many of the 60 items are ahead of it, on average.
      let ahead = (0..<samples.count).map { row in
        let scores = (1..<61).map { item in
          zip(queries.row(row), vectors.row(item)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        }
        return scores.count { $0 > scores[59] }
      }
      means.append(Double(ahead.reduce(0, +)) / Double(samples.count))
    }
    #expect(means[1] > means[0] + 5, "\(means)")
  }

  @Test("shown items take merged targets or a pool, and lists that fit")
  func refused() throws {
    let message = "shown items join candidates that all queries share: they take merged targets or a pool"
    #expect(throws: TrainingError.invalid(message)) { try Self.options { $0.negatives = .batch }.validate() }
    var samples = Self.samples()
    samples.impressions?.offsets.removeLast()
    #expect(throws: ModelError.self) { try samples.validate(for: .training) }
    samples = Self.samples()
    samples.impressions?.items[0] = 61
    #expect(throws: ModelError.self) { try samples.validate(for: .training) }
  }
}
