import ClickFixtures
import Files
import Foundation
import Notebook
import Numerics
import Recall
import Recipe
import Tables
import Testing

@testable import Steps

/// Saved models with new clicks and items folded in, held against the models that they were.
@Suite("Updates of saved models")
struct ModelUpdateTests {
  private let files: ClickFiles

  init() throws {
    files = try ClickFiles()
    var text = "user,item,ts,device\n"
    for turn in 0..<8 {
      for user in 1...60 where turn < 3 + user % 6 {
        text +=
          "u\(user),i\((user % 5) * 60 + (user * 7 + turn * turn * 3 + turn) % 60),\(1_500_000_000 + turn * 40_000 + user * 100),d\(user % 3)\n"
      }
    }
    _ = try files.write(text, "clicks.csv")
    _ = try files.write(
      "item,tag,group\n" + (0..<300).map { "i\($0),t\($0 / 60)|s\($0 % 7),g\($0 / 30)\n" }.joined(),
      "items.csv"
    )
  }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv }
      columns: { user: user, item: item, time: ts, keep: [device] }
      item_columns: { item: item, multi: [tag], keep: [group], separator: "|" }
    split: { strategy: none }
    encode: { max_seq_len: 5, context: [device], item_vocabulary: clicked, item_multi: [tag], item_categories: [group] }
    model: { embedding_dim: 12, query_tower: identity, item_tower: identity, category: false, time_buckets: [8], item_id_dropout: 0.3, unit_epsilon: 1e-2, user_id: false }
    train: { epochs: 3, batch_size: 64, learning_rate: 2e-2, loss: sampled_softmax, pool_size: 128 }
    index:
    save:

    """

  private func model(_ overrides: [String] = []) throws -> String {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(
      environment: [:],
      overrides: overrides,
      currentDirectory: files.directory.path
    ).load(
      text: Self.recipe,
      name: "r",
      directory: files.directory.path,
      steps: planner.declarations
    )
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    let run = try Runner(
      plan: try planner.plan(document),
      options: options,
      progress: ProgressReporter(.quiet)
    ).run()
    return FilePaths.join(run.directory, "model")
  }

  /// Updates `model` and gives the new one and what was said.
  private func update(_ model: String, _ change: (inout ModelUpdate.Wishes) -> Void) throws -> (
    path: String, said: [String]
  ) {
    var wishes = ModelUpdate.Wishes(
      model: model,
      output: files.path("new-\(UInt32.random(in: 0 ... .max))")
    )
    wishes.threads = 2
    change(&wishes)
    var said: [String] = []
    try ModelUpdate(wishes, say: { said.append($0) }).run()
    return (wishes.output, said)
  }

  private func recommended(_ model: String, _ change: (inout RecommendRequest) -> Void) throws
    -> [Recommendation.Item]
  {
    var request = RecommendRequest()
    request.k = 300
    change(&request)
    return try Recommender(path: model, threads: 2).recommend([request])[0].items
  }

  @Test(
    "with nothing learned, users are given what the old model gives the clicks they have now, to the bit",
    arguments: [("Flat", 1), ("HNSW8", 1), ("IVF4,Flat", 1), ("Flat", 3)]
  )
  func folded(index: String, models: Int) throws {
    let old = try model([
      "index.type=\(index)", "index.ef_search=400", "index.nprobe=4", "model.ensemble=\(models)",
    ])
    let before = try ModelManifest(folder: old)
    // One old user, one new; all in the wrong order of time; i250 and i17 were known, nobody knows i9999.
    _ = try files.write(
      "device,ts,item,user\nd1,1500400200,i250,u7\nd1,1500400100,i17,u7\nd2,1500400300,i17,new\nd0,1500400400,i9999,u7\n",
      "new.csv"
    )
    let (path, said) = try update(old) { wishes in
      wishes.clicks = files.path("new.csv")
      wishes.epochs = 0
    }
    #expect(said.contains("4 new clicks, 1 new users"), "\(said)")
    #expect(said.contains { $0.contains("1 clicked items are not given") }, "\(said)")
    #expect(try ModelManifest(folder: old) == before)
    let saved = try SavedModel(path: old)
    let place = try #require(saved.users.firstIndex { saved.userID($0) == "u7" })
    let histories = try #require(try saved.readHistories())
    let own = histories.clicks.offsets[place]..<histories.clicks.offsets[place + 1]
    let ids = own.map { saved.itemID(histories.clicks.keys?[$0] ?? 0) } + ["i17", "i250", "i9999"]
    let expected = try recommended(old) {
      $0.history = ids
      $0.time = 1_500_400_400
      $0.contexts = ["device": "d0"]
    }
    #expect(!expected.isEmpty)
    let found = try recommended(path) { $0.user = "u7" }
    #expect(found.map(\.id) == expected.map(\.id))
    #expect(found.map(\.score) == expected.map(\.score))
    let new = try recommended(path) { $0.user = "new" }
    let asOld = try recommended(old) {
      $0.history = ["i17"]
      $0.time = 1_500_400_300
      $0.contexts = ["device": "d2"]
    }
    #expect(new.map(\.id) == asOld.map(\.id) && new.map(\.score) == asOld.map(\.score))
  }

  @Test(
    "new items are found by their features, removed ones never, whatever the index",
    arguments: ["Flat", "HNSW8", "IVF4,Flat", "IVF4,PQ4x4"]
  )
  func items(index: String) throws {
    let old = try model(["index.type=\(index)", "index.ef_search=400", "index.nprobe=4"])
    _ = try files.write(
      "item,tag,group,odd\na-new,t1|s3,g2,x\ni5,t4,g8,x\n",
      "more.csv"
    )
    let gone = (0..<30).map { "i\($0 * 9 + 1)" }
    let (path, said) = try update(old) { wishes in
      wishes.items = files.path("more.csv")
      wishes.removed = gone + ["nobody"]
    }
    #expect(said.contains("1 new items, 1 described anew, 30 removed"), "\(said)")
    #expect(said.contains { $0.contains("no feature 'odd'") })
    #expect(said.contains { $0.contains("1 of the ids to remove are no items") })
    let saved = try SavedModel(path: path)
    #expect(saved.catalogue.count == 271)
    // The name sorts before all others: the keys of all items moved.
    #expect(saved.itemID(0) == "a-new")
    let list = try recommended(path) { $0.user = "u3" }
    #expect(Set(list.map(\.id)).isDisjoint(with: gone))
    if !index.contains("PQ") { #expect(list.contains { $0.id == "a-new" }) }
    let vectors = NewItems(try SavedModel(path: old))
    let vector = try vectors.vector(of: ["tag": .list([.text("t1"), .text("s3")]), "group": .text("g2")])
    let row = try #require(saved.catalogue.items.firstIndex { saved.itemID($0) == "a-new" })
    #expect(Array(try #require(saved.vectors).row(row)) == vector)
    // Again, with what was added: the index of an update can be updated.
    let (last, _) = try update(path) { $0.removed = ["a-new", "i2"] }
    #expect(try SavedModel(path: last).catalogue.count == 269)
    #expect(Set(try recommended(last) { $0.user = "u3" }.map(\.id)).isDisjoint(with: gone + ["a-new", "i2"]))
  }

  @Test("columns are called as in the log and in the item table, where these call items otherwise")
  func columnNames() throws {
    _ = try files.write(
      "id,tag,group\n" + (0..<300).map { "i\($0),t\($0 / 60)|s\($0 % 7),g\($0 / 30)\n" }.joined(),
      "named.csv"
    )
    let old = try model(["config.data.items=named.csv", "config.item_columns.item=id"])
    _ = try files.write("device,ts,item,user\nd1,1500400200,i250,u7\n", "new.csv")
    _ = try files.write("id,tag,group\nnew,t1|s3,g2\n", "more.csv")
    let (path, said) = try update(old) { wishes in
      wishes.clicks = files.path("new.csv")
      wishes.items = files.path("more.csv")
      wishes.epochs = 0
    }
    #expect(said.contains("1 new clicks, 0 new users"), "\(said)")
    #expect(said.contains("1 new items, 0 described anew, 0 removed"), "\(said)")
    #expect(try SavedModel(path: path).catalogue.count == 301)
    // The very log that it learned from adds nothing.
    let (_, again) = try update(old) { wishes in
      wishes.clicks = files.path("clicks.csv")
      wishes.epochs = 0
    }
    #expect(again.contains("0 new clicks, 0 new users"), "\(again)")
  }

  @Test(
    "after a fifth of the items were replaced, an index finds about as much as one made anew",
    arguments: ["HNSW8", "IVF8,Flat"]
  )
  func drift(index: String) throws {
    let old = try model(["index.type=\(index)", "index.ef_search=32", "index.nprobe=3"])
    _ = try files.write(
      "item,tag,group\n" + (0..<60).map { "n\($0),t\($0 % 5)|s\($0 % 7),g\($0 % 10)\n" }.joined(),
      "more.csv"
    )
    let (_, said) = try update(old) { wishes in
      wishes.items = files.path("more.csv")
      wishes.removed = (0..<60).map { "i\($0 * 5)" }
    }
    let line = try #require(said.first { $0.contains("made anew") })
    let numbers = line.matches(of: /0\.[0-9]+|1\.0+/).compactMap { Double($0.output) }
    #expect(numbers.count == 2 && numbers[0] > numbers[1] - 0.05, "\(line)")
    // Twelve of the new ones, n0, n9, n10 and so on, are described as items are that are there, and have their vectors.
    #expect(said.contains { $0.contains("48 vectors added") }, "\(said)")
  }

  @Test(
    "learning moves the model towards new clicks, and new items get embeddings; a rebuilt index goes with it"
  )
  func learned() throws {
    let old = try model(["index.type=HNSW8", "index.ef_search=400"])
    _ = try files.write(
      "user,item,ts,device\n"
        + (1...40).map { "u\($0),fresh,15004\(10_000 + $0 * 10),d1\nu\($0),i3,15005\(10_000 + $0 * 10),d1\n" }
        .joined(),
      "new.csv"
    )
    let (path, said) = try update(old) { wishes in
      wishes.clicks = files.path("new.csv")
      (wishes.epochs, wishes.old) = (10, 1)
    }
    #expect(
      said.contains { $0.hasPrefix("learned from 80 new samples and 80 of before, 10 epochs") },
      "\(said)"
    )
    #expect(said.contains { $0.contains("is made anew") }, "\(said)")
    func place(_ id: String, in model: String) throws -> Int {
      let list = try recommended(model) { request in
        request.user = "u50"
        // Of when and where the new clicks are.
        (request.time, request.contexts) = (1_500_410_500, ["device": "d1"])
      }
      return try #require(list.firstIndex { $0.id == id })
    }
    let (now, then) = (try place("i3", in: path), try place("i3", in: old))
    #expect(now < then, "\(now) of \(then)")
    #expect(try place("fresh", in: path) < 100)
    let saved = try SavedModel(path: path)
    let clicks = try #require(saved.itemClicks)
    let row = try #require(saved.catalogue.items.firstIndex { saved.itemID($0) == "fresh" })
    #expect(clicks[row] == 40)
  }

  @Test("with nothing learned, clicks from before the log change nobody else's answers")
  func earlierClicks() throws {
    let old = try model()
    _ = try files.write("device,ts,item,user\nd1,1499900000,i250,u7\n", "early.csv")
    let (path, said) = try update(old) { wishes in
      wishes.clicks = files.path("early.csv")
      wishes.epochs = 0
    }
    #expect(said.contains("1 new clicks, 0 new users"), "\(said)")
    for time in [1_500_000_000, 1_500_100_000, 1_500_400_000] {
      func given(_ model: String) throws -> [Recommendation.Item] {
        try recommended(model) { request in
          (request.history, request.time) = (["i17", "i250"], Int64(time))
          request.contexts = ["device": "d0"]
        }
      }
      let (before, after) = (try given(old), try given(path))
      #expect(before.map(\.id) == after.map(\.id) && before.map(\.score) == after.map(\.score), "at \(time)")
    }
  }

  @Test("clicks that the model has already count once")
  func foldedTwice() throws {
    let old = try model()
    let rows =
      try String(contentsOfFile: files.path("clicks.csv"), encoding: .utf8).split(separator: "\n").count - 1
    let (path, said) = try update(old) { $0.clicks = files.path("clicks.csv") }
    #expect(said.contains("0 new clicks, 0 new users"), "\(said)")
    #expect(said.contains("note: \(rows) clicks are in the model already, and count once"), "\(said)")
    let (found, expected) = (
      try recommended(path) { $0.user = "u7" }, try recommended(old) { $0.user = "u7" }
    )
    #expect(found.map(\.id) == expected.map(\.id) && found.map(\.score) == expected.map(\.score))
    #expect(try SavedModel(path: path).itemClicks == SavedModel(path: old).itemClicks)
    _ = try files.write("user,item,ts,device\nu7,i250,1500400200,d1\n", "new.csv")
    let (once, _) = try update(old) {
      $0.clicks = files.path("new.csv")
      $0.epochs = 0
    }
    let (_, again) = try update(once) { $0.clicks = files.path("new.csv") }
    #expect(again.contains("0 new clicks, 0 new users"), "\(again)")
  }

  @Test(
    "rows of other events and low ratings are no clicks, and weights that histories do not hold are not learned without"
  )
  func worth() throws {
    let byEvent = ["config.columns.event=device", "config.events={ d1: 1, d2: 1 }"]
    let old = try model(byEvent)
    func update(_ model: String, _ rows: String, epochs: Int = 0) throws -> [String] {
      _ = try files.write("user,item,ts,device\n" + rows, "new.csv")
      return try self.update(model) {
        $0.clicks = files.path("new.csv")
        $0.epochs = epochs
      }.said
    }
    let said = try update(old, "u7,i5,1500400000,d1\nu8,i6,1500400001,d0\nu9,i6,1500400002,view\n")
    #expect(said.contains("note: 2 rows of other events, such as 'd0', are no clicks"), "\(said)")
    #expect(said.contains("1 new clicks, 0 new users"), "\(said)")
    let none = #expect(throws: DataError.self) { try update(old, "u7,i5,1500400000,d0\n") }
    #expect(
      "\(none.map(String.init(describing:)) ?? "")".contains(
        "there are no clicks in it: 1 rows of other events"
      )
    )

    let weighed = try model([byEvent[0], "config.events={ d1: 1, d2: 3 }"])
    #expect(try update(weighed, "u7,i5,1500400000,d1\n").contains("1 new clicks, 0 new users"))
    let refused = #expect(throws: SavedModelFailure.self) {
      try update(weighed, "u7,i5,1500400000,d1\n", epochs: 1)
    }
    #expect("\(refused.map(String.init(describing:)) ?? "")".contains("use --epochs 0, or train anew"))
    // The first row of the log: nothing is to be learned from it.
    #expect(try update(weighed, "u1,i67,1500000100,d1\n", epochs: 1).contains("0 new clicks, 0 new users"))

    let log = try String(contentsOfFile: files.path("clicks.csv"), encoding: .utf8)
      .split(separator: "\n").enumerated().map {
        $0.element + ($0.offset == 0 ? ",stars\n" : ",\(1 + $0.offset % 5)\n")
      }
    _ = try files.write(log.joined(), "clicks.csv")
    let rated = try model(["config.columns.rating=stars", "config.ratings.at_least=2.5"])
    _ = try files.write(
      "user,item,ts,device,stars\nu7,i5,1500400000,d1,2\nu8,i6,1500400001,d0,3\n",
      "new.csv"
    )
    let kept = try self.update(rated) {
      $0.clicks = files.path("new.csv")
      $0.epochs = 0
    }.said
    #expect(kept.contains("note: 1 rows rated below 2.5 are no clicks"), "\(kept)")
    #expect(kept.contains("1 new clicks, 0 new users"), "\(kept)")
  }

  @Test("rows with an empty id or time are left out where the model's recipe leaves them out")
  func incompleteRows() throws {
    _ = try files.write(
      "user,item,ts,device\nu7,i5,1500400000,d1\n,i6,1500400001,d1\nu8,i6,,d1\nu9,i8,1500400003,d1\n",
      "new.csv"
    )
    func said(_ settings: [String]) throws -> [String] {
      try update(try model(settings)) {
        $0.clicks = files.path("new.csv")
        $0.epochs = 0
      }.said
    }
    let left = try said(["config.data.drop_incomplete=true"])
    #expect(
      left.contains(
        "note: 2 rows with an empty user, item or time are left out, as the model's recipe does"
      ),
      "\(left)"
    )
    #expect(left.contains("2 new clicks, 0 new users"), "\(left)")
    #expect(throws: DataError.self) { try said([]) }
  }

  @Test("samples are made as the recipe makes them: of repeated targets, and of so long histories")
  func samples() throws {
    // The newest click of u7 is on i139: turn 3 of what the log is made of.
    _ = try files.write("user,item,ts,device\nu7,i139,1500400000,d1\nu8,i5,1500400001,d1\n", "new.csv")
    func learned(_ settings: [String]) throws -> String {
      let said = try update(try model(settings)) {
        $0.clicks = files.path("new.csv")
        ($0.epochs, $0.old) = (1, 1)
      }.said
      return said.first { $0.contains("samples") } ?? ""
    }
    #expect(try learned([]).hasPrefix("learned from 2 new samples and 2 of before"))
    #expect(
      try learned(["encode.drop_repeated_targets=true"]).hasPrefix(
        "learned from 1 new samples and 1 of before"
      )
    )
    _ = try files.write("user,item,ts,device\nnobody,i139,1500400000,d1\n", "new.csv")
    #expect(try learned([]).hasPrefix("note: the new clicks give no samples"))
    #expect(try learned(["encode.min_history=0"]).hasPrefix("learned from 1 new samples"))
  }

  @Test("what cannot be folded in is said, and nothing is written")
  func refusals() throws {
    let old = try model()
    func refusal(_ change: (inout ModelUpdate.Wishes) -> Void) -> String {
      do {
        _ = try update(old, change)
        return ""
      } catch { return "\(error)" }
    }
    _ = try files.write("user,item\nu1,i1\n", "short.csv")
    #expect(refusal { $0.clicks = files.path("short.csv") }.contains("need a column 'ts'"))
    _ = try files.write("item\ni1\ni1\n", "twice.csv")
    #expect(refusal { $0.items = files.path("twice.csv") }.contains("stands here twice"))
    _ = try files.write("user,item,ts\nu1,i1,1500400000\nu1,i2,1500400000123\n", "ms.csv")
    #expect(
      refusal { $0.clicks = files.path("ms.csv") }.contains(
        "row 2: 1500400000123 would be a time in milliseconds, and the model counts seconds, as "
      )
    )
    let failure = #expect(throws: RequestFailure.self) {
      try recommended(old) {
        $0.user = "u7"
        $0.time = 1_500_400_000_123
      }
    }
    #expect(failure?.place == "time")
    #expect(refusal { $0.output = old }.contains("is there already"))
    let bare = try model(["save.histories=false"])
    #expect(
      throws: SavedModelFailure.self,
      performing: { _ = try update(bare) { $0.removed = ["i1"] } }
    )
  }
}
