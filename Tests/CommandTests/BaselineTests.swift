import Foundation
import Testing

@Suite("Baselines and merged lists")
struct BaselineTests {
  private static let eval = """
    eval:
      k: [5, 10]
      baselines: [popularity, recent_popularity, item_cf]
      item_cf: { neighbours: 20, half_life_hours: 100 }
      recent_popularity: { window_hours: 24 }
      fuse: { depth: 20, recent_popularity: 0.2 }
    """
  private static let recall = "recall: { k: 10, fuse: { method: rrf, depth: 20, item_cf: 1 } }"

  private func recipe(eval: String = Self.eval, recall: String = Self.recall) -> String {
    Tool.small.replacing("eval: { k: [5, 10] }", with: eval).replacing("recall: { k: 10 }", with: recall)
  }

  private func metrics(_ tool: Tool, _ run: String) throws -> [String: Double] {
    try JSONDecoder().decode([String: Double].self, from: Data(tool.read("\(run)/metrics.json").utf8))
  }

  @Test("each has its row, its metrics and its lift, the same for any number of threads")
  func comparisons() throws {
    let tool = try Tool()
    try tool.write(recipe(), to: "r.yaml")
    for threads in ["1", "2"] {
      let run = try tool.run(
        "run",
        "r.yaml",
        "--threads",
        threads,
        "--output",
        threads,
        "--cache",
        "cache\(threads)"
      )
      #expect(run.status == 0, "\(run.errors)")
    }
    let values = try metrics(tool, "1")
    for name in ["popularity", "recent_popularity", "item_cf"] {
      let own = try #require(values["eval.hit_rate@10"])
      let other = try #require(values["eval.\(name).hit_rate@10"])
      #expect(try other > 0 && abs(#require(values["eval.lift_over_\(name)@10"]) - own / other) < 1e-12)
    }
    #expect(values["eval.fused.ndcg@5"] != nil && values["eval.lift_over_fused@5"] == nil)
    let candidates = try tool.read("1/recall_candidates.csv")
    #expect(candidates.hasPrefix("user_id,article_id,recall_score,recall_rank,recall_source\n"))
    #expect(candidates.contains(",two_tower+item_cf\n") && candidates.contains(",two_tower\n"))
    #expect(try tool.read("2/recall_candidates.csv") == candidates)
    let timed = ["eval.query_ms"]
    let other = try metrics(tool, "2")
    for (name, value) in values where !timed.contains(name) && name.hasPrefix("eval.") {
      #expect(other[name] == value, "\(name)")
    }
  }

  @Test("a merged list of one source is that source's")
  func oneSource() throws {
    let tool = try Tool()
    let alone = "two_tower: 0, popularity: 0, item_cf: 1, depth: 30"
    let eval = "eval: { k: [5, 10], baselines: item_cf, fuse: { \(alone) } }"
    try tool.write(recipe(eval: eval, recall: "recall: { k: 10, fuse: { \(alone) } }"), to: "r.yaml")
    #expect(try tool.run("run", "r.yaml", "--output", "out").status == 0)
    let values = try metrics(tool, "out")
    #expect(values["eval.popularity.hit_rate@10"] == nil)
    for metric in ["hit_rate@5", "ndcg@10", "mrr@10"] {
      #expect(values["eval.fused.\(metric)"] == values["eval.item_cf.\(metric)"])
    }
    let rows = try tool.read("out/recall_candidates.csv").split(separator: "\n").dropFirst()
    #expect(!rows.isEmpty && rows.allSatisfy { $0.hasSuffix(",item_cf") })
  }

  @Test("what is not there, and what cannot be, is said with its place")
  func mistakes() throws {
    let tool = try Tool()
    let eval = "eval: { baselines: [popular], baseline: none }"
    let recall = "recall: { fuse: { two_tower: 0, item_cf: 0, popularity: 0 } }"
    try tool.write(recipe(eval: eval, recall: recall), to: "r.yaml")
    let run = try tool.run("run", "r.yaml")
    #expect(run.status == 2)
    for message in [
      "expected one of popularity, recent_popularity, item_cf, newest for each value of 'baselines' in 'eval', got the "
        + "string 'popular'",
      "unknown key 'baseline' in 'eval'; did you mean 'baselines'?",
      "every source counts 0: nothing would be recommended; let one count more",
    ] {
      #expect(run.errors.contains(message), "\(run.errors)")
    }
  }
}
