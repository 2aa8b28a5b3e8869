import ClickFixtures
import Testing

@testable import Steps

@Suite("Candidates of a batch that are in the query's own history")
struct HistoryMaskTests {
  @Test(
    "a query sees none of their copies: where its history holds all items there is nothing but the target, and the loss is 0",
    arguments: ["in_batch_softmax", "in_batch_bpr"],
    [false, true]
  )
  func allMasked(loss: String, merges: Bool) throws {
    let files = try ClickFiles()
    let rows = (0..<20).flatMap { user in (0..<9).map { "u\(user),\(["a", "b", "c"][($0 + user) % 3]),\($0)" }
    }
    _ = try files.write("user,item,ts\n" + rows.joined(separator: "\n") + "\n", "clicks.csv")
    let runs = RecipeRuns(
      """
      config: { data: { path: ., clicks: clicks.csv }, columns: { user: user, item: item, time: ts, time_unit: s } }
      split: { strategy: none }
      encode: { max_seq_len: 5, min_history: 3 }
      model: { embedding_dim: 4, query_tower: identity, item_tower: identity, user_id: false, category: false }
      train: { loss: \(loss), mask_history: true, batch_size: 64, epochs: 1 }
      """,
      in: files
    )
    let masked = try runs.run(["train.merge_targets=\(merges)"])
    #expect(masked["train.loss"] == 0)
    let open = try runs.run(["train.merge_targets=\(merges)", "train.mask_history=false"])
    #expect(try #require(open["train.loss"]) > 0.1)
  }
}
