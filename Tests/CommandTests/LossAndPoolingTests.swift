import Foundation
import Testing

/// Poolings and losses as settings of a recipe.
@Suite("Poolings and losses from a recipe")
struct LossAndPoolingTests {
  /// Towers whose vectors can point away from each other.
  private static let signed = [
    "model.query_tower=identity", "model.item_tower=identity", "model.category=false",
  ]

  @Test(
    "attention, a GRU and a transformer are pooled, shown in the model's table, and trained",
    arguments: [
      ("attention", "history_attention (Attention)", 64), ("gru", "history_gru (GRU)", 432),
      // Positions of 10 clicks, two norms, 3 x 8 and 1 x 8 outputs of 8, and 32 between two layers; twice; a last norm.
      (
        "transformer", "history_transformer (Transformer, 2 blocks)",
        10 * 8 + 2 * (2 * 16 + 9 * 24 + 9 * 8 + 9 * 32 + 33 * 8) + 16
      ),
    ]
  )
  func pooling(name: String, layer: String, parameters: Int) throws {
    let place = try Workplace()
    let outcome = try place.run(
      [
        "run", "r.yaml", "--output", "o", "-q", "model.pooling=\(name)", "train.epochs=3",
        "train.loss=in_batch_softmax",
      ]
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let rows = try place.text("o/report.md").split(separator: "\n").map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    let row = try #require(rows.first { $0.first == layer })
    let count = parameters < 1_000 ? "\(parameters)" : "1,\(parameters - 1_000)"
    #expect(row == [layer, "(None, 8)", count, "emb_item, history"])
    #expect(try place.text("o/model/model.json").contains("\"pooling\" : \"\(name)\""))
    #expect(try #require(place.metrics("o")["train.loss"]).isFinite)
  }

  @Test(
    "pairwise ranking says ln 2 is chance, and warns where a run ends there",
    arguments: ["in_batch_bpr", "bpr"]
  )
  func ranking(loss: String) throws {
    let place = try Workplace()
    let settings = [
      "train.loss=\(loss)", "train.pool_size=64", "train.logq=true", "train.mask_history=true",
      "train.sample_weights={}", "model.temperature=0.3", "model.learn_temperature=true",
    ]
    var outcome = try place.run(["run", "r.yaml", "--output", "o", "train.epochs=20"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains(" (chance 0.6931)"))
    let metrics = try place.metrics("o")
    #expect(metrics["train.chance_loss"] == 0.693_147_180_559_945_3)
    #expect(try #require(metrics["train.loss"]) < 0.6)
    #expect(!(try place.text("o/report.md")).contains("learned next to nothing"))
    outcome = try place.run(["run", "r.yaml", "--output", "p", "train.learning_rate=1e-9"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try place.text("p/report.md")
    #expect(report.contains("**The model has learned next to nothing.** Its loss, "))
    #expect(
      report.contains(
        " guessing which of two items was clicked would be: 0.693. Another temperature, "
      )
    )
  }

  @Test(
    "the recipe a run writes down passes check and names the same cells",
    arguments: [
      "sampled_softmax", "bpr", "in_batch_bpr", "symmetric_in_batch_softmax", "in_batch_softmax", "ccl",
      "in_batch_ccl", "gbce", "in_batch_gbce", "softmax_at_k", "in_batch_softmax_at_k",
    ]
  )
  func writtenRecipe(loss: String) throws {
    let place = try Workplace()
    let first = try place.run(
      ["run", "r.yaml", "--output", "o", "-q", "train.epochs=1", "train.loss=\(loss)", "train.pool_size=64"]
        + (loss.hasSuffix("gbce") ? Self.signed : [])
    )
    #expect(first.status == 0, "\(first.errors)")
    let check = try place.run("check", "o/recipe.yaml")
    #expect(check.status == 0, "\(check.errors)")
    let plan = try place.run("plan", "o/recipe.yaml")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("cached"))
    #expect(!plan.output.contains(" runs"), "\(plan.output)")
  }

  @Test("a cosine contrastive loss and a binary cross-entropy say what one score for all items would cost")
  func pointwise() throws {
    let place = try Workplace()
    let settings = ["train.pool_size=64", "train.epochs=3", "train.mask_history=true"]
    var outcome = try place.run(
      ["run", "r.yaml", "--output", "o", "train.loss=ccl", "train.margin=0.4"] + settings
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains(" (chance 0.6000)"), "\(outcome.errors)")
    #expect(try #require(place.metrics("o")["train.chance_loss"]) == 0.6)
    outcome = try place.run(
      ["run", "r.yaml", "--output", "p", "train.loss=gbce", "train.logq=true"]
        + ["model.learn_temperature=true"] + Self.signed + settings
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    outcome = try place.run(
      [
        "run", "r.yaml", "--output", "s", "train.loss=softmax_at_k", "train.at_k=5", "train.logq=true",
        "train.queue={batches: 2, warmup_steps: 1}",
        "train.hard_negatives={ranks: [2, 10], max_share_of_positive: 0.95, start_epoch: 1}",
      ] + settings
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    outcome = try place.run(
      ["run", "r.yaml", "--output", "q", "train.loss=sampled_softmax", "train.logq=refined"] + settings
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
  }

  @Test("what a loss cannot take is told at its place")
  func mistakes() throws {
    let place = try Workplace()
    for (settings, words) in [
      (["train.loss=ccl", "model.similarity=dot"], "set 'similarity: cosine' in 'model'"),
      (["train.loss=ccl", "model.learn_temperature=true"], "takes no temperature"),
      (["train.loss=gbce", "train.pool_size=64"], "no score of theirs is below 0"),
      (["train.loss=ccl", "train.logq=true"], "no log-odds that -log q could correct"),
      (["train.queue={}"], "they take merged targets or a pool"),
      (["train.logq=refined"], "a pool, or merged targets"),
      (
        ["train.logq=refine"],
        "expected true, false or 'refined' for 'logq' in 'train', got the string 'refine'"
      ),
      (["train.loss=bpr", "train.pool_size=64", "train.logq=refined"], "'bpr' takes the plain one"),
    ] {
      let outcome = try place.run(["check", "r.yaml"] + settings)
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    var outcome = try place.run("check", "r.yaml", "train.loss=bpr", "train.pool_size=32")
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("the pool must hold the batch's targets: at least 64, got 32"))
    outcome = try place.run("check", "r.yaml", "model.pooling=lstm")
    #expect(
      outcome.errors.contains(
        "expected one of mean, decay, learned_position, last, attention, gru, transformer for 'pooling'"
      )
    )
    outcome = try place.run("check", "r.yaml", "model.pooling=transformer")
    #expect(
      outcome.status == 2 && outcome.errors.contains("use a loss from query to item"),
      "\(outcome.errors)"
    )
    let transformer = ["check", "r.yaml", "model.pooling=transformer", "train.loss=sampled_softmax"]
    outcome = try place.run(transformer + ["model.heads=3"])
    #expect(outcome.status == 2)
    #expect(outcome.errors.contains("an embedding_dim of 8 does not divide by 3"), "\(outcome.errors)")
    #expect(try place.run(transformer + ["model.heads=4", "train.pool_size=64"]).status == 0)
  }
}
