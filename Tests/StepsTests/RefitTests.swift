import ClickFixtures
import Notebook
import Recipe
import Testing

@testable import Steps

@Suite("Learning from the validation clicks before the test")
struct RefitTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static let recipe = """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: time, keep: [device] }
    split: { validation: second_last, refit: true }
    encode: { context: [device], item_vocabulary: clicked }
    model: { embedding_dim: 8, hidden_units: [8], time_buckets: [2], pooling: learned_position }
    train: { loss: sampled_softmax, pool_size: 64, batch_size: 32, epochs: 3, learning_rate: 0.02, logq: true }
    index:
    eval: { k: [5, 10], baselines: [popularity] }

    """

  /// 80 users of 5 to 9 clicks on 40 items, an hour apart; the last but one of user 3 is the only click on item 77.
  private static func clicks() -> String {
    var text = "user,item,time,device\n"
    for user in 0..<80 {
      let count = 5 + user % 5
      for turn in 0..<count {
        let item = user == 3 && turn == count - 2 ? 77 : (user * 7 + turn * turn * 3) % 40
        text += "\(user),\(item),\(1_500_000_000 + 3600 * turn + user),d\((user + turn) % 3)\n"
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

  private func tested(_ metrics: [String: Double]) -> [String: Double] {
    metrics.filter { name, _ in
      name.hasPrefix("eval.") && !name.contains("validation") && name != "eval.query_ms"
    }
  }

  @Test("what is tested is what a split without validation gives, with the epochs that validation chose")
  func same() throws {
    _ = try files.write(Self.clicks())
    let stopping = ["train.validation={k: 5}", "train.early_stopping={patience: 1}", "train.epochs=6"]
    let refit = try run(stopping)
    let epochs = try #require(refit["train.best_epoch"])
    // The same schedule: constant. Nothing is held out, and so many epochs are trained.
    let plain = try run(["split.validation=none", "split.refit=false", "train.epochs=\(Int(epochs))"])
    #expect(tested(refit) == tested(plain) && !tested(refit).isEmpty)
    let without = try run(stopping + ["split.refit=false"])
    #expect(without["train.validation_ndcg@5"] != nil && tested(without) != tested(refit))
    // A model that learned from these clicks is not measured on them.
    #expect(refit["eval.validation.hit_rate@5"] == nil && without["eval.validation.hit_rate@5"] != nil)
  }

  @Test("without validation in training there is one training, from all")
  func once() throws {
    _ = try files.write(Self.clicks())
    let refit = try run()
    let plain = try run(["split.validation=none", "split.refit=false"])
    #expect(tested(refit) == tested(plain))
    #expect(refit["train.loss"] == plain["train.loss"])
  }

  @Test("likewise of sets and of weights, from the cache too")
  func others() throws {
    _ = try files.write(Self.clicks())
    let sets = [
      "encode.history=others", "model.pooling=mean", "split.strategy=random", "split.share=0.3",
      "encode.max_seq_len=2",
    ]
    let refit = try run(sets + ["split.validation=random", "train.validation={k: 5}"])
    let plain = try run(sets + ["split.validation=none", "split.refit=false"])
    #expect(tested(refit) == tested(plain))
    #expect(try run(sets + ["split.validation=random", "train.validation={k: 5}"]) == refit)
  }

  @Test(
    "where there is nothing to learn anew from, it is refused",
    arguments: [("none", "learned from already"), ("items", "without being old")]
  )
  func refused(_ validation: String, _ words: String) throws {
    _ = try files.write(Self.clicks())
    #expect { _ = try plan(["split.validation=\(validation)"]) } throws: { "\($0)".contains(words) }
  }
}
