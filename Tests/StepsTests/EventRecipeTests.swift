import Memory
import ClickFixtures
import Files
import Notebook
import Recipe
import Testing

@testable import Clicks
@testable import Steps

@Suite("Recipes on logs of events")
struct EventRecipeTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: ts, event: what, weight: w, impressions: shown }
    split: { targets: [buy] }
    encode: { targets: [buy, view] }
    model: { embedding_dim: 8, hidden_units: [8] }
    train: { loss: sampled_softmax, pool_size: 32, batch_size: 16, epochs: 1 }
    index:
    eval: { k: 5, baselines: [item_cf] }

    """

  /// 20 users of 4 to 8 clicks, every third a buy, at the same time as the click before.
  private static func clicks(weight: (Int) -> String = { _ in "1" }) -> String {
    var text = "user,item,ts,what,w,shown\n"
    for user in 1...20 {
      for turn in 0..<4 + user % 5 {
        let item = (user * 3 + turn * turn) % 12
        let what = turn % 3 == 2 ? "buy" : "view"
        let time = 1_500_000_000 + (turn % 3 == 2 ? turn - 1 : turn)
        text += "\(user),\(item),\(time),\(what),\(weight(turn)),\(item) \((item + turn) % 12) 77\n"
      }
    }
    return text
  }

  private func plan(_ overrides: [String]) throws -> Plan {
    try RecipeRuns(Self.recipe, in: files).plan(overrides)
  }

  private func run(_ overrides: [String] = []) throws -> [String: Double] {
    try RecipeRuns(Self.recipe, in: files).run(overrides)
  }

  @Test("each user's last buy is held out, and weights of 1 give what no weights do")
  func lastBuy() throws {
    _ = try files.write(Self.clicks())
    let plain = try run(["config.columns.weight=null"])
    // Of 4 to 8 clicks the last buy is the third or the sixth: 3, 3, 6, 6, 6 of each five users.
    #expect(
      plain["split.held_out_users"] == 20 && plain["split.history_clicks"] == Double(4 * (2 + 2 + 5 + 5 + 5))
    )
    #expect(plain["encode.samples"] == Double(4 * (1 + 1 + 4 + 4 + 4)))
    let ones = try run()
    for name in ["train.loss", "eval.hit_rate@5", "eval.item_cf.hit_rate@5"] {
      #expect(plain[name] == ones[name] && plain[name] != nil, "\(name)")
    }
    #expect(try run(["encode.targets=[buy]"])["encode.samples"] == Double(4 * (0 + 0 + 1 + 1 + 1)))
  }

  @Test("weights, events and shown items change what is learned")
  func weighed() throws {
    _ = try files.write(Self.clicks(weight: { $0 % 2 == 0 ? "2" : "0.5" }))
    let base = try run(["config.columns.weight=null"])
    let weighed = try run()
    #expect(
      weighed["train.loss"] != base["train.loss"] && weighed["encode.samples"] == base["encode.samples"]
    )
    let events = try run(["config.columns.weight=null", "config.events={view: 0.25, buy: 3}"])
    #expect(events["train.loss"] != base["train.loss"] && events["encode.samples"] == base["encode.samples"])
    // Few candidates, so that what was shown is not among them anyway.
    let few = ["train.loss=in_batch_softmax", "train.merge_targets=true", "train.batch_size=4"]
    let fewer = try run(["config.columns.weight=null"] + few)
    let shown = try run(["config.columns.weight=null", "train.impressions_per_sample=2"] + few)
    #expect(shown["train.loss"] != fewer["train.loss"])
    #expect(shown["train.chance_loss"] ?? 0 > fewer["train.chance_loss"] ?? 9)
    // Clicks that count 0 are no targets.
    _ = try files.write(Self.clicks(weight: { $0 % 3 == 1 ? "0" : "1" }))
    let fewerSamples = try run()
    // Places 1 to 4 before the last buy, or 1: of these 2 and 3 count.
    #expect(fewerSamples["encode.samples"] == Double(4 * (0 + 0 + 2 + 2 + 2)))
    // Nor are they held out: where the buys of turn 5 count 0, those of turn 2 are each user's last.
    _ = try files.write(Self.clicks(weight: { $0 == 5 ? "0" : "1" }))
    let earlier = try run()
    #expect(earlier["split.held_out_clicks"] == 20 && earlier["split.history_clicks"] == 40)
  }

  @Test("shown items that are none of the catalogue, or candidates anyway, are warned of")
  func oddImpressions() throws {
    var text = "user,item,ts,what,w,shown\n"
    for user in 1...20 {
      for turn in 0..<5 {
        let item = (user + turn) % 8
        text += "\(user),\(item),\(1_500_000_000 + turn),buy,1,\(item) \((item + 1) % 8) \((item + 2) % 8)\n"
      }
    }
    _ = try files.write(text)
    func report(_ overrides: [String]) throws -> String {
      let recipe = RecipeRuns(Self.recipe, in: files)
      let folder = try recipe.summary(["train.impressions_per_sample=2"] + overrides).directory
      return try MappedFile.readText(FilePaths.join(folder, "report.md"))
    }
    let covered = "`impressions_per_sample` has no effect: a pool of 32 has all 8 items that are targets"
    #expect(try report([]).contains(covered))
    // Of five clicks one is tested on and one has none before it: 60 samples, each shown one text that is no item.
    let cut = try report(["config.impressions.separator='|'"])
    #expect(cut.contains("Of 60 items that were shown beside the targets 0 are items of the catalogue"))
    let fine = try report(["train.batch_size=4", "train.pool_size=5"])
    #expect(!fine.contains("has no effect: a pool") && !fine.contains("shown beside the targets"))
  }

  @Test("histories hold what is held out from nobody")
  func leakage() throws {
    _ = try files.write(Self.clicks())
    var options = ClickLogOptions()
    (options.user, options.item, options.time) = (.name("user"), .name("item"), .name("ts"))
    options.worth.event = .name("what")
    let log = try ClickLog(reading: try files.reader(Self.clicks()), options)
    var split = SplitOptions()
    split.targets = ["buy"]
    let data = try ClickSplitter.split(log, split)
    for user in data.heldOut.users.indices {
      let place = try #require(data.history.place(of: data.heldOut.users[user]))
      let held = data.heldOut.rows[data.heldOut.offsets[user]]
      #expect(data.history.rows[data.history.range(place)].allSatisfy { $0 < held })
    }
  }

  @Test(
    "what does not fit is told before anything runs",
    arguments: [
      ("config.columns.event=null", "the log has no events; set columns.event in 'config'"),
      ("config.events={view: 1}", "'config' leaves out the event 'buy': its 'events' are 'view'"),
      ("config.events={view: 0, buy: 1}", "expected what the event 'view' counts, a number above 0"),
      ("config.events={view: much, buy: 1}", "expected what the event 'view' counts, a number above 0"),
      ("config.columns.rating=w", "set ratings.at_least, the lowest rating of a click"),
      ("config.ratings.at_least=4", "the log's ratings are in no column; set columns.rating too"),
      ("config.columns.weight=worth", "no column 'worth': the columns are user, item"),
      ("config.impressions.separator='; '", "expected one character, got '; '"),
      ("split.targets=[buy, buy]", "an event stands here twice"),
    ]
  )
  func refused(_ test: (override: String, message: String)) throws {
    _ = try files.write(Self.clicks())
    let error = #expect(throws: RecipeErrors.self) { try plan([test.override]) }
    #expect("\(try #require(error))".contains(test.message), "\(error.map { "\($0)" } ?? "")")
  }

  @Test("shown items take a log that has them and a loss that shares candidates")
  func refusedImpressions() throws {
    _ = try files.write(Self.clicks())
    func message(_ overrides: [String]) throws -> String {
      "\(try #require(#expect(throws: RecipeErrors.self) { try plan(overrides) }))"
    }
    #expect(
      try message(["config.columns.impressions=null", "train.impressions_per_sample=2"])
        .contains("the log does not say what was shown; set columns.impressions in 'config'")
    )
    #expect(
      try message(["train.loss=in_batch_softmax", "train.impressions_per_sample=2"])
        .contains(
          "set 'loss' to 'sampled_softmax', 'bpr', 'ccl', 'softmax_at_k' or 'gbce', or to 'in_batch_softmax', "
        )
    )
    #expect(throws: Never.self) {
      try plan(["train.loss=in_batch_softmax", "train.merge_targets=true", "train.impressions_per_sample=2"])
    }
  }

  @Test("times after the file was written, and only those a day later, are told")
  func future() throws {
    let log = ClickLog(users: [1, 1, 2], items: [1, 2, 3], times: [1_000, 87_400, 87_401])
    #expect(DataAudit(log: log, lastWritten: 1_001, threads: Threads(2)).blocks.isEmpty)
    let blocks = DataAudit(log: log, lastWritten: 1_000, threads: Threads(2)).blocks
    guard case .note(.warning, let text)? = blocks.first else {
      Issue.record("no warning")
      return
    }
    #expect(text.hasPrefix("1 click, of 87401, lies more than a day after the file was last written"))
    #expect(DataAudit(log: log, lastWritten: nil, threads: Threads(2)).blocks.isEmpty)
  }
}
