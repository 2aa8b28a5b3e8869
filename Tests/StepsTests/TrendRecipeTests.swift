import ClickFixtures
import Files
import Glibc
import Notebook
import Numerics
import Recall
import Recipe
import TestSupport
import Testing

@testable import Steps

/// Models whose scores have recent clicks, from the recipe to the service.
extension SavedModelTests {
  static let trend = ["model.trend_hours=[1, 24]", "train.loss=sampled_softmax", "train.pool_size=64"]

  @Test(
    "a model that counts recent clicks gives the recipe's own candidates, to the byte",
    arguments: [
      [], identity + times, ["index.type=HNSW8", "index.ef_search=40"],
      ["index.type=PQ4x4", "index.rerank=3"],
      ["model.interests=2"], identity + ["model.ensemble=2"], ["model.ensemble=2", "model.similarity=dot"],
      narrowed, ["encode.request_time=newest"], ["encode.item_vocabulary=clicked", "save.archive=true"],
      ["model.learn_temperature=true", "split.validation=none"],
    ]
  )
  func recentClicks(overrides: [String]) throws { try sameCandidates(overrides: overrides + Self.trend) }

  @Test(
    "and those are what NumPy counts and ranks",
    .enabled(if: PythonPeer.having("numpy") != nil, "python3 with numpy is not there"),
    arguments: [
      ["model.trend_weights=[0.5, 0.25]"],
      ["model.trend_weights=[0.5, 0.25]", "model.ensemble=2", "model.similarity=dot"],
      [], identity + times, ["model.ensemble=3"], ["model.ensemble=2", "model.similarity=dot"],
      ["model.learn_temperature=true", "encode.request_time=newest"], ["encode.item_vocabulary=clicked"],
      ["encode.request_time=next_click", "split.validation=none"],
    ]
  )
  func recentLists(overrides: [String]) throws {
    let folder = try run(overrides + Self.trend)
    let model = FilePaths.join(folder, "model")
    let script = FilePaths.join(FilePaths.parent(of: #filePath), "trend_lists.py")
    let check = try #require(PythonPeer.having("numpy")).run([
      script, model, try queries(model), FilePaths.join(folder, "recall_candidates.csv"),
    ])
    #expect(check.status == 0, "\(check.output)")
  }
}

/// What recipes may say of recent clicks, and services of what they are told.
@Suite("Recent clicks in recipes and services")
struct TrendRecipeTests {
  private let fixture: ModelFixture

  init() throws { fixture = try ModelFixture() }

  private static let trend = [
    "model.trend_hours=[1, 24]", "train.loss=sampled_softmax", "train.pool_size=64",
  ]

  private func plan(_ overrides: [String]) throws -> Plan {
    try RecipeRuns(ModelFixture.recipe, in: fixture.files).plan(overrides)
  }

  private func problems(_ overrides: [String]) -> String {
    do {
      _ = try plan(overrides)
      return ""
    } catch { return "\(error)" }
  }

  @Test("what cannot have it is refused before anything runs, with what to set")
  func refusals() {
    #expect(problems(Self.trend) == "")
    #expect(problems(["model.trend_hours=1"]).contains("use a loss from query to item"))
    #expect(problems(Self.trend + ["train.loss=ccl"]).contains("'ccl' is one of cosines"))
    #expect(problems(["model.trend_hours=[2, 1]"]).contains("expected hours that ascend"))
    #expect(
      problems(Self.trend + ["model.trend_weights=1"]).contains(
        "one weight for each of trend_hours, 2, got 1"
      )
    )
    // What is set has no part in training, so that any loss will do.
    #expect(problems(["model.trend_hours=1", "model.trend_weights=0.5"]) == "")
    #expect(problems(Self.trend + ["config.columns.time=null"]).contains("set columns.time in 'config'"))
    #expect(problems(Self.trend + ["save.formats=[towerbook, onnx]"]).contains("'onnx' has vectors alone"))
    #expect(problems(["save.formats=[towerbook, onnx]"]) == "")
  }

  @Test("without windows keys and saved models are as they were")
  func neutral() throws {
    let keys = try [[], ["model.trend_hours=[]"]].map { overrides in
      try plan(overrides).keys().map(\.artifact)
    }
    #expect(keys[0] == keys[1])
    #expect(
      try plan(Self.trend).keys().map(\.artifact)
        != plan(Array(Self.trend.dropFirst())).keys().map(\.artifact)
    )
    let saved = try MappedFile.readText(FilePaths.join(try fixture.model(), "model.json"))
    #expect(!saved.contains("trend"))
  }

  @Test(
    "clicks that a service is told of count from then on, each once, and as far as the model does not keep them"
  )
  func told() throws {
    let path = try fixture.model(Self.trend)
    let saved = try SavedModel(path: path)
    let weights = saved.model.trendWeights
    #expect(weights.count == 2 && weights.allSatisfy { $0 > 0 })
    let histories = try #require(try saved.readHistories())
    let newest = try #require(histories.features.times.max())
    let state = try ServiceState(folder: fixture.files.path("state"))
    let recommender = try Recommender(path: path, threads: 1, state: state)
    let now = newest + 90_000
    func scores() throws -> [String: Float] {
      let request = RecommendRequest(history: ["i3", "i4"], time: now, k: 70, seen: .keep)
      let items = try recommender.recommend([request])[0].items
      return Dictionary(uniqueKeysWithValues: items.map { ($0.id, $0.score) })
    }
    // A day after everything else, nothing counts.
    let before = try scores()
    func click(_ user: String, _ item: String, _ time: Int64) -> StateRecord {
      .click(ClickEvent(user: user, item: item, time: time))
    }
    try state.record([
      click("u1", "i5", now - 10), click("u2", "i5", now - 3_600), click("u3", "i5", now - 3_601),
      // The same click again; one at the time of the request; one too old; one that the model keeps as far as it is that old.
      click("u1", "i5", now - 10), click("u4", "i5", now), click("u4", "i5", now - 86_401),
      click("u9", "i6", newest), click("u9", "nobody's", now - 5), click("new one", "i7", now - 86_400),
    ])
    let after = try scores()
    let gains = ["i5": weights[0] * log(3) + weights[1] * log(4), "i7": weights[1] * log(2)]
    for (item, score) in before {
      let gain = gains[item] ?? 0
      #expect(abs((after[item] ?? .nan) - score - gain) < 1e-6, "\(item)")
    }
    // Who asks at the time of the newest click that was told of is asked then.
    let own = try recommender.recommend([RecommendRequest(user: "new one", k: 3)])[0]
    #expect(own.notes.map(\.code) == ["new_user"])
    // Another process reads the same state, and an item that comes later has the clicks that were there.
    try state.record([.item(id: "nobody's", .put(ItemDescription()))])
    _ = try scores()
    let again = try Recommender(path: path, threads: 1, state: state)
    let request = RecommendRequest(history: ["i3", "i4"], time: now, k: 71, seen: .keep)
    let both = try [recommender, again].map { try $0.recommend([request])[0].items }
    #expect(both[0] == both[1] && both[0].count == 71)
    let new = try #require(both[0].first { $0.id == "nobody's" })
    var late = request
    late.time = now + 100_000
    let bare = try #require(try again.recommend([late])[0].items.first { $0.id == "nobody's" })
    #expect(abs(new.score - bare.score - (weights[0] + weights[1]) * log(2)) < 1e-6)
  }

  @Test("an update counts the clicks that it folds in, as a service that is told of them does")
  func updated() throws {
    let path = try fixture.model(Self.trend)
    let clicks: [(user: String, item: String, time: Int64)] = [
      ("u1", "i5", 1_500_900_000), ("u2", "i5", 1_500_900_100), ("u3", "i8", 1_500_903_000),
      ("new", "i5", 1_500_903_100),
    ]
    let rows = clicks.map { "\($0.user),\($0.item),\($0.time),phone\n" }
    _ = try fixture.files.write("user,item,ts,device\n" + rows.joined(), "new.csv")
    func updated(epochs: Int) throws -> Recommender {
      var wishes = ModelUpdate.Wishes(model: path, output: fixture.files.path("updated \(epochs)"))
      (wishes.clicks, wishes.epochs, wishes.threads) = (fixture.files.path("new.csv"), epochs, 2)
      try ModelUpdate(wishes, say: { _ in }).run()
      return try Recommender(path: wishes.output, threads: 1)
    }
    let state = try ServiceState(folder: fixture.files.path("state"))
    try state.record(clicks.map { .click(ClickEvent(user: $0.user, item: $0.item, time: $0.time)) })
    let told = try Recommender(path: path, threads: 1, state: state)
    let request = RecommendRequest(history: ["i3", "i4"], time: 1_500_903_500, k: 20)
    let folded = try updated(epochs: 0)
    #expect(try folded.recommend([request])[0].items == told.recommend([request])[0].items)
    let bare = try Recommender(path: path, threads: 1)
    #expect(try bare.recommend([request])[0].items != told.recommend([request])[0].items)
    // What was folded in and is told of again counts once.
    let both = try Recommender(path: fixture.files.path("updated 0"), threads: 1, state: state)
    #expect(try both.recommend([request])[0].items == folded.recommend([request])[0].items)
    #expect(try updated(epochs: 1).recommend([request])[0].items.count == 20)
  }

  @Test(
    "a training that begins with another model takes the weights of the same windows, and refuses those of others"
  )
  func begun() throws {
    let path = try fixture.model(Self.trend)
    let from = Self.trend + ["train.from=\"\(path)\""]
    #expect(
      problems(from + ["model.trend_hours=[1, 2]"]).contains(
        "has trend_hours: [1.0, 24.0], and 'model' here has [1.0, 2.0]"
      )
    )
    #expect(problems(from + ["model.trend_hours=[]"]) == "")
    let again = try SavedModel(path: try fixture.model(from + ["train.learning_rate=1e-30"]))
    let first = try SavedModel(path: path)
    #expect(zip(again.model.trendWeights, first.model.trendWeights).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  @Test("weights that are set leave the training as it is without recent clicks, to the byte")
  func given() throws {
    let without = try SavedModel(path: try fixture.model(Array(Self.trend.dropFirst())))
    let with = try SavedModel(path: try fixture.model(Self.trend + ["model.trend_weights=[0.5, 0]"]))
    #expect(without.model.weights.map(\.name) == with.model.weights.map(\.name))
    #expect(
      zip(without.model.weights, with.model.weights).allSatisfy { $0.matrix.values == $1.matrix.values }
    )
    // The usual temperature is 0.05.
    #expect(zip(with.model.trendWeights, [Float(0.025), 0]).allSatisfy { abs($0 - $1) < 1e-7 })
  }

  @Test("a page that knows no clicks but its reader's does not hold such a model")
  func page() throws {
    let path = try fixture.model(Self.trend)
    let run = FilePaths.parent(of: path)
    let document = try StoredRun(directory: run).document
    #expect(throws: RunRefusal.self) { try LiveReport(document, folder: run, most: nil) }
  }
}
