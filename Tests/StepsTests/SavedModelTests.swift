import ClickFixtures
import Files
import Foundation
import Glibc
import Notebook
import Numerics
import Recall
import Recipe
import Report
import Tables
import TestSupport
import Testing

@testable import Steps

/// Models that runs saved, used without their recipes and held against what the recipes themselves gave.
@Suite("Saved models in use")
struct SavedModelTests {
  let files: ClickFiles

  init() throws {
    files = try ClickFiles()
    _ = try files.write(Self.clicks, "clicks.csv")
    let items = (0..<70).map { item in
      // Every third is new at a time of its own, and every fifth goes again.
      let made = item % 3 == 0 ? "\(1_500_000_000 + item * 5000)" : ""
      let gone = item % 5 == 0 ? "\(1_500_200_000 + item * 2000)" : ""
      return "i\(item),\(item / 10),\"Item <\(item)> & more\",\(item * 3 % 17),"
        + "tag \(item % 4)|tag \(item % 9),\(made),\(gone)\n"
    }
    _ = try files.write("item,cat,name,words,tags,made,gone\n" + items.joined(), "items.csv")
    // User 5 is missing, and user 6 has empty fields.
    let users = (1...60).filter { $0 != 5 }.map { user in
      user == 6
        ? "u6,,,\n" : "u\(user),taste \(user % 3),\(1950 + user % 7),like \(user % 4);like \(user % 5)\n"
    }
    _ = try files.write("user,taste,year,likes\n" + users.joined(), "users.csv")
    try NumpyFile.write(
      (0..<350).map { Float($0 * 37 % 101) / 101 },
      shape: [70, 5],
      to: files.path("vectors.npy")
    )
  }

  /// Rows from a rule, so that nothing is drawn; nobody clicks the last items.
  static let clicks: String = {
    var text = "user,item,ts,device\n"
    for turn in 0..<9 {
      for user in 1...60 where turn < 2 + user % 8 {
        let item = (user % 5) * 10 + (user * 3 + turn * turn + turn) % 10
        let time = 1_500_000_000 + turn * 40_000 + user * 100
        text += "u\(user),i\(item),\(time),\((user + turn) % 3 == 0 ? "phone" : "desktop")\n"
      }
    }
    return text
  }()

  static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, keep: [device] }
      item_columns: { item: item, category: cat, title: name, numbers: [words] }
    split: { validation: second_last }
    encode: { max_seq_len: 4, min_history: 0, context: [device], item_numbers: [words] }
    model: { embedding_dim: 12, hidden_units: [16, 12], dropout: 0 }
    train: { epochs: 2, batch_size: 64, learning_rate: 2e-2 }
    index:
    eval: { k: [5, 10], baselines: [] }
    recall: { k: 10 }
    save:

    """

  static let identity = [
    "model.query_tower=identity", "model.item_tower=identity", "model.category=false",
    "model.normalize_items=true", "model.unit_epsilon=1e-6", "model.item_numbers=false",
  ]
  static let times = ["model.context=true", "model.time_buckets=[2, 8]", "model.newest_click=true"]
  static let residual = [
    "model.query_tower=residual_mlp", "model.item_tower=identity", "model.category=false",
    "model.item_numbers=false", "model.normalize_items=true",
  ]

  static let items = [
    "config.data.vectors=vectors.npy", "config.item_columns.multi=[tags]",
    "config.item_columns.separator='|'",
    "encode.item_multi=[tags]", "encode.item_text=name", "encode.item_text_buckets=64",
    "encode.item_vectors=frozen",
  ]
  static let users = [
    "config.data.users=users.csv",
    "config.user_columns={user: user, categories: [taste], numbers: [year], multi: [likes], separator: ';'}",
    "encode.user_categories=taste", "encode.user_numbers=year", "encode.user_multi=likes",
  ]
  static let narrowed = [
    "config.item_columns.available_from=made", "config.item_columns.available_until=gone",
    "index.candidates={where: [words > 2]}",
  ]

  static let transformer = ["model.pooling=transformer", "train.loss=in_batch_softmax"]
  static let gated =
    transformer + [
      "model.feed_forward=swiglu", "model.heads=3", "model.blocks=1", "model.feed_forward_dim=10",
    ]

  /// Runs the recipe and gives the run's folder.
  func run(_ overrides: [String] = [], recipe: String = recipe) throws -> String {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(
      text: recipe,
      name: "recipe",
      directory: files.directory.path,
      steps: planner.declarations
    )
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    return try Runner(plan: try planner.plan(document), options: options, progress: ProgressReporter(.quiet))
      .run().directory
  }

  func candidates(_ folder: String) throws -> String {
    try MappedFile.readText(FilePaths.join(folder, "recall_candidates.csv"))
  }

  /// What the saved model gives all users that the candidates name, as a file of its own, without the numbers of requests.
  private func again(_ model: String, _ expected: String, k: Int = 10) throws -> String {
    let recommender = try Recommender(path: model, threads: 2)
    var users: [String] = []
    for line in expected.split(separator: "\n").dropFirst() {
      let user = String(line.prefix { $0 != "," })
      if users.last != user { users.append(user) }
    }
    _ = try files.write("user\n" + users.map { $0 + "\n" }.joined(), "requests.csv")
    let table = try RequestTable(path: files.path("requests.csv"), for: recommender.facts, threads: 2)
    let output = files.path("again.csv")
    _ = try BatchRecommendation(recommender, k: k, threads: 2).write(table, to: output)
    return try MappedFile.readText(output).split(separator: "\n").map {
      $0.drop { $0 != "," }.dropFirst() + "\n"
    }
    .joined()
  }

  @Test(
    "every tower, input and index gives the recipe's own candidates, to the byte",
    arguments: [
      [], identity + times, residual + times + ["encode.item_vocabulary=clicked"],
      ["model.pooling=gru", "model.context=true"], ["model.pooling=attention", "encode.request_time=newest"],
      transformer + times, identity + gated + ["encode.max_seq_len=2"],
      ["model.user_id=false", "split.validation=none"], ["index.type=HNSW8", "index.ef_search=40"],
      ["index.type=IVF4,Flat", "index.nprobe=2"], ["index.type=IVF2,PQ4x4", "index.fill=none"],
      ["index.type=PCA6,IVF4,Flat", "index.nprobe=3", "index.fill=none"],
      ["index.type=PQ4x4", "index.rerank=3"],
      ["index.type=auto", "index.at=10", "index.recall=0.8", "index.types=[HNSW8_SQ8]"],
      ["save.archive=true"], ["save.archive=true", "index.type=HNSW8"],
      ["model.interests=3"], identity + times + ["model.interests=2", "index.type=HNSW8"],
      transformer + ["model.interests=2", "index.type=PQ4x4", "index.rerank=3"],
      ["model.ensemble=2"], identity + times + ["model.ensemble=3", "model.similarity=dot"],
    ]
  )
  func sameCandidates(overrides: [String]) throws {
    let folder = try run(overrides)
    let isArchive = overrides.contains("save.archive=true")
    let expected = try candidates(folder)
    #expect(expected.split(separator: "\n").count > 400)
    #expect(try again(FilePaths.join(folder, isArchive ? "model.tar.zst" : "model"), expected) == expected)
    #expect(FilePaths.exists(FilePaths.join(folder, "model")) != isArchive)
  }

  private static let further: [[String]] = [
    items + users, items + users + identity + times,
    items + users + ["model.user_id=false", "save.archive=true"],
    narrowed, narrowed + users + times + ["index.type=HNSW8"], narrowed + users + ["model.interests=2"],
    narrowed + items + ["encode.request_time=next_click"],
    users + times + ["encode.request_time=next_click"],
    ["index.candidates={block: block.txt}", "encode.request_time=newest"],
  ]

  @Test("so do features of every kind, and what may be given at the times of requests", arguments: further)
  func sameFeatures(overrides: [String]) throws {
    _ = try files.write((0..<30).map { "i\($0)\n" }.joined(), "block.txt")
    try sameCandidates(overrides: overrides)
  }

  @Test(
    "one request at a time gives the same items and bits as all together, of made-up clicks with integer ids"
  )
  func oneByOne() throws {
    let folder = try run(
      recipe: """
        config: { data: { synthetic: { users: 300, items: 90, clicks: 3000, interests: 5 } } }
        split: { validation: second_last }
        encode: { max_seq_len: 8 }
        model: { embedding_dim: 8, hidden_units: [16, 8], user_id: false }
        train: { batch_size: 64, epochs: 1, learning_rate: 1e-2 }
        index:
        recall: { k: 10 }
        save:

        """
    )
    let expected = try candidates(folder)
    #expect(try again(FilePaths.join(folder, "model"), expected) == expected)
    let recommender = try Recommender(path: FilePaths.join(folder, "model"), threads: 1)
    var rows: [String] = []
    for user in Set(expected.split(separator: "\n").dropFirst().map { String($0.prefix { $0 != "," }) }) {
      let answer = try recommender.recommend([RecommendRequest(user: user, k: 10)])[0]
      #expect(answer.notes.isEmpty)
      rows += answer.items.enumerated().map { "\(user),\($1.id),\($1.score),\($0 + 1)" }
    }
    let scores = { (rows: [String]) in
      Dictionary(
        uniqueKeysWithValues: rows.map { row in
          let parts = row.split(separator: ",").map(String.init)
          return ("\(parts[0]) \(parts[3])", "\(parts[1]) \((Float(parts[2]) ?? .nan).bitPattern)")
        }
      )
    }
    #expect(scores(rows) == scores(expected.split(separator: "\n").dropFirst().map(String.init)))
  }

  @Test("the built-in example's candidates of all its users come again to the byte, from its model alone")
  func quickstart() throws {
    let folder = try run(["train.epochs=1", "eval.bootstrap.samples=0"], recipe: BuiltInRecipe.quickstart)
    let expected = try candidates(folder)
    #expect(expected.split(separator: "\n").count == 600_001)
    #expect(try again(FilePaths.join(folder, "model"), expected, k: 100) == expected)
  }

  @Test(
    "what a service holds does not change when the files are written over, and a change while they are read is told"
  )
  func writtenOver() throws {
    let folder = FilePaths.join(try run(Self.times), "model")
    let recommender = try Recommender(path: folder, threads: 1, isCopied: true)
    try recommender.prepare()
    let requests = ["u7", "u8"].map { RecommendRequest(user: $0, k: 20, explains: true) }
    let before = try recommender.recommend(requests)
    let late = try Recommender(path: folder, threads: 1)
    for name in try FilePaths.list(folder) {
      // In place, as 'cp' does it: a mapped file would end the process.
      let handle = try #require(FileHandle(forWritingAtPath: FilePaths.join(folder, name)))
      try handle.truncate(atOffset: 0)
      try handle.close()
    }
    #expect(try recommender.recommend(requests) == before)
    #expect(throws: (any Error).self) { try late.prepare() }
  }

  private static let python = PythonPeer.having("numpy")

  /// The vectors of all users of a saved model, as a NumPy file.
  func queries(_ model: String) throws -> String {
    let saved = try SavedModel(path: model)
    let answer = try Recommender(path: model, threads: 1).vectors(
      saved.users.map { RecommendRequest(user: saved.userID($0)) }
    )
    let path = files.path("expected.npy")
    try NumpyFile.write(
      answer.vectors.flatMap { $0 },
      shape: [answer.vectors.count, saved.model.shape.queryDimension],
      to: path
    )
    return path
  }

  @Test(
    "NumPy computes the same query vectors from the files alone",
    .enabled(if: python != nil, "python3 with numpy is not there"),
    arguments: [
      [], identity + times, residual + times + ["encode.item_vocabulary=clicked"],
      ["model.pooling=learned_position", "model.newest_click=true", "model.shared_items=false"],
      ["model.pooling=last", "model.similarity=dot", "model.time_buckets=[4]", "encode.request_time=newest"],
      identity + ["model.pooling=decay", "model.user_id=false"],
      ["model.interests=3"], residual + times + ["model.interests=2", "model.pooling=learned_position"],
      transformer + times + ["model.interests=2"],
      transformer + times, identity + gated, ["model.shared_items=false", "encode.max_seq_len=2"] + gated,
      users + times, users + identity + ["encode.request_time=next_click", "model.time_buckets=[4]"],
    ]
  )
  func numPy(overrides: [String]) throws {
    let model = FilePaths.join(try run(overrides), "model")
    let expected = try queries(model)
    let script = FilePaths.join(FilePaths.parent(of: #filePath), "read_model.py")
    let check = try #require(Self.python).run([script, model, expected])
    #expect(check.status == 0, "\(check.output)")
  }

  @Test("what a click did is the score without it, all else as it was")
  func explanation() throws {
    let recommender = try Recommender(
      path: FilePaths.join(try run(Self.identity + Self.times), "model"),
      threads: 1
    )
    // More clicks than the model reads, one of them twice, and one that nobody knows.
    let history = ["i1", "i11", "i12", "nothing", "i13", "i13", "i14"]
    var request = RecommendRequest(user: "u7", history: history, time: 1_500_100_000, k: 5, explains: true)
    let answer = try recommender.recommend([request])[0]
    #expect(answer.notes.map(\.code) == ["unknown_items"])
    for item in answer.items {
      let effects = try #require(item.effects)
      #expect(effects.map(\.clicked) == ["nothing", "i13", "i13", "i14"])
      for (place, effect) in effects.enumerated() {
        var rest = history
        rest.remove(at: 3 + place)
        request.history = rest
        (request.k, request.seen, request.explains) = (70, .keep, false)
        let without = try recommender.recommend([request])[0].items.first { $0.id == item.id }
        #expect(effect.change == item.score - (try #require(without)).score, "\(item.id) \(place)")
      }
    }
  }

  @Test("similar items are those with the nearest vectors, without the item itself")
  func similar() throws {
    let model = FilePaths.join(try run(Self.identity), "model")
    let found = try Recommender(path: model, threads: 1).similar(item: "i21", k: 5)
    let saved = try SavedModel(path: model)
    let vectors = try #require(saved.vectors)
    let place = try #require(saved.itemNames?.place(of: "i21"))
    let row = try #require(saved.catalogue.items.firstIndex(of: Int64(place)))
    let products = (0..<vectors.rows).filter { $0 != row }.map { other in
      (zip(vectors.row(row), vectors.row(other)).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }, other)
    }
    let best = products.sorted { $0.0 > $1.0 }.prefix(5)
    #expect(found.map(\.id) == best.map { saved.itemID(saved.catalogue.items[$0.1]) })
    for (item, product) in zip(found, best) { #expect(abs(Double(item.score) - product.0) < 1e-6) }
    let failure = #expect(throws: RequestFailure.self) {
      try Recommender(path: model, threads: 1).similar(item: "i2l", k: 5)
    }
    #expect(failure?.message.hasPrefix("the model knows no item 'i2l'; did you mean 'i2") == true)
  }

  @Test("what is not known is said to be so")
  func unknown() throws {
    let recommender = try Recommender(
      path: FilePaths.join(try run(Self.times + ["save.histories=false", "model.user_id=false"]), "model"),
      threads: 1
    )
    func notes(_ request: RecommendRequest) throws -> [String] {
      var request = request
      request.k = min(request.k, 60)
      return try recommender.recommend([request])[0].notes.map(\.description)
    }
    let empty = "there are no clicks: this is what the model gives an empty history"
    let time = "no time was given: the newest click that the model learned from stands for it"
    #expect(
      try notes(RecommendRequest(user: "u7 ")) == [
        "the model knows no user 'u7 '; did you mean 'u7'?", empty, time,
      ]
    )
    #expect(
      try notes(RecommendRequest(user: "u7", time: 1_500_000_000)) == [
        "the model was saved without histories: what user 'u7' clicked has to come with the request", empty,
      ]
    )
    let contexts = ["device": "phonee", "os": "2"]
    #expect(
      try notes(RecommendRequest(history: ["i1"], time: 1_500_000_000, contexts: contexts)) == [
        "the model takes no context 'os': it takes device",
        "'device' was never 'phonee' in training; did you mean 'phone'?; it counts as unknown",
      ]
    )
    let nobody = try recommender.recommend([RecommendRequest(history: [])])[0]
    let unknown = try recommender.recommend([RecommendRequest(user: "?")])[0]
    #expect(nobody.items == unknown.items && nobody.items.count == 70)
  }
}
