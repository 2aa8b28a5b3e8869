import Files
import Foundation
import Notebook
import Numerics
import TestSupport
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

@Suite("Artifacts")
struct ArtifactTests {
  private static func world(names: Bool = false) throws -> ConfigArtifact {
    var options = SyntheticOptions()
    (options.users, options.items, options.clicks, options.interests) = (60, 40, 600, 5)
    let made = try SyntheticClicks(options)
    var data = ConfigArtifact(log: made.log, items: made.table)
    guard names else { return data }
    data.log.extras = [
      LogColumn(
        name: "device",
        values: .names(codes: data.log.users.map { Int32($0 % 2) }, names: ["a", "b,\"c\""])
      )
    ]
    data.log.droppedRows = 3
    data.items.facts.clickedButMissing = 7
    return data
  }

  private static func encoded(_ data: ConfigArtifact) throws -> (SplitArtifact, EncodeArtifact) {
    var split = try ClickSplitter.split(data.log, SplitOptions())
    split.holdOutNewestForValidation()
    let catalogue = Catalogue(data.items)
    let clicks = try EncodedClicks(split.history, catalogue, EncodingOptions())
    let history = split.requestHistory
    let requests = EncodedRequests(
      offsets: history.offsets,
      items: catalogue.itemVocabulary.codes(of: history.items)
    )
    let encode = EncodeArtifact(table: data.items, clicks: clicks, catalogue: catalogue, requests: requests)
    return (SplitArtifact(data: split), encode)
  }

  /// Through a bundle, a file, and back.
  private static func stored<A: Artifact>(_ artifact: A) throws -> A {
    let folder = try ScratchFolder()
    let path = FilePaths.join(folder.path, "artifact.bundle")
    try BundleFile.write(try artifact.bundle(), to: path)
    return try A(bundle: try BundleFile.read(path))
  }

  @Test("logs and catalogues come back as they were stored", arguments: [false, true])
  func config(names: Bool) throws {
    let data = try Self.world(names: names)
    let back = try Self.stored(data)
    #expect(back.log == data.log)
    #expect(back.items == data.items)
  }

  @Test("splits and encodings come back as they were stored")
  func splitAndEncode() throws {
    let (split, encode) = try Self.encoded(try Self.world())
    #expect(try Self.stored(split).data == split.data)
    let back = try Self.stored(encode)
    #expect(back.clicks == encode.clicks)
    #expect(back.catalogue == encode.catalogue)
    #expect(back.requests == encode.requests)
  }

  @Test("models come back with the same weights and give the same vectors")
  func train() throws {
    let (_, encode) = try Self.encoded(try Self.world())
    let model = try Self.model(encode)
    let back = try Self.stored(TrainArtifact(model: model)).model
    #expect(back.shape == model.shape)
    for (own, other) in zip(model.weights, back.weights) {
      #expect(own.name == other.name)
      #expect(own.matrix.values == other.matrix.values)
    }
  }

  @Test("requests come at their users' last clicks, or all at one moment")
  func requestTimes() throws {
    let data = try Self.world()
    var (split, encode) = try Self.encoded(data)
    encode.clickFeatures = try RequestFeatures(split.data.history, [], in: data.log)
    encode.requestFeatures = try RequestFeatures(split.data.requestHistory, [], in: data.log)
    encode.clock = RequestClock(encode.clickFeatures.times, unit: data.log.timeUnit)
    var shape = TwoTowerShape(userVocabulary: 61, itemVocabulary: 41, categoryVocabulary: 6)
    shape.timeWidths = [2]
    let ends = encode.requests.offsets.dropFirst().map(Int32.init)
    let histories = HistoryWindows(
      clicks: encode.requests.items,
      starts: encode.requests.offsets.dropLast().map(Int32.init),
      ends: ends
    )
    let users = [Int32](1...Int32(ends.count))
    let model = try TwoTowerModel(shape, seed: nil)
    let own = encode.requestQueries(of: model).inputs(users, histories)
    let times = encode.requestFeatures.times
    #expect(own.hours == ends.map { Float(encode.clock.hours(times[Int($0) - 1])) })
    encode.requestMoment = times.max()
    let back = try Self.stored(encode)
    #expect(back.requestMoment == encode.requestMoment)
    let all = back.requestQueries(of: model).inputs(users, histories)
    #expect(Set(all.hours) == [try #require(own.hours.max())])
  }

  @Test("an evaluation comes back with every user's values")
  func evaluation() throws {
    func scores(_ values: [Double]) -> RankingScores {
      RankingScores(metrics: [.hitRate, .ndcg], cutoffs: [5, 20], values: values)
    }
    let rows = [
      EvalArtifact.Row(
        name: "two-tower",
        scores: scores((0..<12).map { Double($0) / 12 }),
        validation: scores([0, 1, 0, 1])
      ),
      EvalArtifact.Row(name: "popularity", scores: scores([Double](repeating: 0.5, count: 12))),
    ]
    let artifact = EvalArtifact(users: [3, 5, 8], rows: rows, validationUsers: [5])
    let back = try Self.stored(artifact)
    #expect(back.users == artifact.users && back.rows == artifact.rows && back.validationUsers == [5])
    #expect(back.metrics.map(\.name) == ["hit_rate@5", "hit_rate@20", "ndcg@5", "ndcg@20"])
  }

  @Test("an artifact read from another kind of bundle is an error, not a crash")
  func wrongBundle() throws {
    let eval = try EvalArtifact(users: [], rows: []).bundle()
    #expect(throws: BundleError.missing("shape")) { try TrainArtifact(bundle: eval) }
    #expect(throws: BundleError.missing("log.unit")) { try ConfigArtifact(bundle: eval) }
  }

  @Test(
    "models of every pooling come back with the same weights and give the same vectors",
    arguments: TwoTowerShape.Pooling.allCases
  )
  func poolings(pooling: TwoTowerShape.Pooling) throws {
    let (_, encode) = try Self.encoded(try Self.world())
    let model = try Self.model(encode) {
      $0.pooling = pooling
      $0.positionRate = 0.5
      if pooling == .transformer { $0.transformer = .init() }
    }
    let back = try Self.stored(TrainArtifact(model: model)).model
    #expect(back.shape == model.shape && back.shape.pooling == pooling)
    let histories = HistoryWindows(clicks: [3, 7, 0, 5], starts: [0, 1, 4], ends: [4, 2, 4])
    #expect(
      try back.queryVectors(users: [1, 2, 3], histories: histories).values
        == model.queryVectors(users: [1, 2, 3], histories: histories).values
    )
  }

  @Test("a shape that lacks any of its properties is an error, never another model")
  func incompleteShapes() throws {
    var shape = TwoTowerShape(userVocabulary: 5, itemVocabulary: 7, categoryVocabulary: 3)
    shape.categoryDimension = 9
    shape.itemAge = AgeBuckets(count: 4, longestHours: 24)
    let bare = try SavedShape.encoded(shape)
    for name in [
      "Bags", "Vectors", "IDDropout", "userCategories", "userNumbers", "ensemble", "prefixWidths",
      "interests", "transformer", "trend",
    ] {
      #expect(!bare.contains(name), "what is not used is not written")
    }
    shape.itemBags = [.init(name: "multi_genres", vocabulary: 4)]
    shape.itemVectors = .init(rows: 3, width: 2, isLearned: true)
    shape.itemIDDropout = 0.25
    shape.userCategories = [.init(name: "job", vocabulary: 3)]
    shape.userNumbers = [.init(name: "age", buckets: 3)]
    shape.userBags = [.init(name: "multi_tags", vocabulary: 5)]
    var joined = shape
    joined.ensemble = 3
    #expect(try SavedShape.decoded(try SavedShape.encoded(joined)) == joined)
    shape.prefixWidths = [8, 16]
    shape.interests = 4
    (shape.trendHours, shape.trendWeights) = ([0.5, 2], [0.1, 0])
    shape.transformer = .init()
    let text = try SavedShape.encoded(shape)
    #expect(try SavedShape.decoded(text) == shape)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    // An ensemble has no widths and no interests of its own.
    #expect(object.count == Mirror(reflecting: shape).children.count - 1)
    let mayBeAbsent: Set = [
      "categoryDimension", "itemAge", "itemBags", "itemVectors", "itemIDDropout", "userCategories",
      "userNumbers", "userBags", "prefixWidths", "transformer", "interests",
      "trendHours", "trendWeights",
    ]
    for key in object.keys where !mayBeAbsent.contains(key) {
      var cut = object
      cut[key] = nil
      let json = String(decoding: try JSONSerialization.data(withJSONObject: cut), as: UTF8.self)
      #expect(throws: BundleError.self, "\(key)") { try SavedShape.decoded(json) }
    }
    shape.pooling = .transformer
    #expect(try SavedShape.decoded(try SavedShape.encoded(shape)).transformer?.blocks == 2)
    shape.transformer = nil
    #expect(throws: BundleError.self) { try SavedShape.decoded(try SavedShape.encoded(shape)) }
  }

  @Test("a saved model is loaded again without a recipe and ranks the same")
  func savedModel() throws {
    let data = try Self.world()
    let (split, encode) = try Self.encoded(data)
    let model = try Self.model(encode)
    let folder = try ScratchFolder()
    let saved = SavedModel(
      model: model,
      users: split.data.history.users,
      catalogue: encode.catalogue,
      categoryNames: nil,
      userNames: nil,
      itemNames: ["a", "ü", "\"x\",\ny"]
    )
    try TowerbookExport.write(saved) { folder.file($0) }
    let back = try SavedModel(folder: folder.path)
    #expect(back.users == saved.users)
    #expect(back.catalogue == saved.catalogue)
    #expect(back.itemNames == saved.itemNames)
    let own = try model.itemVectors(
      items: encode.catalogue.itemCodes,
      categories: encode.catalogue.categoryCodes
    )
    let other = try back.model.itemVectors(
      items: back.catalogue.itemCodes,
      categories: back.catalogue.categoryCodes
    )
    #expect(own.values == other.values)
  }

  @Test("a saved model with a missing or damaged file says which")
  func damagedSavedModel() throws {
    let folder = try ScratchFolder()
    let missing = #expect(throws: SavedModelFailure.self) { try SavedModel(folder: folder.path) }
    #expect(missing?.description == "there is no 'manifest.json' in '\(folder.path)': it is no saved model")
  }

  private static func model(
    _ encode: EncodeArtifact,
    _ change: (inout TwoTowerShape) -> Void = { _ in }
  ) throws -> TwoTowerModel {
    var shape = TwoTowerShape(
      userVocabulary: encode.clicks.userVocabulary.size,
      itemVocabulary: encode.catalogue.itemVocabulary.size,
      categoryVocabulary: encode.catalogue.categoryVocabulary.size
    )
    (shape.embeddingDimension, shape.hiddenUnits, shape.maxSeqLen) = (8, [16, 8], 30)
    change(&shape)
    return try TwoTowerModel(shape, seed: 5)
  }
}

@Suite("Holding out for validation")
struct ValidationSplitTests {
  @Test("the newest history click of who has two is taken out, and requests at test time see it again")
  func secondLast() throws {
    // User 1 clicks 10, 11, 12, 13; user 2 clicks 20, 21; user 3 clicks 30 only.
    let log = ClickLog(
      users: [1, 1, 1, 1, 2, 2, 3],
      items: [10, 11, 12, 13, 20, 21, 30],
      times: [1, 2, 3, 4, 5, 6, 7]
    )
    var split = try ClickSplitter.split(log, SplitOptions())
    split.holdOutNewestForValidation()
    #expect(split.heldOut.items == [13, 21])
    #expect(split.history.users == [1, 2])
    #expect(split.history.items == [10, 11, 20])
    #expect(split.history.times == [1, 2, 5])
    #expect(split.validation?.users == [1])
    #expect(split.validation?.items == [12])
    #expect(split.requestHistory.items == [10, 11, 12, 20])
    #expect(split.requestHistory.offsets == [0, 3, 4])
    #expect(split.requestHistory.rows == [0, 1, 2, 4])
  }

  /// Users 0, 10, ..., 990 with three clicks each, and user 5 with one click to learn from.
  private static func hundred() throws -> SplitData {
    var clicks: [(user: Int64, item: Int64)] = [(5, 1), (5, 2)]
    for user in 0..<100 { clicks += (1...3).map { (Int64(user * 10), Int64($0)) } }
    let log = ClickLog(users: clicks.map(\.user), items: clicks.map(\.item), times: nil)
    return try ClickSplitter.split(log, SplitOptions())
  }

  @Test("a share of the users is NumPy's draw among those with two history clicks; the others keep theirs")
  func shareOfUsers() throws {
    var split = try Self.hundred()
    let before = split
    split.holdOutNewestForValidation(share: 0.1, seed: 42)
    // default_rng(SeedSequence(42, spawn_key=[10, *b"validation" as words])).choice(100, size=10, replace=False)
    let drawn: [Int64] = [3, 25, 42, 27, 5, 2, 98, 71, 19, 40]
    #expect(split.validation?.users == drawn.map { $0 * 10 }.sorted())
    #expect(split.validation?.items == [Int64](repeating: 2, count: 10))
    #expect(split.history.users == before.history.users && split.history.clickCount == 191)
    for user in split.history.users.indices {
      let isDrawn = drawn.contains(split.history.users[user] / 10) && split.history.users[user] != 5
      #expect(split.history.range(user).count == (isDrawn || split.history.users[user] == 5 ? 1 : 2))
    }
    #expect(split.heldOut == before.heldOut && split.requestHistory == before.history)
  }

  @Test("another seed draws other users, and every share draws one at least and leaves what is not there")
  func sharesAndSeeds() throws {
    var other = try Self.hundred()
    other.holdOutNewestForValidation(share: 0.1, seed: 7)
    #expect(other.validation?.users == [0, 1, 22, 26, 34, 57, 72, 76, 88, 95].map { $0 * 10 })
    var least = try Self.hundred()
    least.holdOutNewestForValidation(share: 1e-6, seed: 42)
    #expect(least.validation?.users.count == 1)
    var half = try Self.hundred()
    half.facts.usersNotTested = 3  // untested users are drawn as well as others
    half.holdOutNewestForValidation(share: 0.5, seed: 42)
    #expect(half.validation?.users.count == 50)
    let short = ClickLog(users: [1, 1, 2, 2], items: [1, 2, 3, 4], times: nil)
    var none = try ClickSplitter.split(short, SplitOptions())
    none.holdOutNewestForValidation(share: 0.9, seed: 42)
    #expect(none.validation?.users == [] && none.history.items == [1, 3])
  }
}
