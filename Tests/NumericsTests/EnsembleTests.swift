import Memory
import Testing

@testable import Numerics

@Suite("ensembles, and vectors that can be cut")
struct EnsembleTests {
  private static func shape(_ change: (inout TwoTowerShape) -> Void = { _ in }) throws -> TwoTowerShape {
    var shape = try TrainingTests.model().shape
    change(&shape)
    return shape
  }

  private static func model(_ shape: TwoTowerShape, seed: Int = 42, threads: Int = 2) throws -> TwoTowerModel
  {
    try TwoTowerModel(shape, seed: seed, compute: Compute(threads: Threads(threads)))
  }

  private static func train(_ model: TwoTowerModel, seed: Int = 42, epochs: Int = 2) throws -> Trainer {
    let options = TrainingTests.options {
      $0.seed = seed
      $0.epochs = epochs
      $0.schedule = LearningRateSchedule(.cosine(), warmupSteps: 5)
    }
    let trainer = try Trainer(model: model, samples: TrainingTests.samples(), options: options)
    try trainer.run()
    return trainer
  }

  private static func queries(_ model: TwoTowerModel) throws -> Matrix {
    let samples = TrainingTests.samples(count: 50)
    return try model.queryVectors(users: samples.users, histories: samples.histories)
  }

  private static func items(_ model: TwoTowerModel) throws -> Matrix {
    try model.itemVectors(items: (1...60).map { $0 }, categories: (0..<60).map { 1 + $0 / 10 % 3 })
  }

  private static func product(_ a: UnsafeMutableBufferPointer<Float>, _ b: UnsafeMutableBufferPointer<Float>)
    -> Double
  {
    zip(a, b).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }

  @Test(
    "each model is the one that a training of its own with the next seed gives, and scores are their mean or sum",
    arguments: [TwoTowerShape.Similarity.cosine, .dot],
    [1, 2]
  )
  func members(similarity: TwoTowerShape.Similarity, threads: Int) throws {
    let single = try Self.shape { $0.similarity = similarity }
    var joined = single
    joined.ensemble = 3
    let model = try Self.model(joined, threads: threads)
    let trainer = try Self.train(model)
    let parameters = try Self.model(single).parameterCount
    #expect(joined.vectorDimension == 48 && model.parameterCount == 3 * parameters)
    let alone = try (0..<3).map { try Self.model(single, seed: 42 + $0) }
    var loss = 0.0
    for (place, own) in alone.enumerated() {
      let ownTrainer = try Self.train(own, seed: 42 + place)
      loss += (ownTrainer.reports.last?.meanLoss ?? 0) / 3
      for (left, right) in zip(own.parameters, model.members[place].parameters) {
        #expect(left.value.values == right.value.values, "\(left.name) of model \(place)")
      }
    }
    #expect(abs(loss - (trainer.reports.last?.meanLoss ?? 0)) < 1e-12)
    let (queries, items) = (try Self.queries(model), try Self.items(model))
    let parts = try alone.map { (try Self.queries($0), try Self.items($0)) }
    for (query, item) in [(0, 0), (7, 31), (49, 59)] {
      let sum = parts.reduce(0.0) { $0 + Self.product($1.0.row(query), $1.1.row(item)) }
      let expected = similarity == .cosine ? sum / 3 : sum
      #expect(
        abs(Self.product(queries.row(query), items.row(item)) - expected) < 1e-5 * max(1, abs(expected))
      )
    }
  }

  @Test("a resumed ensemble ends with the same bytes, and its weights are taken back by their names")
  func resumes() throws {
    let shape = try Self.shape { $0.ensemble = 2 }
    let through = try Self.model(shape)
    let options = TrainingTests.options { $0.schedule = LearningRateSchedule(.cosine()) }
    let trainer = try Trainer(model: through, samples: TrainingTests.samples(), options: options)
    var saved: [TrainingState] = []
    try trainer.run(
      TrainingObserver(onEpoch: { _, model in
        var state = try trainer.state
        state.weights = try model.copyWeights()
        saved.append(state)
        return .proceed
      })
    )
    #expect(saved.count == 4)
    for state in saved.prefix(2) {
      let model = try Self.model(shape, seed: 7)
      let resumed = try Trainer(model: model, samples: TrainingTests.samples(), options: options)
      try resumed.restore(state)
      try resumed.run()
      #expect(model.parameters.map(\.value.values) == through.parameters.map(\.value.values))
      #expect(resumed.reports == trainer.reports)
    }
    let again = try TwoTowerModel(shape, weights: through.storedWeights)
    #expect(try Self.queries(again).values == Self.queries(through).values)
    #expect(throws: ModelError.weights("the weights have no member2_emb_user")) {
      _ = try TwoTowerModel(shape, weights: through.storedWeights.filter { $0.name != "member2_emb_user" })
    }
  }

  @Test("vectors cut to the widths they were trained for find as much as whole ones, others do not")
  func cut() throws {
    var rates: [[Double]] = []
    for widths in [[], [2, 4]] {
      // Towers whose vectors can point anywhere: in two dimensions a ReLU would leave them a quarter of the plane.
      let shape = try Self.shape {
        ($0.queryKind, $0.itemKind, $0.categoryDimension, $0.prefixWidths) = (
          .residual, .residual, 16, widths
        )
      }
      let model = try Self.model(shape)
      let trainer = try Self.train(model, epochs: 12)
      let (first, last) = (try #require(trainer.reports.first), try #require(trainer.reports.last))
      #expect(last.meanLoss < 0.8 * last.chanceLoss && last.meanLoss < first.meanLoss)
      rates.append(try [2, 4, 16].map { try Self.hitRate(model, width: $0) })
    }
    // Two dimensions tell six groups apart only where they are made to.
    #expect(rates[1][0] > rates[0][0] + 0.1, "\(rates)")
    #expect(rates[1][1] > 0.85 && rates[1][2] > 0.9, "\(rates)")
  }

  /// As `TrainingTests.hitRate`, by the first dimensions alone.
  private static func hitRate(_ model: TwoTowerModel, width: Int) throws -> Double {
    let samples = TrainingTests.samples(count: 300)
    let queries = try model.prefixes(
      of: model.queryVectors(users: samples.users, histories: samples.histories),
      width: width
    )
    let items = try model.prefixes(of: items(model), width: width)
    #expect(queries.columns == width && abs(product(queries.row(3), queries.row(3)) - 1) < 1e-5)
    var hits = 0
    for row in 0..<queries.rows {
      let scores = (0..<60).map { product(queries.row(row), items.row($0)) }
      let nearest = (0..<60).sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(10)
      hits += nearest.contains(Int(samples.items[row]) - 1) ? 1 : 0
    }
    return Double(hits) / Double(queries.rows)
  }

  @Test("shapes that cannot be are told")
  func mistakes() throws {
    func message(_ change: (inout TwoTowerShape) -> Void) throws -> String {
      let shape = try Self.shape(change)
      do { try shape.validate() } catch { return "\(error)" }
      return "nothing"
    }
    #expect(try message { $0.ensemble = 1 }.contains("2 to 64 models"))
    #expect(try message { ($0.ensemble, $0.prefixWidths) = (2, [8]) }.contains("takes no widths"))
    #expect(try message { $0.prefixWidths = [8, 8] }.contains("must ascend"))
    #expect(try message { $0.prefixWidths = [16] }.contains("below that of the vectors, 16"))
    #expect(try message { $0.prefixWidths = [15] } == "nothing")
  }
}
