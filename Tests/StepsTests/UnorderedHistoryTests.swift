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
