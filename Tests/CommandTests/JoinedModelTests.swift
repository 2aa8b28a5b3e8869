import Foundation
import Testing

/// Ensembles and widths as settings of a recipe.
@Suite("Joined and cut vectors from a recipe")
struct JoinedModelTests {
  @Test("an ensemble is trained, validated, indexed and saved as one model; a page does not hold it")
  func ensemble() throws {
    let place = try Workplace()
    let settings = [
      "train.epochs=2", "train.validation={}", "train.early_stopping={}", "split.validation=second_last",
    ]
    var outcome = try place.run(["run", "r.yaml", "--output", "o", "model.ensemble=2"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let metrics = try place.metrics("o")
    #expect(try #require(metrics["train.validation_ndcg@20"]).isFinite)
    let report = try place.text("o/report.md")
    #expect(report.contains("joined_user_vec (Concatenate)") && report.contains("member2_emb_item"))
    outcome = try place.run(["run", "r.yaml", "--output", "p"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let single = try #require(try place.metrics("p")["model.parameters"])
    #expect(metrics["model.parameters"] == 2 * single)
    outcome = try place.run("report", "o", "--live")
    #expect(outcome.status != 0)
    #expect(
      outcome.errors.contains("is an ensemble, and a page holds one model"),
      "\(outcome.errors)"
    )
  }

  @Test("queries of several vectors are trained, validated, searched, saved and shown; an ensemble has none")
  func interests() throws {
    let place = try Workplace()
    let settings = [
      "train.epochs=2", "train.validation={}", "split.validation=second_last", "eval.widths=[4]",
    ]
    var outcome = try place.run(["run", "r.yaml", "--output", "o", "model.interests=2"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    let report = try place.text("o/report.md")
    #expect(report.contains("history_interests (Attention, 2 interests)"))
    #expect(try place.text("o/model/manifest.json").contains("\"version\" : 3"))
    outcome = try place.run("report", "o", "--live")
    #expect(outcome.status == 0, "\(outcome.errors)")
    outcome = try place.run("check", "r.yaml", "model.interests=2", "model.ensemble=2")
    #expect(
      outcome.status == 2 && outcome.errors.contains("leave 'ensemble' or 'interests' out"),
      "\(outcome.errors)"
    )
    // One interest is the model that there was before: it is taken from what was kept, and saved in the form of then.
    outcome = try place.run(["run", "r.yaml", "--output", "p"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    outcome = try place.run(["run", "r.yaml", "--output", "q", "model.interests=1"] + settings)
    #expect(outcome.status == 0, "\(outcome.errors)")
    for file in ["manifest.json", "model.json", "recipe.yaml"] {
      let text = try place.text("p/model/\(file)")
      #expect(try place.text("q/model/\(file)") == text && !text.contains("interests"), "\(file)")
    }
    #expect(try place.text("p/model/manifest.json").contains("\"version\" : 2"))
  }

  @Test("vectors trained to be cut are measured at each width, and so are those that 'eval' names")
  func widths() throws {
    let place = try Workplace()
    var outcome = try place.run(
      "run",
      "r.yaml",
      "--output",
      "o",
      "train.matryoshka=[2, 4]",
      "eval.widths=[4, 8]",
      "train.epochs=5"
    )
    #expect(outcome.status == 0, "\(outcome.errors)")
    let metrics = try place.metrics("o")
    // All eight dimensions are the vectors themselves.
    #expect(metrics["eval.width_8.ndcg@20"] == metrics["eval.ndcg@20"])
    #expect(try #require(metrics["eval.width_4.hit_rate@20"]) > 0)
    #expect(metrics["eval.width_2.hit_rate@20"] == nil)
    let rows = try place.text("o/report.md").split(separator: "\n").map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    for name in ["2", "4", "8", "all"] { #expect(rows.contains { $0.first == name && $0.count >= 3 }) }
    #expect(try place.text("o/model/model.json").contains("prefixWidths"))
    for (settings, words) in [
      (["train.matryoshka=[4, 4]"], "widths that ascend"),
      (["train.matryoshka=[8]"], "below that of the vectors, which is 8"),
      (["train.matryoshka=[4]", "model.ensemble=2"], "leave 'ensemble' out"),
    ] {
      outcome = try place.run(["check", "r.yaml"] + settings)
      #expect(outcome.status == 2 && outcome.errors.contains(words), "\(outcome.errors)")
    }
    outcome = try place.run("run", "r.yaml", "--output", "p", "eval.widths=[9]")
    #expect(outcome.status == 1 && outcome.errors.contains("have 8 dimensions, got 9"), "\(outcome.errors)")
  }
}
