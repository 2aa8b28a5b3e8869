import Memory
import Testing

@testable import Numerics

/// Multi-valued columns, words and pretrained vectors of items, items without their own embedding, and features of users.
@Suite("bags, pretrained vectors and features of users")
struct FurtherFeatureTests {
  static func shape(_ kind: TowerKind, _ change: (inout TwoTowerShape) -> Void = { _ in }) -> TwoTowerShape {
    ModelGradientTests.shape { shape in
      (shape.queryKind, shape.itemKind) = (kind, kind)
      shape.hiddenUnits = [7, 5]
      shape.categoryDimension = kind == .mlp ? 3 : 5
      shape.itemBags = [.init(name: "multi_genres", vocabulary: 6), .init(name: "text_title", vocabulary: 9)]
      shape.itemVectors = .init(rows: 8, width: 4, isLearned: false)
      shape.userCategories = [.init(name: "job", vocabulary: 4), .init(name: "sex", vocabulary: 3)]
      shape.userNumbers = [.init(name: "age", buckets: 5)]
      shape.userBags = [.init(name: "multi_tags", vocabulary: 7)]
      change(&shape)
    }
  }

  // The tolerances are those of `ModelGradientTests`.
  private func check(_ test: ModelCase, _ what: String) {
    let loss = test.forwardBackward()
    #expect(abs(loss - test.oracle.loss) < 1e-5 * max(1, loss), "\(what)")
    for parameter in test.model.parameters {
      #expect(test.gradientError(parameter) < 1e-4, "\(what): \(parameter.name)")
    }
  }

  @Test("gradients are the derivatives of the loss, in every tower", arguments: TowerKind.allCases)
  func gradients(kind: TowerKind) throws {
    for isLearned in [false, true] {
      for dropout in [nil, 0.4] {
        let shape = Self.shape(kind) {
          $0.itemVectors?.isLearned = isLearned
          $0.itemIDDropout = dropout
        }
        var test = try ModelCase(shape, rows: 10, candidates: 17)
        test.oracle.sides = .queries
        check(test, "\(kind), learned \(isLearned), dropout \(dropout ?? 0)")
      }
    }
  }

  @Test("likewise with items at length one and more rows than a shard has")
  func unitRows() throws {
    let shape = Self.shape(.identity) {
      $0.normalizesItems = true
      $0.unitEpsilon = 0.05
      $0.itemIDDropout = 0.4
      $0.itemVectors?.isLearned = true
    }
    check(try ModelCase(shape, rows: 140), "unit rows")
  }

  @Test("a frozen table is no parameter: nothing of a step moves it")
  func frozen() throws {
    let model = try TwoTowerModel(Self.shape(.identity), seed: 1)
    #expect(!model.parameters.contains { $0.name == "emb_item_vectors" })
    #expect(model.constants.map(\.name) == ["emb_item_vectors"])
    #expect(model.weights.count + 1 == model.storedWeights.count)
    #expect(model.summary.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
    let learned = try TwoTowerModel(Self.shape(.mlp) { $0.itemVectors?.isLearned = true }, seed: 1)
    #expect(learned.constants.isEmpty && learned.parameters.contains { $0.name == "emb_item_vectors" })
    #expect(learned.summary.reduce(0) { $0 + $1.parameterCount } == learned.parameterCount)
  }

  @Test("they begin at zero, move no other's first weights, and change no vector until they have learned")
  func beginning() throws {
    let with = try TwoTowerModel(Self.shape(.identity), seed: 3)
    let without = try TwoTowerModel(ModelGradientTests.shape { $0 = Self.bare($0) }, seed: 3)
    let inputs = Self.inputs(of: [4, 0, 7])
    var plain = inputs
    plain.features = ItemFeatures()
    try with.load(itemVectors: Matrix(rows: 8, columns: 4, values: (0..<32).map { Float($0) }))
    #expect(try with.itemVectors(inputs).values == without.itemVectors(plain).values)
    let histories = HistoryWindows(clicks: [1, 2, 3], starts: [0, 1], ends: [2, 3])
    let asked = QueryInputs(users: [1, 2], histories: histories, features: Self.users.rows([1, 2]))
    var bare = asked
    bare.features = UserFeatures()
    #expect(try with.queryVectors(asked).values == without.queryVectors(bare).values)
  }

  private static func bare(_ shape: TwoTowerShape) -> TwoTowerShape {
    var shape = shape
    (shape.queryKind, shape.itemKind, shape.hiddenUnits) = (.identity, .identity, [7, 5])
    shape.categoryDimension = 5
    return shape
  }

  /// The features of eleven items: bags of none to two values, vectors for all but every fourth.
  private static let features = ItemFeatures(
    bags: [bags(11, below: 6), bags(11, below: 9)],
    vectorRows: (0..<11).map { $0 % 4 == 0 ? 0 : $0 % 8 }
  )

  /// Those of six users.
  private static let users = UserFeatures(
    codes: [(0..<6).map { $0 % 4 }, (0..<6).map { $0 % 3 }],
    places: [(0..<6).map { $0 % 3 == 0 ? 0 : 1 + Float($0) * 0.5 }],
    bags: [bags(6, below: 7)]
  )

  private static func bags(_ rows: Int32, below vocabulary: Int32) -> Bags {
    var bags = Bags()
    for row in 0..<rows {
      for place in 0..<row % 3 {
        bags.codes.append(1 + (row + place) % (vocabulary - 1))
        bags.weights.append(1 / Float(row % 3))
      }
      bags.offsets.append(Int32(bags.codes.count))
    }
    return bags
  }

  private static func inputs(of items: [Int32]) -> ItemInputs {
    ItemInputs(
      items: items,
      categories: items.map { $0 % 4 },
      features: features.rows(items.map { Int($0) })
    )
  }

  @Test("vectors of items and of queries are the oracle's, in all shards of rows")
  func vectors() throws {
    var test = try ModelCase(Self.shape(.residual), rows: 11)
    let items = (0..<300).map { Int32($0 % 11) }
    let vectors = try test.model.itemVectors(Self.inputs(of: items))
    func entries(_ bags: Bags) -> [[(code: Int, weight: Double)]] {
      (0..<bags.count).map { row in
        (Int(bags.offsets[row])..<Int(bags.offsets[row + 1]))
          .map { (Int(bags.codes[$0]), Double(bags.weights[$0])) }
      }
    }
    test.oracle.items = items.map { Int($0) }
    test.oracle.categories = items.map { Int($0 % 4) }
    let features = Self.features.rows(items.map { Int($0) })
    test.oracle.itemBags = features.bags.map(entries)
    test.oracle.vectorRows = features.vectorRows.map { Int($0) }
    for row in 0..<300 {
      #expect(relativeDifference(vectors.row(row), test.oracle.itemVector(row).map { Float($0) }) < 1e-5)
    }
    let users = (0..<200).map { Int32($0 % 6) }
    let histories = HistoryWindows(
      clicks: (1...10).map { $0 },
      starts: users.map { $0 },
      ends: users.map { $0 + 3 }
    )
    let asked = Self.users.rows(users.map { Int($0) })
    let queries = try test.model.queryVectors(
      QueryInputs(users: users, histories: histories, features: asked)
    )
    test.oracle.users = users.map { Int($0) }
    test.oracle.histories = users.map { [Int($0) + 1, Int($0) + 2, Int($0) + 3] }
    test.oracle.userCodes = asked.codes.map { $0.map { Int($0) } }
    test.oracle.userPlaces = asked.places.map { $0.map { Double($0) } }
    test.oracle.userBags = asked.bags.map(entries)
    for row in 0..<200 {
      #expect(relativeDifference(queries.row(row), test.oracle.queryVector(row).map { Float($0) }) < 1e-5)
    }
  }

  // --- training

  private static func samples(_ count: Int) -> SampleColumns {
    var generator = NumpyGenerator(seed: 9)
    let items = generator.integers(1, 8, count: count).map { Int32($0) }
    var samples = SampleColumns(
      users: (0..<count).map { Int32($0 % 6) },
      items: items,
      categories: items.map { $0 % 4 },
      histories: HistoryWindows(
        clicks: (1...10).map { $0 },
        starts: (0..<count).map { Int32($0 % 10) },
        ends: (0..<count).map { Int32($0 % 10 + 1) }
      )
    )
    samples.categoryOfItem = (0..<11).map { $0 % 4 }
    samples.itemFeatures = features
    samples.userFeatures = users
    return samples
  }

  private static func options(_ change: (inout TrainerOptions) -> Void = { _ in }) -> TrainerOptions {
    var options = TrainerOptions()
    (options.batchSize, options.negatives, options.sides) = (16, .pool(size: 16), .queries)
    (options.learningRate, options.epochs) = (1e-2, 2)
    change(&options)
    return options
  }

  @Test(
    "a batch has the features of its candidates and of its users; about p of the candidates lack their own"
  )
  func batches() throws {
    let shape = Self.shape(.identity) { $0.itemIDDropout = 0.25 }
    let samples = Self.samples(400)
    let assembler = BatchAssembler(
      samples,
      shape: shape,
      options: Self.options { ($0.batchSize, $0.negatives) = (100, .batch) }
    )
    var dropped: [Set<Int>] = []
    for step in 0..<40 {
      let rows = Array(step % 4 * 100..<step % 4 * 100 + 100)
      assembler.withBatch(rows[...], step: step) { batch in
        let items = batch.candidates.ids(.item)
        for place in [0, 17, 99] {
          let (item, user) = (Int(items[place]), rows[place] % 6)
          #expect(batch.candidates.ids(.vector)[place] == Self.features.vectorRows[item])
          for column in 0..<2 {
            let bags = batch.candidates.bags(column)
            let codes = bags.entries(place).map { bags.codes[$0] }
            #expect(codes == Self.features.bags[column].rows([item]).codes)
          }
          #expect(batch.queries.ids(.code(0))[place] == Self.users.codes[0][user])
          #expect(batch.queries.numbers(.place(0))[place] == Self.users.places[0][user])
          let bags = batch.queries.bags(0)
          #expect(bags.entries(place).map { bags.codes[$0] } == Self.users.bags[0].rows([user]).codes)
        }
        let own = batch.candidates.ownItems
        dropped.append(Set((0..<100).filter { own?.entries($0).isEmpty == true }))
      }
    }
    // 4,000 draws at 0.25: the standard deviation is 27.4.
    let count = dropped.reduce(0) { $0 + $1.count }
    #expect(abs(count - 1_000) < 120, "\(count)")
    #expect(dropped[0] != dropped[1])
  }

  @Test(
    "training gives the same bytes with one thread and with three, in one go or resumed; frozen vectors stay"
  )
  func training() throws {
    for isLearned in [false, true] {
      let shape = Self.shape(.identity) {
        $0.itemIDDropout = 0.3
        $0.itemVectors?.isLearned = isLearned
      }
      let vectors = Matrix(rows: 8, columns: 4, values: (0..<32).map { Float($0 % 5) - 2 })
      func model(_ threads: Int) throws -> TwoTowerModel {
        let model = try TwoTowerModel(shape, seed: 1, compute: Compute(threads: Threads(threads)))
        try model.load(itemVectors: vectors)
        return model
      }
      var results: [[[Float]]] = []
      for threads in [1, 3] {
        let first = try model(threads)
        let trainer = try Trainer(model: first, samples: Self.samples(200), options: Self.options())
        try trainer.run(TrainingObserver(onEpoch: { _, _ in .stop }))
        let second = try model(threads)
        let half = try Trainer(model: second, samples: Self.samples(200), options: Self.options())
        try half.restore(trainer.state)
        try half.run()
        results.append(second.storedWeights.map { $0.matrix.values })
      }
      #expect(results[0] == results[1])
      let whole = try model(1)
      try Trainer(model: whole, samples: Self.samples(200), options: Self.options()).run()
      #expect(whole.storedWeights.map { $0.matrix.values } == results[0])
      for parameter in whole.parameters where !["emb_category", "emb_user"].contains(parameter.name) {
        #expect(parameter.value.values.contains { $0 != 0 }, "\(parameter.name)")
      }
      let after = try #require(whole.storedWeights.first { $0.name == "emb_item_vectors" }).matrix.values
      #expect((after == vectors.values) == !isLearned)
    }
  }

  @Test("hard negatives are mined with the features of users")
  func mining() throws {
    let model = try TwoTowerModel(Self.shape(.identity), seed: 1)
    let options = Self.options {
      $0.hardNegatives = HardNegativeOptions()
      $0.hardNegatives?.ranks = 1...4
      $0.hardNegatives?.startEpoch = 1
      $0.negatives = .distinctTargets
    }
    let trainer = try Trainer(model: model, samples: Self.samples(200), options: options)
    try trainer.run()
    #expect(trainer.reports.contains { $0.hardNegatives > 0 })
  }

  // --- what does not fit

  @Test("features that do not fit the model are told")
  func errors() throws {
    let model = try TwoTowerModel(Self.shape(.mlp), seed: 1)
    func message(_ change: (inout ItemInputs) -> Void) -> String {
      var inputs = Self.inputs(of: [1, 2])
      change(&inputs)
      do {
        _ = try model.itemVectors(inputs)
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message { _ in } == "nothing")
    #expect(message { $0.features.bags = [] } == "expected 2 multi-valued item columns, got 0")
    #expect(message { $0.features.bags[0].offsets.removeLast() } == "expected 2 bags of multi_genres, got 1")
    #expect(
      message { $0.features.bags[0].codes[0] = 6 } == "multi_genres number 6 in row 0 is outside of 0..<6"
    )
    #expect(
      message { $0.features.bags[1].codes[0] = 0 } == "code 0 of text_title is unknown and stands in no bag"
    )
    #expect(
      message { $0.features.bags[1].weights[0] = .nan } == "the bags of text_title do not fit together"
    )
    #expect(message { $0.features.vectorRows = [] } == "expected 2 rows of pretrained vectors, got 0")
    #expect(
      message { $0.features.vectorRows[1] = 8 }
        == "pretrained vector number 8 in row 1 is outside of 0..<8"
    )
    let histories = HistoryWindows(clicks: [1], starts: [0], ends: [1])
    #expect(throws: ModelError.input("expected 2 categorical user columns, got 0")) {
      try model.queryVectors(QueryInputs(users: [1], histories: histories))
    }
    #expect(throws: ModelError.weights("emb_item_vectors must be [8, 4], got [7, 4]")) {
      try model.load(itemVectors: Matrix(rows: 7, columns: 4))
    }
    let bare = try TwoTowerModel(ModelGradientTests.shape { $0 = Self.bare($0) }, seed: 1)
    #expect(throws: ModelError.weights("the model takes no pretrained vectors")) {
      try bare.load(itemVectors: Matrix(rows: 7, columns: 4))
    }
  }

  @Test("shapes that no model can have are told")
  func badShapes() {
    func message(_ change: (inout TwoTowerShape) -> Void) -> String {
      do {
        try Self.shape(.mlp, change).validate()
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(
      message { $0.itemIDDropout = 1 } == "the dropout of item embeddings must lie in 0 < p < 1, got 1.0"
    )
    #expect(message { $0.userBags.append($0.userBags[0]) } == "user columns must differ in name")
    #expect(message { $0.itemBags.append($0.itemBags[0]) } == "item columns must differ in name")
    #expect(
      message { $0.itemVectors?.width = 0 } == "pretrained vectors must have rows and columns, got 8 and 0"
    )
    let bare = message {
      ($0.itemBags, $0.itemVectors, $0.usesCategory, $0.itemIDDropout) = ([], nil, false, 0.5)
    }
    #expect(bare.hasPrefix("item_id_dropout leaves nothing of an item that has no features"))
  }

  @Test("bags are summed alike by both kernels, in blocks of wider matrices")
  func kernels() {
    var samples = KernelSamples()
    let table = samples.matrix(9, 13)
    let bags = BagColumn(Self.bags(11, below: 9))
    for adds in [false, true] {
      let (left, right) = (samples.matrix(11, 20), Matrix(rows: 11, columns: 20))
      right.copy(from: left)
      FastKernels().sumBags(bags.all, of: table.start, adds: adds, into: left.view.columns(3..<16))
      ReferenceKernels().sumBags(bags.all, of: table.start, adds: adds, into: right.view.columns(3..<16))
      #expect(relativeDifference(left.values, right.values) < 2e-6)
    }
  }
}
