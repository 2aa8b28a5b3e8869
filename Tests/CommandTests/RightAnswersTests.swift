import Foundation
import Testing

/// What once depended on what else a recipe has, on what was cached, or on how a search went; with what is right.
@Suite("Right answers, whatever stands beside them")
struct RightAnswersTests {
  private func run(_ recipe: String, _ overrides: String..., log: String? = nil) throws -> (
    place: Workplace, metrics: [String: Double]
  ) {
    let place = try Workplace()
    if let log { try place.write("log.csv", log) }
    try place.write("a.yaml", recipe)
    let outcome = try place.run(["run", "a.yaml", "--output", "o", "-q"] + overrides)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return (place, try place.metrics("o"))
  }

  private static let made =
    "config: { seed: 3, data: { synthetic: { users: 400, items: 120, clicks: 6000 } } }\n"
  private static let small = "model: { embedding_dim: 8, hidden_units: [8], user_id: false, dropout: 0.0 }\n"

  // MARK: A kept ranking

  @Test("Candidates are those of their own encoding, whether another was ranked before or kept in the cache")
  func keptRankings() throws {
    func recipe(eval: Bool) -> String {
      Self.made + "split: { strategy: time, share: 0.2 }\nencode: { max_seq_len: 8 }\n"
        + "model: { embedding_dim: 8, hidden_units: [8], user_id: false, dropout: 0.0, time_buckets: [6, 48] }\n"
        + "train: { epochs: 3, batch_size: 64, learning_rate: 1e-2, encode: encode }\nindex: { encode: encode }\n"
        + (eval ? "eval: { k: [20], encode: encode }\n" : "")
        + "encode as now: { max_seq_len: 8, request_time: newest }\nrecall: { k: 20, encode: now }\n"
        + "recall as then: { k: 20, encode: encode, file: then.csv }\n"
    }
    let place = try Workplace()
    for (name, eval, outputs) in [("with", true, "one"), ("without", false, "two"), ("again", true, "two")] {
      try place.write("\(name).yaml", recipe(eval: eval))
      let outcome = try place.run("run", "\(name).yaml", "--output", name, "--outputs", outputs, "-q")
      try #require(outcome.status == 0, "\(outcome.errors)")
    }
    let now = try place.bytes("without/recall_candidates.csv")
    #expect(try place.bytes("with/recall_candidates.csv") == now)
    #expect(try place.bytes("again/recall_candidates.csv") == now)
    #expect(try place.bytes("with/then/then.csv") != now)
  }

  // MARK: Indexes

  private static func indexed(_ index: String) -> String {
    "config: { seed: 3, data: { synthetic: { users: 500, items: 2000, clicks: 8000 } } }\nsplit:\n"
      + "encode: { max_seq_len: 8 }\n" + small + "train: { epochs: 1, batch_size: 64 }\nindex: { \(index) }\n"
      + "eval: { k: [100] }\nrecall: { k: 100 }\n"
  }

  @Test("What is said of an index is what it finds alone: the fewer cells are looked into, the less")
  func indexRecall() throws {
    let exact = try run(Self.indexed("type: Flat")).metrics
    #expect(exact["eval.index_recall@100"] == 1)
    var before = 0.0
    for nprobe in [1, 4, 32, 64] {
      let (_, metrics) = try run(Self.indexed("type: 'IVF64,Flat', nprobe: \(nprobe)"))
      let recall = try #require(metrics["eval.index_recall@100"])
      // A cell holds 31 of 2,000 items on average: one can give no more than a good part of a hundred.
      #expect(recall >= before && (nprobe > 1 || recall < 0.9))
      #expect((recall == 1) == (nprobe == 64))
      #expect(metrics["eval.hit_rate@100"] == exact["eval.hit_rate@100"] || nprobe < 64)
      before = recall
    }
  }

  @Test("Whom an index gives too little gets the best of all items, or the short list, as it is told to")
  func fill() throws {
    let filled = try run(Self.indexed("type: 'IVF64,Flat', nprobe: 1"))
    #expect(filled.metrics["recall.candidates"] == 100 * (filled.metrics["recall.users"] ?? 0))
    let short = try #require(filled.metrics["recall.short_users"])
    #expect(short > 0)
    let bare = try run(Self.indexed("type: 'IVF64,Flat', nprobe: 1, fill: none"))
    #expect(bare.metrics["recall.short_users"] == short)
    #expect(try #require(bare.metrics["recall.candidates"]) < 100 * 500)
    #expect(bare.metrics["eval.index_recall@100"] == filled.metrics["eval.index_recall@100"])
    #expect(
      try bare.place.text("o/report.md").contains("their lists are shorter (`fill: none` of the index)")
    )
  }

  @Test("A history of many clicks on few items leaves out these few")
  func repeatedClicks() throws {
    // User 0 clicks three items 700 times each, 200 others give every item of 300 a click.
    var log = "user_id,item_id\n"
    for turn in 0..<2100 { log += "0,\(turn % 3)\n" }
    for user in 1...200 { for turn in 0..<6 { log += "\(user),\((user * 6 + turn * 7) % 300)\n" } }
    let recipe =
      "config: { data: { path: ., clicks: log.csv } }\nsplit:\nencode: { max_seq_len: 8, max_samples_per_user: 50 }\n"
      + Self.small
      + "train: { epochs: 1, batch_size: 64 }\nindex: { type: 'IVF16,Flat', nprobe: 1 }\nrecall: { k: 100 }\n"
    let (place, metrics) = try run(recipe, log: log)
    #expect(metrics["recall.candidates"] == 100 * (metrics["recall.users"] ?? 0))
    let own = try place.text("o/recall_candidates.csv").split(separator: "\n").filter { $0.hasPrefix("0,") }
    #expect(own.count == 100 && !own.contains { ["0,0,", "0,1,", "0,2,"].contains(where: $0.hasPrefix) })
  }

  // MARK: The catalogue

  /// Items 0 to 5 have many clicks, 100 to 109 one each.
  private static let rareItems: String = {
    var log = "user_id,item_id\n"
    for user in 0..<10 {
      for turn in 0..<4 { log += "\(user),\((user + turn) % 6)\n" }
      log += "\(user),\(100 + user)\n\(user),\((user + 4) % 6)\n"
    }
    return log
  }()

  private static func rare(_ encode: String) -> String {
    "config: { data: { path: ., clicks: log.csv } }\nsplit: { min_item_clicks: 2 }\n"
      + "encode: { max_seq_len: 8, min_history: 0\(encode) }\n" + small
      + "train: { epochs: 1, batch_size: 8 }\nindex:\neval: { k: [5] }\nrecall: { k: 30 }\n"
  }

  @Test("Items that the k-core left no click of are no candidates, unless they are kept")
  func removedItems() throws {
    func rareCandidates(_ place: Workplace) throws -> Int {
      try place.text("o/recall_candidates.csv").split(separator: "\n").dropFirst()
        .count { line in line.split(separator: ",").map(String.init)[1].count == 3 }
    }
    let left = try run(Self.rare(""), log: Self.rareItems)
    #expect(left.metrics["index.items"] == 6)
    #expect(try rareCandidates(left.place) == 0)
    let kept = try run(Self.rare(", removed_items: keep"), log: Self.rareItems)
    #expect(kept.metrics["index.items"] == 16)
    #expect(try rareCandidates(kept.place) == 100)
  }

  @Test(
    "Baselines and merged lists rank the model's catalogue: nothing outside the table, nothing above the ceiling"
  )
  func oneCatalogue() throws {
    let table = "item_id\n" + (0..<3).map { "\($0)\n" }.joined()
    let recipe =
      "config: { data: { path: ., clicks: log.csv, items: table.csv } }\nsplit:\nencode: { max_seq_len: 8, min_history: 0 }\n"
      + Self.small
      + "train: { epochs: 1, batch_size: 8 }\nindex:\neval: { k: [10], baselines: [popularity, item_cf], "
      + "fuse: { popularity: 1, item_cf: 1 } }\nrecall: { k: 10, fuse: { popularity: 1, item_cf: 1 } }\n"
    let place = try Workplace()
    try place.write("log.csv", Self.rareItems)
    try place.write("table.csv", table)
    try place.write("a.yaml", recipe)
    let outcome = try place.run("run", "a.yaml", "--output", "o", "-q")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let metrics = try place.metrics("o")
    let ceiling = try #require(metrics["eval.hit_rate_ceiling"])
    for list in ["", "popularity.", "item_cf.", "fused."] {
      #expect(try #require(metrics["eval.\(list)hit_rate@10"]) <= ceiling, "\(list)")
    }
    for line in try place.text("o/recall_candidates.csv").split(separator: "\n").dropFirst() {
      #expect(["0", "1", "2"].contains(String(line.split(separator: ",")[1])))
    }
  }

  // MARK: Splits

  @Test(
    "The click before the last validates only for users who are tested; the others keep theirs to be learned from"
  )
  func secondLast() throws {
    let recipe = Self.made + "split: { test_users: 50, validation: second_last }\n"
    let (_, metrics) = try run(recipe)
    let (_, all) = try run(Self.made + "split: { validation: second_last }\n")
    #expect(metrics["split.held_out_users"] == 50)
    let validation = try #require(metrics["split.validation_clicks"])
    #expect(validation <= 50 && validation > 40)
    // Nobody but the tested loses the last click and the one before.
    let clicks = try ["history_clicks", "validation_clicks", "held_out_clicks"].map {
      try #require(all["split.\($0)"])
    }
    #expect(metrics["split.history_clicks"] == clicks.reduce(0, +) - 50 - validation)
  }

  @Test(
    "0.29 of 100 clicks are 29",
    arguments: [(0.29, 100, 29), (0.57, 100, 57), (0.07, 300, 21), (0.1, 9, 1)]
  )
  func decimalShares(share: Double, clicks: Int, held: Int) throws {
    let log = "user_id,item_id\n" + (0..<clicks).map { "1,\($0 % 13)\n" }.joined()
    let recipe =
      "config: { data: { path: ., clicks: log.csv } }\nsplit: { strategy: ratio, share: \(share) }\n"
    #expect(try run(recipe, log: log).metrics["split.held_out_clicks"] == Double(held))
  }

  // MARK: The merged list

  @Test(
    "A merged list is a subject like any other: intervals, tests, validation, its own line; and so are baselines"
  )
  func fused() throws {
    let recipe =
      Self.made + "split: { validation: second_last }\nencode: { max_seq_len: 8 }\n" + Self.small
      + "train: { epochs: 2, batch_size: 64 }\nindex:\neval as plain: { k: [5, 20] }\n"
      + "eval as merged: { k: [5, 20], fuse: { popularity: 0.3 } }\ncompare: { cells: [plain, merged] }\n"
    let place = try Workplace()
    try place.write("a.yaml", recipe)
    let outcome = try place.run("run", "a.yaml", "--output", "o")
    try #require(outcome.status == 0, "\(outcome.errors)")
    let metrics = try place.metrics("o")
    for name in ["fused.hit_rate@20.low", "fused.difference_over_popularity@20.p", "fused.coverage@20"] {
      #expect(metrics["merged.\(name)"] != nil, "\(name)")
    }
    for list in ["", "fused.", "popularity."] {
      #expect(metrics["merged.validation.\(list)ndcg@20"] != nil, "\(list)")
    }
    let fused = try #require(metrics["merged.fused.hit_rate@20"])
    let plain = try #require(metrics["plain.hit_rate@20"])
    #expect(fused != plain && metrics["merged.hit_rate@20"] == plain)
    #expect(abs(try #require(metrics["compare.merged.difference"]) - (fused - plain)) < 1e-12)
    #expect(outcome.errors.contains("fused \(String(format: "%.4f", fused))"))
  }

  // MARK: Written recipes

  @Test(
    "The recipe that a run writes down names the same results",
    arguments: [
      "", "eval.k=[3,7]", "split.strategy=time|split.share=0.3", "train.optimizer=adamw", "model.pooling=gru",
      "train.loss=in_batch_bpr", "train.loss=sampled_softmax|train.pool_size=128",
      "recall.k=5|recall.fuse={popularity: 1}",
      "config.columns.time=null", "encode.item_vocabulary=clicked", "config.data.ids=string",
      "model.temperature=1e-1",
    ]
  )
  func writtenRecipes(overrides: String) throws {
    let place = try Workplace()
    let settings = overrides.split(separator: "|").map(String.init)
    let outcome = try place.run(["run", "r.yaml", "--output", "deep/er/o", "-q"] + settings)
    try #require(outcome.status == 0, "\(outcome.errors)")
    #expect(try place.run("check", "deep/er/o/recipe.yaml").status == 0)
    #expect(try place.planned("deep/er/o/recipe.yaml") == place.planned("r.yaml", settings))
  }

  @Test(
    "So does that of every recipe of ours",
    arguments: ["quickstart", "news_two_tower", "news_time_split", "news_best_validation"]
  )
  func ownRecipes(name: String) throws {
    guard SharedFolder.hasNews || name == "quickstart" else { return }
    let place = try Workplace()
    let recipe = URL(fileURLWithPath: #filePath).appending(path: "../../../recipes/\(name).yaml").standardized
      .path
    var settings = ["train.epochs=1"]
    if name == "quickstart" {
      settings.append("config.data.synthetic={users: 300, items: 100, clicks: 3000, interests: 5}")
    }
    if name != "quickstart" { settings.append("split.sample_users=500") }
    let news = ["FUNREC_RAW_DATA_PATH": "\(Tool.shared)/data"]
    let outcome = try place.run(["run", recipe, "--output", "o", "-q"] + settings, environment: news)
    try #require([0, 3].contains(outcome.status), "\(outcome.errors)")
    #expect(try place.planned("o/recipe.yaml") == place.planned(recipe, settings, environment: news))
  }
}
