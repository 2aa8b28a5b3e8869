import Memory
import Glibc
import Testing

@testable import Numerics

/// Categorical and numeric features of items, and their age, in every kind of item tower.
@Suite("item features")
struct ItemFeatureTests {
  static func shape(_ change: (inout TwoTowerShape) -> Void = { _ in }) -> TwoTowerShape {
    ModelGradientTests.shape { shape in
      shape.itemCategories = [.init(name: "section", vocabulary: 4), .init(name: "author", vocabulary: 6)]
      shape.itemNumbers = [.init(name: "words", buckets: 5), .init(name: "constant", buckets: 1)]
      shape.itemAge = AgeBuckets(count: 4, longestHours: 100)
      shape.timeSpan = 50
      change(&shape)
    }
  }

  /// A shape whose item tower is of a kind; the query tower is as wide.
  private static func shape(_ kind: TowerKind) -> TwoTowerShape {
    shape {
      $0.itemKind = kind
      guard kind != .mlp else { return }
      $0.hiddenUnits = [7, 5]
      $0.categoryDimension = 5
    }
  }

  // The tolerances are those of `ModelGradientTests`.
  @Test("gradients are the derivatives of the loss", arguments: [TowerKind.mlp, .identity, .residual])
  func gradients(kind: TowerKind) throws {
    for candidates in [nil, 17] {
      var test = try ModelCase(Self.shape(kind), rows: 10, candidates: candidates)
      if candidates != nil { test.oracle.sides = .queries }
      let loss = test.forwardBackward()
      #expect(abs(loss - test.oracle.loss) < 1e-5 * max(1, loss))
      for parameter in test.model.parameters {
        #expect(test.gradientError(parameter) < 1e-4, "\(parameter.name)")
      }
    }
  }

  @Test("each of them alone", arguments: [TowerKind.mlp, .identity])
  func alone(kind: TowerKind) throws {
    let changes: [(inout TwoTowerShape) -> Void] = [
      { ($0.itemNumbers, $0.itemAge) = ([], nil) }, { ($0.itemCategories, $0.itemAge) = ([], nil) },
      { ($0.itemCategories, $0.itemNumbers) = ([], []) },
    ]
    for change in changes {
      var shape = Self.shape(kind)
      change(&shape)
      let test = try ModelCase(shape, rows: 8)
      #expect(abs(test.forwardBackward() - test.oracle.loss) < 1e-5)
      for parameter in test.model.parameters where parameter.name.hasPrefix("emb_item_") {
        #expect(test.gradientError(parameter) < 1e-4, "\(parameter.name)")
      }
    }
  }

  @Test("tables begin at zero, move no other's first weights, and change no vector until they have learned")
  func beginning() throws {
    let with = try TwoTowerModel(Self.shape(.identity), seed: 3)
    var bare = with.shape
    (bare.itemCategories, bare.itemNumbers, bare.itemAge) = ([], [], nil)
    let without = try TwoTowerModel(bare, seed: 3)
    let added = with.parameters.filter { $0.name.hasPrefix("emb_item_") }
    #expect(
      added.map { "\($0.name) \($0.value.rows)" } == [
        "emb_item_category_section 4", "emb_item_category_author 6", "emb_item_number_words 6",
        "emb_item_number_constant 2", "emb_item_age 5",
      ]
    )
    #expect(added.allSatisfy { $0.value.values.allSatisfy { $0 == 0 } })
    let inputs = Self.inputs(of: [4, 0, 7], at: 20)
    var plain = inputs
    plain.features = ItemFeatures()
    #expect(try with.itemVectors(inputs).values == without.itemVectors(plain).values)
    #expect(with.summary.reduce(0) { $0 + $1.parameterCount } == with.parameterCount)
  }

  /// Features of eleven items.
  private static let features = ItemFeatures(
    codes: [(0..<11).map { $0 % 4 }, (0..<11).map { $0 % 6 }],
    places: [(0..<11).map { $0 % 3 == 0 ? 0 : 1 + Float($0) * 0.37 }, (0..<11).map { Float($0 % 2) }],
    createdHours: (0..<11).map { $0 == 5 ? .nan : Double($0) * 9 - 40 }
  )

  private static func inputs(of items: [Int32], at hours: Double) -> ItemInputs {
    func chosen<Value>(_ column: [Value]) -> [Value] { items.map { column[Int($0)] } }
    return ItemInputs(
      items: items,
      categories: items.map { $0 % 4 },
      features: ItemFeatures(
        codes: features.codes.map(chosen),
        places: features.places.map(chosen),
        createdHours: chosen(features.createdHours)
      ),
      atHours: hours
    )
  }

  @Test("vectors of items are the oracle's, with ages at the moment asked for, in all shards of rows")
  func vectors() throws {
    var test = try ModelCase(Self.shape(.residual), rows: 11)
    let items = (0..<300).map { Int32($0 % 11) }
    let inputs = Self.inputs(of: items, at: 30)
    let vectors = try test.model.itemVectors(inputs)
    test.oracle.items = items.map { Int($0) }
    test.oracle.categories = items.map { Int($0 % 4) }
    test.oracle.itemCodes = inputs.features.codes.map { $0.map { Int($0) } }
    let ages = inputs.features.createdHours.map { created in
      created.isNaN ? 0 : 1 + 3 * log1p(min(max(30 - created, 0), 100)) / log1p(100)
    }
    test.oracle.itemPlaces = inputs.features.places.map { $0.map { Double($0) } } + [ages]
    for row in 0..<300 {
      #expect(relativeDifference(vectors.row(row), test.oracle.itemVector(row).map { Float($0) }) < 1e-5)
    }
  }

  @Test("ages lie evenly in ln(1 + hours), held at both ends; none has a place of its own")
  func ages() {
    // numpy: 1 + 23 * numpy.log1p(numpy.clip(a, 0, 8760)) / numpy.log1p(8760)
    let buckets = AgeBuckets(count: 24, longestHours: 8_760)
    let places = [-3, 0, 1, 30, 500, 8_760, 1e6, .infinity].map(buckets.place)
    let expected: [Float] = [1, 1, 2.756_143_5, 9.700_279, 16.750_266, 24, 24, 24]
    #expect(relativeDifference(places, expected) < 1e-6)
    #expect(places[0] == 1 && places[1] == 1 && places.suffix(3).allSatisfy { $0 == 24 })
    #expect(buckets.place(.nan) == 0)
  }

  // --- training

  private static func samples(_ count: Int) -> SampleColumns {
    var generator = NumpyGenerator(seed: 9)
    let items = generator.integers(1, 8, count: count).map { Int32($0) }
    var samples = SampleColumns(
      users: (0..<count).map { Int32($0 % 6) },
      items: items,
      categories: items.map { $0 % 4 },
      // The other items are in histories, so that pools have them.
      histories: HistoryWindows(
        clicks: (1...10).map { $0 },
        starts: (0..<count).map { Int32($0 % 10) },
        ends: (0..<count).map { Int32($0 % 10 + 1) }
      )
    )
    samples.categoryOfItem = (0..<11).map { $0 % 4 }
    samples.itemFeatures = features
    samples.hours = (0..<count).map { Double($0) * 0.7 }
    return samples
  }

  @Test(
    "a candidate has its item's features and its age at a request: its own where it is a target, else in turn",
    arguments: [TrainerOptions.Negatives.batch, .distinctTargets, .pool(size: 9)]
  )
  func candidates(negatives: TrainerOptions.Negatives) {
    var options = TrainerOptions()
    (options.batchSize, options.negatives, options.sides) = (6, negatives, .queries)
    let samples = Self.samples(30)
    let assembler = BatchAssembler(samples, shape: Self.shape(), options: options)
    let rows = [3, 29, 11, 4, 17, 8]
    assembler.withBatch(rows[...]) { batch in
      let count = batch.candidates.count
      let (items, labels) = (batch.candidates.ids(.item), (0..<6).map { Int(batch.labels[$0]) })
      if negatives == .pool(size: 9) { #expect(count == 9) }
      for place in 0..<count {
        let item = Int(items[place])
        for column in 0..<2 {
          let code = batch.candidates.ids(.code(column))[place]
          #expect(code == Self.features.codes[column][item])
          let number = batch.candidates.numbers(.place(column))[place]
          #expect(number == Self.features.places[column][item])
        }
        let request = rows[labels.firstIndex(of: place) ?? place % 6]
        let age = samples.hours[request] - Self.features.createdHours[item]
        let expected = AgeBuckets(count: 4, longestHours: 100).place(age)
        #expect(abs(batch.candidates.numbers(.place(2))[place] - expected) < 1e-5)
      }
    }
  }

  @Test("training with them gives the same bytes with one thread and with three, in one go or resumed")
  func training() throws {
    var options = TrainerOptions()
    (options.batchSize, options.negatives, options.sides) = (16, .pool(size: 16), .queries)
    (options.learningRate, options.epochs, options.timeNoiseHours) = (1e-2, 2, 0.5)
    var results: [[[Float]]] = []
    for threads in [1, 3] {
      let model = try TwoTowerModel(
        Self.shape(.identity),
        seed: 1,
        compute: Compute(threads: Threads(threads))
      )
      let trainer = try Trainer(model: model, samples: Self.samples(200), options: options)
      try trainer.run(TrainingObserver(onEpoch: { _, _ in .stop }))
      let half = try Trainer(model: model, samples: Self.samples(200), options: options)
      try half.restore(trainer.state)
      try half.run()
      results.append(model.parameters.map { $0.value.values })
    }
    #expect(results[0] == results[1])
    let whole = try TwoTowerModel(Self.shape(.identity), seed: 1)
    try Trainer(model: whole, samples: Self.samples(200), options: options).run()
    #expect(whole.parameters.map { $0.value.values } == results[0])
    let age = try #require(whole.parameters.first { $0.name == "emb_item_age" })
    #expect(age.value.values.contains { $0 != 0 })
  }

  @Test("features that do not fit the model are told")
  func errors() throws {
    let model = try TwoTowerModel(Self.shape(), seed: 1)
    func message(_ change: (inout ItemInputs) -> Void) -> String {
      var inputs = Self.inputs(of: [1, 2], at: 0)
      change(&inputs)
      do {
        _ = try model.itemVectors(inputs)
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message { _ in } == "nothing")
    #expect(message { $0.features = ItemFeatures() } == "expected 2 categorical item columns, got 0")
    #expect(message { $0.features.codes[1] = [1] } == "expected 2 codes of author, got 1")
    #expect(
      message { $0.features.codes[0][1] = 4 } == "section number 4 in row 1 is outside of 0..<4"
    )
    #expect(message { $0.features.places.removeLast() } == "expected 2 numeric item columns, got 1")
    #expect(message { $0.features.places[0][0] = 5.5 } == "the places of words must lie in 0...5")
    #expect(message { $0.features.places[0][0] = .nan } == "the places of words must lie in 0...5")
    #expect(
      message { $0.features.createdHours = [] } == "expected 2 times at which items were made, got 0"
    )
    var samples = Self.samples(20)
    samples.hours = []
    #expect(throws: ModelError.input("the age of items takes 20 request times, got 0")) {
      try samples.validate(for: model.shape)
    }
  }

  @Test("shapes that no model can have are told")
  func badShapes() {
    func message(_ change: (inout TwoTowerShape) -> Void) -> String {
      do {
        try Self.shape(change).validate()
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message { $0.itemNumbers[0].buckets = 0 } == "words must have 1 to 100,000 buckets, got 0")
    #expect(message { $0.itemNumbers[1].name = "words" } == "item columns must differ in name")
    #expect(message { $0.itemAge?.count = 1 } == "ages must have 2 to 100,000 buckets, got 1")
    #expect(message { $0.itemAge?.longestHours = 0 } == "the longest age must be above 0 hours, got 0.0")
  }
}
