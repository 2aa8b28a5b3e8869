import Foundation
import Testing

@Suite("Hard negatives in a recipe")
struct HardNegativeRunTests {
  private static let loss = "loss: sampled_softmax, pool_size: 64, logq: true"

  private static func recipe(_ train: String) -> String {
    Workplace.recipe.replacingOccurrences(of: "train: { epochs: 1", with: "train: { \(train), epochs: 3")
  }

  @Test("the report says how many a step had and what mining cost; the metric can be expected")
  func report() throws {
    let place = try Workplace()
    let section = "hard_negatives: { every: 2, count: 1, ranks: [3, 10] }"
    let expectation = "expect: { hard_negatives_per_step: '> 0' }"
    try place.write("r.yaml", Self.recipe("\(Self.loss), \(section), \(expectation)"))
    let outcome = try place.run("run", "r.yaml", "--output", "one", "--threads", "1", "-q")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let count = try #require(place.metrics("one")["train.hard_negatives_per_step"])
    let shown = String(format: "%.1f", count)
    #expect(
      try place.text("one/report.md").contains("A step had \(shown) hard negatives on average; mining ")
    )
    let again = try place.run("run", "r.yaml", "--cache", "c", "--output", "two", "--threads", "2", "-q")
    #expect(again.status == 0)
    #expect(try place.bytes("one/recall_candidates.csv") == place.bytes("two/recall_candidates.csv"))
    let without = try place.run("run", "r.yaml", "train.hard_negatives=null", "train.expect=null", "-q")
    #expect(without.status == 0, "\(without.errors)")
    #expect(try !place.metrics("outputs/r/latest").keys.contains("train.hard_negatives_per_step"))
  }

  @Test(
    "settings that cannot be are told with their place",
    arguments: [
      (
        "hard_negatives: {}",
        "error: hard negatives join candidates that all queries share; set 'loss' to 'sampled_softmax', 'bpr', 'ccl', 'softmax_at_k' or 'gbce', or to "
          + "'in_batch_softmax', 'in_batch_bpr', 'in_batch_ccl', 'in_batch_softmax_at_k' or 'in_batch_gbce' with 'merge_targets: true'"
      ),
      (
        "loss: in_batch_softmax, hard_negatives: {}",
        "error: hard negatives join candidates that all queries share; set 'loss' to 'sampled_softmax', 'bpr', 'ccl', 'softmax_at_k' or 'gbce', or to "
          + "'in_batch_softmax', 'in_batch_bpr', 'in_batch_ccl', 'in_batch_softmax_at_k' or 'in_batch_gbce' with 'merge_targets: true'"
      ),
      (
        "\(loss), hard_negatives: { ranks: [20, 5] }",
        "error: expected the first rank, then the last one, got [20, 5]"
      ),
      (
        "\(loss), hard_negatives: { start_epoch: 4 }",
        "warning: hard negatives begin in epoch 4, and the training ends with epoch 3: there will be none"
      ),
    ]
  )
  func mistakes(train: String, message: String) throws {
    let place = try Workplace()
    try place.write("r.yaml", Self.recipe(train))
    let outcome = try place.run("check", "r.yaml")
    #expect(outcome.status == (message.hasPrefix("error") ? 2 : 0))
    // There may be other warnings.
    let lines = outcome.errors.split(separator: "\n")
    #expect(
      lines.contains { $0.hasPrefix("r.yaml:9:") && $0.hasSuffix(" \(message)") },
      "\(outcome.errors)"
    )
  }

  @Test("merged targets take them too; where none can be found the report says so")
  func mergedTargets() throws {
    let place = try Workplace()
    let loss = "loss: in_batch_softmax, merge_targets: true"
    // The log has 20 items.
    for (section, isFound) in [("ranks: [3, 10]", true), ("ranks: [20, 200]", false)] {
      try place.write("r.yaml", Self.recipe("\(loss), hard_negatives: { start_epoch: 1, \(section) }"))
      let outcome = try place.run("run", "r.yaml", "train.batch_size=8", "-q")
      #expect(outcome.status == 0, "\(outcome.errors)")
      let count = try #require(place.metrics("outputs/r/latest")["train.hard_negatives_per_step"])
      #expect((count > 0) == isFound)
      let report = try place.text("outputs/r/latest/report.md")
      #expect(
        report.contains("**There were no hard negatives.** The items of ranks 20 to 200 are") == !isFound
      )
    }
  }
}
