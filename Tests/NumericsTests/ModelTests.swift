import Memory
import Testing

@testable import Numerics

@Suite("the two-tower model")
struct ModelTests {
  private func notebook() throws -> TwoTowerModel {
    try TwoTowerModel(
      TwoTowerShape(userVocabulary: 20_001, itemVocabulary: 3_641, categoryVocabulary: 462),
      seed: 1
    )
  }

  @Test("the summary lists layers, shapes and weights as Keras does")
  func summary() throws {
    let model = try notebook()
    let lines = model.summary.map {
      "\($0.layer) \($0.outputShape) \($0.parameterCount) \($0.connectedTo.joined(separator: ", "))"
    }
    #expect(
      lines.prefix(11).map { $0.trimmed } == [
        "user (Input) (None,) 0", "history (Input) (None, 30) 0", "item (Input) (None,) 0",
        "category (Input) (None,) 0",
        "emb_user (Embedding) (None, 32) 640032 user",
        "emb_item (Embedding) (None, 30, 32), (None, 32) 116512 history, item",
        "emb_category (Embedding) (None, 8) 3696 category",
        "history_mean (MaskedMean) (None, 32) 0 emb_item, history",
        "user_features (Concatenate) (None, 64) 0 emb_user, history_mean",
        "user_dense0 (Dense, ReLU) (None, 128) 8320 user_features",
        "user_dropout0 (Dropout) (None, 128) 0 user_dense0",
      ]
    )
    #expect(lines.last?.trimmed == "logits (Logits) (None, None) 0 user_vec, item_vec")
    #expect(model.summary.reduce(0) { $0 + $1.parameterCount } == model.parameterCount)
    #expect(model.parameterCount == 640_032 + 116_512 + 3_696 + 18_656 + 15_584)
  }

  @Test("weights begin as Keras draws them, and a further parameter moves no other's")
  func initialWeights() throws {
    let model = try notebook()
    let byName = Dictionary(uniqueKeysWithValues: model.parameters.map { ($0.name, $0.value) })
    let users = try #require(byName["emb_user"]).values
    #expect(users.allSatisfy { $0 >= -0.05 && $0 < 0.05 })
    // The variance of uniform(-a, a) is a^2 / 3; of 640,032 draws it is known to 1 %.
    let variance = users.reduce(0) { $0 + Double($1) * Double($1) } / Double(users.count)
    #expect(abs(variance / (0.05 * 0.05 / 3) - 1) < 0.01)
    let kernel = try #require(byName["user_dense0_kernel"]).values
    let limit = Float((6.0 / (64 + 128)).squareRoot())
    #expect(kernel.allSatisfy { abs($0) <= limit } && (kernel.max() ?? 0) > limit * 0.99)
    #expect(try #require(byName["item_dense2_bias"]).values.allSatisfy { $0 == 0 })
    var shape = model.shape
    shape.usesUserID = false
    let other = try TwoTowerModel(shape, seed: 1)
    let items = try #require(other.parameters.first { $0.name == "emb_item" })
    #expect(items.value.values == byName["emb_item"]?.values)
  }

  @Test("tables larger than the machine's memory are told, not asked for")
  func tooLarge() throws {
    var shape = try notebook().shape
    (shape.userVocabulary, shape.embeddingDimension) = (Int(Int32.max), 1 << 20)
    #expect {
      try TwoTowerModel(shape, seed: nil)
    } throws: {
      "\($0)".contains("rows of 1048576; fewer rows or a smaller embedding_dim fit")
    }
  }

  @Test("weights begin the same for any number of threads, and at zero where none are drawn")
  func threadsAndNothingDrawn() throws {
    let shape = try notebook().shape
    let models = try [1, 2, 3].map {
      try TwoTowerModel(shape, seed: 7, compute: Compute(threads: Threads($0)))
    }
    let weights = models.map { $0.parameters.map(\.value.values) }
    #expect(weights[0] == weights[1] && weights[0] == weights[2])
    let bare = try TwoTowerModel(shape, seed: nil)
    #expect(bare.parameterCount == models[0].parameterCount && bare.summary == models[0].summary)
    #expect(bare.parameters.allSatisfy { $0.value.values.allSatisfy { $0 == 0 } })
  }

  @Test("vectors of any number of rows are the oracle's, and the newest clicks count")
  func vectors() throws {
    let test = try ModelCase(ModelGradientTests.shape(), rows: 300)
    let histories = test.oracle.histories.map { $0.map { Int32($0) } }
    let ends = histories.reduce(into: [Int32]()) { $0.append(($0.last ?? 0) + Int32($1.count)) }
    let windows = HistoryWindows(clicks: histories.flatMap { $0 }, starts: [0] + ends.dropLast(), ends: ends)
    let queries = try test.model.queryVectors(users: test.oracle.users.map { Int32($0) }, histories: windows)
    let items = try test.model.itemVectors(
      items: test.oracle.items.map { Int32($0) },
      categories: test.oracle.categories.map { Int32($0) }
    )
    for row in 0..<300 {
      #expect(relativeDifference(queries.row(row), test.oracle.queryVector(row).map { Float($0) }) < 1e-5)
      #expect(relativeDifference(items.row(row), test.oracle.itemVector(row).map { Float($0) }) < 1e-5)
    }
    #expect(
      try test.model.queryVectors(users: [], histories: HistoryWindows(clicks: [], starts: [], ends: [])).rows
        == 0
    )
  }

  @Test("padding on the left changes nothing, and a history of padding only is an empty one")
  func padding() throws {
    let model = try notebook()
    let short = HistoryWindows(clicks: [5, 9, 7], starts: [0, 3], ends: [3, 3])
    let padded = HistoryWindows(padded: [0, 0, 5, 9, 7, 0, 0, 0, 0, 0], length: 5)
    let left = try model.queryVectors(users: [3, 4], histories: short)
    let right = try model.queryVectors(users: [3, 4], histories: padded)
    #expect(left.values == right.values)
  }

  @Test("without any clicks at all")
  func noClicks() throws {
    let model = try notebook()
    let none = HistoryWindows(clicks: [], starts: [0], ends: [0])
    #expect(try model.queryVectors(users: [3], histories: none).values.allSatisfy(\.isFinite))
  }

  @Test("the same bytes with one thread, two and five")
  func threads() throws {
    var results: [[[Float]]] = []
    for threads in [1, 2, 5] {
      let test = try ModelCase(
        ModelGradientTests.shape { $0.hiddenUnits = [64, 32] },
        rows: 700,
        compute: Compute(threads: Threads(threads))
      )
      let loss = test.forwardBackward()
      results.append([[Float(loss)]] + test.model.parameters.map { $0.fullGradient.values })
    }
    #expect(results[0] == results[1] && results[0] == results[2])
  }

  @Test("inputs that do not fit are told")
  func badInputs() throws {
    let model = try notebook()
    func message(_ body: () throws -> Matrix) -> String {
      do {
        _ = try body()
        return "nothing"
      } catch { return "\(error)" }
    }
    let one = HistoryWindows(clicks: [5], starts: [0], ends: [1])
    #expect(
      message { try model.queryVectors(users: [1, 2], histories: one) }
        == "expected one history a user, got 2 users, 1 histories"
    )
    #expect(
      message { try model.queryVectors(users: [20_001], histories: one) }
        == "user number 20001 in row 0 is outside of 0..<20001"
    )
    let wide = HistoryWindows(clicks: [5], starts: [0], ends: [2])
    #expect(
      message { try model.queryVectors(users: [1], histories: wide) } == "history 0 is 0..<2 of 1 clicks"
    )
    #expect(
      message { try model.itemVectors(items: [4, -1], categories: [0, 0]) }
        == "item number -1 in row 1 is outside of 0..<3641"
    )
    #expect(
      message { try model.itemVectors(items: [4], categories: []) }
        == "expected one category an item, got 1 items, 0 categories"
    )
  }

  @Test("shapes that no model can have are told")
  func badShapes() {
    func message(_ change: (inout TwoTowerShape) -> Void) -> String {
      do {
        try ModelGradientTests.shape(change).validate()
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(message { $0.dropout = 1 } == "dropout must lie in 0 ..< 1, got 1.0")
    #expect(message { $0.temperature = 0 } == "temperature must be above 0, got 0.0")
    #expect(message { $0.hiddenUnits = [8, 0] } == "hidden units must be at least 1, got [8, 0]")
    #expect(
      message { $0.hiddenUnits = [] }
        == "without hidden layers both towers must be equally wide, got 10 and 8"
    )
    #expect(message { $0.maxSeqLen = 0 } == "max_seq_len must be at least 1, got 0")
  }

  @Test("weights are taken over by name, all or none")
  func load() throws {
    let (first, second) = (try notebook(), try TwoTowerModel(notebook().shape, seed: 2))
    try second.load(first.copyWeights().reversed())
    #expect(zip(first.parameters, second.parameters).allSatisfy { $0.value.values == $1.value.values })
    var weights = try first.copyWeights()
    weights[3] = NamedMatrix(name: weights[3].name, matrix: Matrix(rows: 2, columns: 2))
    weights[0].matrix[0, 0] = 99
    #expect(throws: ModelError.weights("user_dense0_kernel must be [64, 128], got [2, 2]")) {
      try second.load(weights)
    }
    #expect(throws: ModelError.weights("the weights have no emb_user")) { try second.load([]) }
    #expect(second.parameters[0].value[0, 0] == first.parameters[0].value[0, 0])
  }
}

extension String {
  fileprivate var trimmed: String { last == " " ? String(dropLast()) : self }
}
