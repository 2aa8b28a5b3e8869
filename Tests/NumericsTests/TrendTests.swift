import Glibc
import Memory
import Testing

@testable import Numerics

/// What is clicked just before a request, as a part of scores.
@Suite("recent clicks")
struct TrendTests {
  @Test(
    "a window has the click at its beginning and not that at its end; longer windows have the shorter ones'"
  )
  func bounds() {
    // In no order of time, of three codes.
    var clicks = RecentClicks(
      times: [100, 90, 95, 100, 80, 79, 101],
      codes: [1, 2, 2, 3, 3, 1, 2],
      windows: [5, 20]
    )
    var counts = RecentCounts(vocabulary: 4)
    func counted(_ moment: Int64) -> [[Int]] {
      counts.count(clicks, before: moment)
      return (1...3).map { code in
        counts.place(of: Int32(code)).map { [counts.count($0, in: 0), counts.count($0, in: 1)] } ?? []
      }
    }
    #expect(counted(100) == [[], [1, 2], [0, 1]])
    #expect(counted(101) == [[1, 1], [0, 2], [1, 1]])
    #expect(counted(79) == [[], [], []])
    #expect(counted(.min) == [[], [], []] && counted(.max) == [[], [], []])
    clicks.add([(code: 1, time: 99), (code: 3, time: 200)])
    #expect(counted(100) == [[1, 1], [1, 2], [0, 1]] && counted(205) == [[], [], [1, 1]])
    // Codes without room have no count.
    var few = RecentCounts(vocabulary: 2)
    few.count(clicks, before: 101)
    #expect(few.codes == [1] && few.place(of: 3) == nil)
    // So many that they are sorted in: one a tick, back from 100.
    clicks.add((0..<1_000).map { (code: Int32(2), time: Int64(100 - $0)) })
    // Of code 2 the ticks 96 to 100 and 81 to 100, and besides them one at 95 and one at 90.
    #expect(counted(101) == [[2, 2], [5, 22], [1, 1]])
    #expect(zip(clicks.times, clicks.times.dropFirst()).allSatisfy(<=) && clicks.times.count == 1_009)
  }

  @Test("extreme times, and windows that no time is as long as")
  func extremes() {
    let windows = RecentClicks.windows(hours: [1e-9, 2, 1e9], ticksPerSecond: 1_000_000_000)
    #expect(windows == [3_600, 7_200_000_000_000, .max])
    let clicks = RecentClicks(times: [.min, 0, .max], codes: [0, 1, 2], windows: windows)
    var counts = RecentCounts(vocabulary: 3)
    counts.count(clicks, before: .max)
    #expect(counts.codes == [1] && counts.count(0, in: 2) == 1 && counts.count(0, in: 1) == 0)
    counts.count(clicks, before: 1)
    #expect(counts.codes == [1] && (0..<3).map { counts.count(0, in: $0) } == [1, 1, 1])
    // Further back than times reach.
    counts.count(clicks, before: -5)
    #expect(counts.codes == [0] && (0..<3).map { counts.count(0, in: $0) } == [0, 0, 1])
  }

  @Test("the logarithm of usual counts and of large ones")
  func logarithms() {
    let clicks = RecentClicks(
      times: [Int64](repeating: 5, count: 10_000),
      codes: (0..<10_000).map { $0 < 3 ? 0 : 1 },
      windows: [10]
    )
    var counts = RecentCounts(vocabulary: 2)
    counts.count(clicks, before: 6)
    #expect(
      abs(counts.logarithm(0, in: 0) - 1.3862944) < 1e-6 && abs(counts.logarithm(1, in: 0) - 9.2101405) < 1e-5
    )
  }

  // --- gradients

  private static func makeCase(
    _ loss: ModelGradientLossTests.Loss,
    learned: Bool,
    _ change: (inout TwoTowerShape) -> Void = { _ in }
  ) throws -> ModelCase {
    var test = try ModelCase(
      ModelGradientTests.shape {
        $0.learnsTemperature = learned
        $0.trendHours = [1, 24]
        change(&$0)
      },
      rows: 10,
      candidates: loss.isPool ? 17 : nil
    )
    if learned {
      test.model.logScale?.value[0, 0] = 1.3
      test.oracle.values["log_scale"] = [Double(Float(1.3))]
    }
    (test.oracle.form, test.oracle.sides) = (loss.form, .queries)
    test.oracle.numbers.positivePower = 0.3
    (test.oracle.numbers.topK, test.oracle.numbers.itemCount) = (12, 40)
    test.oracle.numbers.weightTemperature = 0.4
    let count = test.oracle.items.count
    // Some queries have none, some have those of their own candidate among them.
    test.oracle.recent = (0..<10).map { row in
      var counts: [Int: [Int]] = [:]
      for number in 0..<row % 5 {
        let short = (number * 3 + row) % 4
        counts[(number * 7 + row) % count] = [short, short + number * 2]
      }
      return counts
    }
    return test
  }

  private static let losses = ModelGradientLossTests.Loss.directed.filter(\.form.usesTemperature)

  @Test("gradients are derivatives, with every loss that goes by logits", arguments: losses, [false, true])
  func gradients(loss: ModelGradientLossTests.Loss, learned: Bool) throws {
    var test = try Self.makeCase(loss, learned: learned)
    let with = test.oracle.loss
    test.check()
    test.oracle.weights = (0..<10).map { 0.5 + Double($0 % 3) }
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    test.oracle.excluded = (0..<10).map { row in [row % 7, (row * 3) % 10] }
    test.check()
    var without = try Self.makeCase(loss, learned: learned)
    without.oracle.recent = without.oracle.recent.map { _ in [:] }
    #expect(abs(without.oracle.loss - with) > 1e-4)
    without.check()
  }

  @Test("so they are of the first dimensions too", arguments: [false, true])
  func prefixes(learned: Bool) throws {
    var test = try Self.makeCase(.init(isPool: true), learned: learned) { $0.prefixWidths = [2, 4] }
    test.check()
    test.oracle.sparesLabels = true
    test.oracle.bias = test.oracle.items.indices.map { Double($0) / 5 - 1 }
    test.check()
  }

  // --- batches

  /// Clicks of which every one is a sample: users take turns, items are few, times repeat.
  private static func samples(lead: Int64 = 0) -> SampleColumns {
    var samples = SampleColumns(
      users: [],
      items: [],
      categories: [],
      histories: HistoryWindows(clicks: [], starts: [], ends: [])
    )
    let count = 400
    let times = (0..<count).map { Int64($0 / 3 * 10) }
    for click in 0..<count {
      samples.users.append(Int32(1 + click % 7))
      samples.histories.starts.append(Int32(click))
      samples.histories.ends.append(Int32(click))
      // What is clicked changes as time goes on.
      samples.items.append(Int32(1 + (click / 40) * 3 % 30 + (click * click) % 4))
      samples.categories.append(1)
    }
    samples.histories.clicks = samples.items
    samples.trend = RequestTrend(
      clicks: RecentClicks(times: times, codes: samples.items, windows: [25, 400]),
      moments: times.map { $0 - lead }
    )
    return samples
  }

  private static func shape() -> TwoTowerShape {
    var shape = TwoTowerShape(userVocabulary: 8, itemVocabulary: 40, categoryVocabulary: 2)
    (shape.hiddenUnits, shape.embeddingDimension, shape.trendHours) = ([8], 8, [1, 16])
    (shape.temperature, shape.usesCategory) = (0.1, false)
    return shape
  }

  private static func options(_ change: (inout TrainerOptions) -> Void = { _ in }) -> TrainerOptions {
    var options = TrainerOptions()
    (options.sides, options.batchSize, options.learningRate, options.epochs) = (.queries, 32, 2e-2, 3)
    change(&options)
    return options
  }

  @Test(
    "a batch has of each candidate the clicks before its query's request, counted one by one, and never its own",
    arguments: [TrainerOptions.Negatives.batch, .distinctTargets, .pool(size: 36)],
    [Int64(0), 7]
  )
  func counted(negatives: TrainerOptions.Negatives, lead: Int64) throws {
    let samples = Self.samples(lead: lead)
    let trend = try #require(samples.trend)
    let assembler = BatchAssembler(
      samples,
      shape: Self.shape(),
      options: Self.options { $0.negatives = negatives }
    )
    var entries = 0
    for rows in [0..<32, 100..<132, 368..<400] {
      assembler.withBatch(ArraySlice(rows)) { batch in
        guard let recent = batch.trend, let items = batch.candidates.items else {
          Issue.record("a batch has its counts")
          return
        }
        for (row, sample) in rows.enumerated() {
          let moment = trend.moments[sample]
          var found: [Int32: [Float]] = [:]
          for entry in Int(recent.offsets[row])..<Int(recent.offsets[row + 1]) {
            #expect(found[recent.columns[entry]] == nil)
            found[recent.columns[entry]] = [recent.logs[entry * 2], recent.logs[entry * 2 + 1]]
            entries += 1
          }
          for column in 0..<batch.candidateCount {
            let times = zip(trend.clicks.times, trend.clicks.codes).filter { $0.1 == items[column] }.map(\.0)
            let counts = [Int64(25), 400].map { window in times.count { $0 >= moment - window && $0 < moment }
            }
            let expected = counts[1] == 0 ? nil : counts.map { Float(log1p(Double($0))) }
            #expect(found[Int32(column)] == expected)
          }
        }
      }
    }
    #expect(entries > 150)
  }

  @Test(
    "what is learned is the same bytes with one thread and two, and resumed; counts that tell are weighed"
  )
  func learned() throws {
    func model(_ threads: Int, seed: Int = 5) throws -> TwoTowerModel {
      try TwoTowerModel(Self.shape(), seed: seed, compute: Compute(threads: Threads(threads)))
    }
    let options = Self.options { $0.negatives = .pool(size: 36) }
    func weights(_ model: TwoTowerModel) -> [[Float]] { model.parameters.map { $0.value.values } }
    let (one, two) = (try model(1), try model(2))
    let trainer = try Trainer(model: one, samples: Self.samples(), options: options)
    var states: [TrainingState] = []
    try trainer.run(
      TrainingObserver(onEpoch: { _, model in
        states.append(try trainer.stateCopy(of: model))
        return .proceed
      })
    )
    try Trainer(model: two, samples: Self.samples(), options: options).run()
    #expect(weights(one) == weights(two))
    let resumed = try model(2, seed: 77)
    let other = try Trainer(model: resumed, samples: Self.samples(), options: options)
    try other.restore(states[0])
    try other.run()
    #expect(weights(resumed) == weights(one))
    #expect(one.parameters.last?.name == "trend_roots")
    // Scores have logits' weights times the temperature; each began at a half squared.
    let roots = try #require(one.trendRoots?.value.values)
    #expect(roots.allSatisfy { $0 != 0.5 } && roots.contains { $0 > 0.5 })
    #expect(zip(one.trendWeights, roots).allSatisfy { abs($0 - 0.1 * $1 * $1) < 1e-7 })
  }

  @Test(
    "an ensemble's weights are what its scores are of its models': the mean of cosines', the sum of products'"
  )
  func ensemble() throws {
    for similarity in TwoTowerShape.Similarity.allCases {
      var shape = Self.shape()
      (shape.ensemble, shape.similarity) = (2, similarity)
      let model = try TwoTowerModel(shape, seed: 1)
      let learned: [[Float]] = [[1, 3], [2, 0]]
      for (member, roots) in zip(model.members, learned) {
        member.trendRoots?.value.copy(from: Matrix(rows: 1, columns: 2, values: roots))
      }
      let sums: [Float] = [0.5, 0.9]
      let expected = similarity == .cosine ? sums.map { $0 / 2 } : sums
      #expect(zip(model.trendWeights, expected).allSatisfy { abs($0 - $1) < 1e-6 })
      #expect(
        model.weights.map(\.name).filter { $0.hasSuffix("trend_roots") } == [
          "member1_trend_roots", "member2_trend_roots",
        ]
      )
    }
  }

  @Test("losses that cannot have it, samples without it and windows that do not ascend are refused")
  func refusals() throws {
    let model = try TwoTowerModel(Self.shape(), seed: 1)
    func refusal(_ samples: SampleColumns, _ change: (inout TrainerOptions) -> Void = { _ in }) -> String {
      do {
        _ = try Trainer(model: model, samples: samples, options: Self.options(change))
        return ""
      } catch { return "\(error)" }
    }
    #expect(refusal(Self.samples()) == "")
    #expect(refusal(Self.samples()) { $0.sides = .symmetric }.contains("use a loss from query to item"))
    #expect(refusal(Self.samples()) { $0.form = .ccl }.contains("'ccl' is one of cosines"))
    var bare = Self.samples()
    bare.trend = nil
    #expect(refusal(bare).contains("the samples have none"))
    var short = Self.samples()
    short.trend?.moments.removeLast()
    #expect(refusal(short).contains("the moments of 400 requests, got 399"))
    var shape = Self.shape()
    shape.trendHours = [2, 1]
    #expect(throws: ModelError.self) { try shape.validate() }
  }
}
