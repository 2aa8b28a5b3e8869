import ClickFixtures
import Notebook
import Recipe
import Testing

@testable import Steps

@Suite("Recipes on sets of items")
struct UnorderedHistoryTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item }
    split: { strategy: random, share: 0.2, validation: random }
    encode: { max_seq_len: 4 }
    model: { embedding_dim: 16, user_id: false, query_tower: identity, item_tower: identity, category: false }
    train: { loss: in_batch_softmax, batch_size: 32, epochs: 12, learning_rate: 0.02, mask_history: true, validation: { k: 5 } }
    index:
    eval: { k: 5, baselines: [popularity] }

    """

  /// 60 users of 8 to 12 clicks within one of six groups of 20 items, the largest item first: the order says nothing.
  private static func clicks() -> String {
    var text = "user,item\n"
    for user in 0..<60 {
      let items = Set((0..<8 + user % 5).map { 20 * (user % 6) + ($0 * $0 + 3 * user) % 20 })
      for item in items.sorted(by: >) { text += "u\(user),i\(item)\n" }
    }
    return text
  }

  private func plan(_ overrides: [String]) throws -> Plan {
    try RecipeRuns(Self.recipe, in: files).plan(overrides)
  }

  private func run(_ overrides: [String] = []) throws -> [String: Double] {
    try RecipeRuns(Self.recipe, in: files).run(overrides)
  }

  @Test("a table without times is one of sets: every click is a target, and the groups are found")
  func sets() throws {
    _ = try files.write(Self.clicks())
    let sets = try run()
    #expect(sets["encode.samples"] == sets["split.history_clicks"])
    let (found, popular) = (
      try #require(sets["eval.hit_rate@5"]), try #require(sets["eval.popularity.hit_rate@5"])
    )
    #expect(found > 0.5 && found > 2 * popular, "\(found) against \(popular)")
    // What is said is what goes by default, and the order of rows is another thing.
    #expect(try run(["encode.history=others"])["train.loss"] == sets["train.loss"])
    let ordered = try run(["encode.history=before"])
    #expect(ordered["encode.samples"] == (sets["encode.samples"] ?? 0) - 60)
    #expect(ordered["train.loss"] != sets["train.loss"])
  }

  @Test("ItemCF is the same for rows in any order, and what it would weigh by order is refused")
  func itemCF() throws {
    let rows = Self.clicks().split(separator: "\n").map(String.init)
    // Every fourth row is tested on.
    let (test, train) = (
      rows.dropFirst().enumerated().filter { $0.offset % 4 == 0 }.map(\.element),
      rows.dropFirst().enumerated().filter { $0.offset % 4 > 0 }.map(\.element)
    )
    _ = try files.write("user,item\n" + test.map { $0 + "\n" }.joined(), "test.csv")
    let overrides = [
      "split.strategy=files", "split.test_file=test.csv", "split.validation=none", "train.validation=null",
      "train.epochs=1",
      "eval.baselines=[item_cf]",
    ]
    func figures(_ rows: [String], _ more: [String] = []) throws -> [Double?] {
      _ = try files.write("user,item\n" + rows.map { $0 + "\n" }.joined())
      let values = try run(overrides + more)
      return ["hit_rate@5", "ndcg@5"].map { values["eval.item_cf.\($0)"] }
    }
    let found = try figures(train)
    #expect((found[0] ?? 0) > 0.3)
    #expect(try figures(train.reversed()) == found)
    #expect(try figures(train.sorted()) == found)
    // Of rows in order it is another thing.
    let ordered = ["encode.history=before"]
    #expect(try figures(train, ordered) != figures(train.reversed(), ordered))
    for setting in ["window=50", "decay=0.8", "backward=0.5", "recency=0.5"] {
      #expect { _ = try plan(["eval.item_cf.\(setting)"]) } throws: { error in
        "\(error)".contains("goes by the order of clicks") && "\(error)".contains("item_cf")
      }
      _ = try plan(["eval.item_cf.\(setting)"] + ordered)
    }
    _ = try plan(["eval.item_cf={decay: 1, backward: 1, recency: 1, alpha: 0.3}"])
  }

  @Test("a request shows the whole set, however few a sample shows")
  func wholeSets() throws {
    _ = try files.write(Self.clicks())
    let few = try run(["encode.max_seq_len=1", "train.epochs=20"])
    let found = try #require(few["eval.hit_rate@5"])
    #expect(found > 0.5, "\(found)")
  }

  @Test(
    "what goes by the order of clicks is refused",
    arguments: ["pooling=last", "newest_click=true", "pooling=gru"]
  )
  func refused(_ setting: String) throws {
    _ = try files.write(Self.clicks())
    #expect {
      _ = try run(["model.\(setting)", "encode.history=others"])
    } throws: { "\($0)".contains("goes by the order of clicks") }
    #expect { _ = try run(["model.\(setting)"]) } throws: { "\($0)".contains("goes by the order of clicks") }
    _ = try plan(["model.\(setting)", "encode.history=before"])
  }
}
