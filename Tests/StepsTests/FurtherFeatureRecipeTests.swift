import ClickFixtures
import Files
import Foundation
import Memory
import Notebook
import Numerics
import Recipe
import Testing

@testable import Clicks
@testable import Recall
@testable import Steps

/// Recipes on a small log whose users click items of one of four sections, which every kind of feature tells; a fifth of
/// the items is held out whole.
@Suite("Lists, words, vectors and users as features")
struct FurtherFeatureRecipeTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv, items: items.csv, users: users.csv, vectors: vectors.npy }
      columns: { user: user, item: item, time: ts, time_unit: s }
      item_columns:
        item: item
        title: title
        multi: [tags]
        separator: "|"
        flags: { section: { columns: [s0, s1, s2, s3] } }
      user_columns: { user: user, categories: [taste], numbers: [year], multi: [likes], separator: ";" }
    split: { strategy: items, share: 0.2 }
    encode: { max_seq_len: 5, min_history: 0, item_vocabulary: clicked, item_text_buckets: 512 }
    model:
      embedding_dim: 16
      user_id: false
      category: false
      query_tower: identity
      item_tower: identity
      temperature: 0.1
      unit_epsilon: 0.01
    train:
      loss: sampled_softmax
      pool_size: 64
      batch_size: 32
      mask_history: true
      epochs: 6
      learning_rate: 2e-2
    index:
    eval: { k: 12, baselines: [] }
    save:

    """

  private static let words = ["north wind", "red house", "old river", "slow train"]

  /// 60 items, every fourth of one section; users of one section each, with so many clicks.
  private func write(users count: Int = 120, clicks each: Int = 8) throws {
    var (items, users) = ("item,title,tags,s0,s1,s2,s3\n", "user,taste,year,likes\n")
    var vectors: [Float] = []
    for item in 0..<60 {
      let section = item % 4
      let flags = (0..<4).map { $0 == section ? "1" : "0" }.joined(separator: ",")
      items +=
        "i\(item),No. \(item): \(Self.words[section].uppercased())!,tag \(section)|all|own \(item),\(flags)\n"
      vectors += (0..<5).map { $0 == section ? 1 : $0 == 4 ? Float(item % 3) : 0 }
    }
    var clicks = "user,item,ts\n"
    for user in 0..<count {
      // User 5 is missing.
      if user != 5 { users += "u\(user),taste \(user % 4),\(1950 + user % 4 * 10),all;like \(user % 4)\n" }
      for turn in 0..<each {
        let item = (user * 7 + turn * 4 + turn * turn) % 15 * 4 + user % 4
        clicks += "u\(user),i\(item),\(1_500_000_000 + turn * 1000 + user)\n"
      }
    }
    _ = try files.write(items, "items.csv")
    _ = try files.write(users, "users.csv")
    _ = try files.write(clicks, "clicks.csv")
    try NumpyFile.write(vectors, shape: [60, 5], to: files.path("vectors.npy"))
  }

  private func plan(_ overrides: [String]) throws -> Plan {
    let planner = Planner(steps: StepList.all)
    let document = try RecipeLoader(environment: [:], overrides: overrides).load(
      text: Self.recipe,
      name: "recipe",
      directory: files.directory.path,
      steps: planner.declarations
    )
    return try planner.plan(document)
  }

  private func run(_ overrides: [String], threads: Int = 1) throws -> RunSummary {
    var options = RunOptions()
    options.outputRoot = files.path("outputs")
    options.artifacts = StepList.artifacts
    options.threads = threads
    return try Runner(plan: try plan(overrides), options: options, progress: ProgressReporter(.quiet)).run()
  }

  private func recall(_ overrides: [String]) throws -> Double {
    try #require(try run(overrides).metrics.first { $0.name == "eval.recall@12" }?.value)
  }

  @Test(
    "new items are found by their values, flags, words and vectors, and by nothing else",
    arguments: [
      ["encode.item_multi=tags"], ["encode.item_multi=section", "encode.item_multi_combine=sum"],
      ["encode.item_text=title", "train.learning_rate=5e-2"], ["encode.item_vectors=frozen"],
      ["encode.item_vectors=initial", "model.item_tower=residual_mlp", "model.hidden_units=[16]"],
    ]
  )
  func newItems(overrides: [String]) throws {
    try write()
    let overrides = overrides + ["model.item_id_dropout=0.5"]
    let with = try recall(overrides)
    #expect(with > 0.8, "\(overrides): \(with)")
    // Twelve new items of sixty are held out; the list of twelve begins with what was clicked.
    let without = try recall([])
    #expect(without < 0.5, "\(without)")
  }

  @Test("users without any click are told apart by their features")
  func users() throws {
    // Every other click has no history before it.
    try write(users: 600, clicks: 2)
    let items = ["encode.item_multi=section", "model.item_id_dropout=0.5"]
    for column in ["encode.user_categories=taste", "encode.user_multi=likes", "encode.user_numbers=year"] {
      let artifact = try run(items + [column])
      let folder = FilePaths.join(artifact.directory, "model")
      let saved = try SavedModel(folder: folder)
      #expect(saved.model.shape.usesUserFeatures)
      let shape = saved.model.shape
      let tables = shape.userCategories.count + shape.userNumbers.count + shape.userBags.count
      #expect(tables == 1)
      #expect(try #require(artifact.metrics.first { $0.name == "eval.recall@12" }?.value) > 0.8)
      // Without any click: the features alone.
      let users = UserFeatures(saved.userFeatures.values)
      let codes = ["u0", "u1", "u2", "u3"].map { id in
        saved.users.firstIndex { saved.userID($0) == id }.map { $0 + 1 } ?? 0
      }
      let none = HistoryWindows(clicks: [], starts: [0, 0, 0, 0], ends: [0, 0, 0, 0])
      let queries = try saved.model.queryVectors(
        QueryInputs(users: codes.map { Int32($0) }, histories: none, features: users.rows(codes))
      )
      let vectors = try saved.itemVectors()
      let top = try ExactSearch(items: vectors, ids: saved.catalogue.items).search(queries: queries, k: 10)
      for user in 0..<4 {
        let sections = top.ids(of: user).map { id in
          saved.itemID(id).dropFirst().description
        }.compactMap(Int.init).map { $0 % 4 }
        #expect(sections.count { $0 == user } >= 8, "\(column): \(user) has \(sections)")
      }
    }
  }

  @Test("a saved model gives the indexed vectors; another number of threads the same, and the cache too")
  func saved() throws {
    try write()
    let overrides = [
      "encode.item_multi=[tags, section]", "encode.item_text=title", "encode.item_vectors=frozen",
      "encode.user_categories=taste", "encode.user_multi=likes", "encode.user_numbers=year",
      "model.item_id_dropout=0.3", "train.epochs=2",
    ]
    for form in ["frozen", "initial"] {
      let own = overrides + ["encode.item_vectors=\(form)"]
      let first = try run(own)
      let vectors = try NumpyFile.readMatrix(FilePaths.join(first.directory, IndexArtifact.vectorFile))
      let model = try SavedModel(folder: FilePaths.join(first.directory, "model"))
      let features = model.catalogue.features
      #expect(features.multi.map(\.name) == ["tags", "section"] && features.texts.map(\.buckets) == [512])
      #expect(features.vectors?.form.rawValue == form && features.vectors?.width == 5)
      #expect(try model.itemVectors().values == vectors.values)
      // The index alone runs again, from the artifacts in the cache.
      let again = try run(own + ["index.ef_construction=41"], threads: 3)
      #expect(again.cachedCells == 5)
      let other = try NumpyFile.readMatrix(FilePaths.join(again.directory, IndexArtifact.vectorFile))
      #expect(other.values == vectors.values)
    }
  }

  @Test("the model's switches leave features out")
  func switches() throws {
    try write()
    let all = [
      "encode.item_multi=tags", "encode.item_text=title", "encode.item_vectors=frozen",
      "encode.user_categories=taste", "train.epochs=1",
    ]
    let off = [
      "model.item_multi=false", "model.item_text=false", "model.item_vectors=false",
      "model.user_features=false",
    ]
    let bare = try recall(["train.epochs=1"])
    #expect(try recall(all + off) == bare)
  }

  // --- what does not go together

  private func message(_ overrides: [String]) throws -> String {
    do {
      _ = try plan(overrides)
      return "nothing"
    } catch let error as RecipeErrors { return error.description }
  }

  @Test(
    "what 'config' does not keep, and what cannot be, is told before anything runs",
    arguments: [
      (
        "encode.item_multi=s0",
        "'config' does not keep the item column 's0'; add it to item_columns.multi there"
      ),
      (
        "encode.item_text=tags",
        "'config' does not keep the item column 'tags'; add it to item_columns.keep there"
      ),
      ("encode.user_categories=year", "'config' does not keep the user column 'year'"),
      ("config.item_columns.multi=nothing", "no column 'nothing'"),
      ("config.user_columns.multi=nothing", "no column 'nothing'"),
      ("config.item_columns.flags={tags: {columns: [s0]}}", "'tags' is a column of 'multi' too"),
      ("config.item_columns.flags={x: {}}", "'x' names no columns"),
      ("config.item_columns.separator='||'", "expected one character, got '||'"),
      ("model.item_id_dropout=0.5", "'encode' gives items no features"),
      ("config.data.vectors=clicks.csv", "it is no .npy file"),
      ("config.data.vectors=none.npy", "there is no"),
      ("config.item_columns.vectors=s0", "item_columns.vectors names vectors too"),
    ]
  )
  func preflight(override: String, expected: String) throws {
    try write()
    let message = try message([override])
    #expect(message.contains(expected), "\(message)")
  }

  @Test("features without the tables they come from")
  func nothingToRead() throws {
    try write()
    let users = try message(["config.data.users=null", "encode.user_numbers=year"])
    #expect(
      users.contains("'config' reads no user table that could have a column 'year'; set data.users"),
      "\(users)"
    )
    let vectors = try message(["config.data.vectors=null", "encode.item_vectors=frozen"])
    #expect(vectors.contains("'config' reads no pretrained vectors"), "\(vectors)")
    let items = try message(["config.data.items=null"])
    #expect(items.contains("there is no item table; name their ids in data.vector_ids"), "\(items)")
  }

  private func failure(_ overrides: [String] = []) -> String {
    do {
      _ = try run(overrides)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test("arrays of other types, axes, rows and numbers are errors; f8 and ids of their own are not")
  func badVectors() throws {
    try write()
    let path = files.path("vectors.npy")
    try NumpyFile.write([Int32](repeating: 0, count: 60), shape: [60, 1], to: path)
    #expect(try message([]).contains("expected elements of type '<f4' or '<f8', they are '<i4'"))
    try NumpyFile.write([Float](repeating: 0, count: 60), to: path)
    #expect(try message([]).contains("expected an array [items, width], its shape is [60]"))
    try NumpyFile.write([Float](repeating: 0, count: 59), shape: [59, 1], to: path)
    #expect(failure().contains("there are 59 vectors in the order of its rows, and 60 rows"))
    var values = [Double](repeating: 1, count: 120)
    values[77] = .nan
    try NumpyFile.write(values, shape: [60, 2], to: path)
    #expect(failure().contains("element [38, 1] is nan, which is no finite number"))
    values[77] = 2
    try NumpyFile.write(values, shape: [60, 2], to: path)
    _ = try files.write((0..<60).map { "i\(59 - $0)\r\n" }.joined(), "ids.txt")
    let overrides = ["config.data.vector_ids=ids.txt", "encode.item_vectors=frozen", "train.epochs=1"]
    let summary = try run(overrides)
    let saved = try SavedModel(folder: FilePaths.join(summary.directory, "model"))
    // Item 21 has the vector of row 38.
    let item = try #require(
      saved.catalogue.items.firstIndex { saved.itemID($0) == "i21" }
    )
    let table = try #require(saved.model.storedWeights.first { $0.name == "emb_item_vectors" }).matrix
    #expect(Array(table.row(Int(saved.catalogue.features.values.vectorRows[item]))) == [1, 2])
    _ = try files.write("i1\ni2\n", "ids.txt")
    #expect(failure(overrides).contains("there are 2 ids, and 60 vectors"))
  }

  @Test("settings that idle, and embeddings of new items that nothing is learned of, are warned of")
  func warnings() throws {
    try write()
    func warnings(_ overrides: [String]) throws -> String {
      IdleSetting.findings(in: try plan(overrides)).map(\.message).joined(separator: "\n")
    }
    #expect(try warnings(["encode.item_text_buckets=9"]).contains("item_text is empty"))
    #expect(try warnings(["encode.item_multi_combine=sum"]).contains("item_multi is empty"))
    #expect(!(try warnings(["encode.item_text=title"]).contains("item_text")))
    let bare = try self.plan(["encode.item_text=title", "model.item_id_dropout=0.5", "model.unit_epsilon=0"])
    #expect(bare.warnings.contains { "\($0)".contains("set unit_epsilon, for example to 0.01") })
    let made = try self.plan(["encode.item_vocabulary=catalogue"])
    #expect(made.warnings.contains { "\($0)".contains("embeddings here that nothing is learned of") })
    #expect(!made.warnings.contains { "\($0)".contains("in one text") })
    let whole = try self.plan([
      "config.item_columns.separator=null", "config.user_columns.separator=','",
    ])
    for part in [
      "'tags' holds several values in one text with '|' between them, such as 'tag 0|all|own 0', which are read as one value "
        + "each: set item_columns.separator to '|'",
      "'likes' holds several values in one text with ';' between them, such as 'all;like 0', which are cut at ',': set "
        + "user_columns.separator to ';'",
    ] {
      #expect(whole.warnings.contains { $0.message.contains(part) }, "\(whole.warnings)")
    }
  }
}
