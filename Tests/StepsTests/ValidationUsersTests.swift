import ClickFixtures
import Notebook
import Recipe
import Testing

@testable import Steps

@Suite("Whom training is measured on")
struct ValidationUsersTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: time }
    split: { validation: second_last }
    encode: { item_vocabulary: clicked }
    model: { embedding_dim: 16, user_id: false, category: false, query_tower: identity, item_tower: identity, pooling: last }
    train:
      { loss: in_batch_softmax, batch_size: 32, epochs: 12, learning_rate: 0.02, validation: { metric: hit_rate, k: 3 } }
    index:
    eval: { k: 5, baselines: [popularity] }

    """

  /// 90 users of 7 clicks. Those of the last 60 by id go round one of three circles of 10 items; those of the first 30 go to
  /// items which nobody else goes to.
  private static func clicks() -> String {
    var text = "user,item,time\n"
    for user in 0..<90 {
      for turn in 0..<7 {
        let item = user < 30 ? 1000 + 10 * user + turn : 10 * (user % 3) + (user + turn) % 10
        text += "\(user),\(item),\(1_500_000_000 + 60 * turn)\n"
      }
    }
    return text
  }

  @Test("they are a draw by seed, not the first by id")
  func draw() throws {
    _ = try files.write(Self.clicks())
    let runs = RecipeRuns(Self.recipe, in: files)
    func found(_ overrides: String...) throws -> Double {
      try #require(try runs.run(overrides)["train.validation_hit_rate@3"])
    }
    let all = try found()
    // Of the first 30 none can be found: they are a third of all users.
    #expect(all > 0.4 && all <= 2.0 / 3)
    #expect(try found("train.validation.users=90") == all)
    // Of 30 drawn users 20 are of the last 60, with a standard deviation of 2.1 by the hypergeometric distribution.
    let some = try found("train.validation.users=30")
    #expect(some > 0.3 && some < 0.95)
    #expect(try found("train.validation.users=30", "train.validation.seed=7") == some)
    let seeds = try (1...4).map { try found("train.validation.users=30", "train.validation.seed=\($0)") }
    #expect(Set(seeds).count > 1)
  }
}
