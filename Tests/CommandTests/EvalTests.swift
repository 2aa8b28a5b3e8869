import Foundation
import Testing

@Suite("eval in a run")
struct EvalTests {
  private static let split = "split: { strategy: last_click, validation: second_last }"

  /// The recipe of the workplace with another split and other settings of eval.
  private func recipe(split: String = Self.split, eval: String) -> String {
    Workplace.recipe
      .replacing("split: { strategy: last_click }", with: split)
      .replacing("train: { epochs: 1,", with: "train: { epochs: 2, validation: { k: 5 },")
      .replacing("eval: { k: [5, 20], allow: [unfetched_k] }", with: "eval: \(eval)")
      .replacing("recall: { k: 10 }\n", with: "")
  }

  @Test("gives intervals, tests, validation figures and the catalogue's use, all finite and all declared")
  func metrics() throws {
    let place = try Workplace()
    // Only metrics that are declared can be expected.
    let expected = [
      "hit_rate@5.low", "ndcg@20.high", "difference_over_popularity@20", "difference_over_popularity@20.low",
      "difference_over_popularity@20.high", "difference_over_popularity@20.p", "coverage@20", "gini@20",
      "mean_popularity@20", "popularity.coverage@20", "hit_rate_ceiling", "future_share",
      "validation.hit_rate@20",
    ]
    let lines = expected.map { "\"\($0)\": \">= -1\"" }.joined(separator: ", ")
    try place.write("r.yaml", recipe(eval: "{ k: [5, 20], expect: { \(lines) } }"))
    let run = try place.run("run", "r.yaml", "--output", "o", "-q")
    #expect(run.status == 0, "\(run.errors)")
    let metrics = try place.metrics("o")
    #expect(metrics.values.allSatisfy { $0.isFinite })
    // Only a lift over a baseline that finds nothing has no number.
    let empty = try place.text("o/metrics.json").split(separator: "\n").filter { $0.contains(": null") }
    #expect(empty.allSatisfy { $0.contains("eval.lift_over_popularity@") })
    func value(_ name: String) throws -> Double { try #require(metrics["eval.\(name)"]) }
    let rate = try value("hit_rate@5")
    #expect(try value("hit_rate@5.low") <= rate)
    #expect(try value("hit_rate@5.high") >= rate)
    let difference = try value("hit_rate@20") - value("popularity.hit_rate@20")
    #expect(try value("difference_over_popularity@20") == difference)
    let ceiling = try value("hit_rate_ceiling")
    #expect(try value("hit_rate@20") <= ceiling)
    #expect(ceiling <= 1)
    // What training measured after its last epoch, with the same model on the same clicks.
    #expect(metrics["train.validation_ndcg@5"] == metrics["eval.validation.ndcg@5"])
  }

  @Test("gives the same figures and words for any number of threads")
  func threads() throws {
    let place = try Workplace()
    try place.write("r.yaml", recipe(eval: "{ k: [5, 20] }"))
    var reports: [[Substring]] = []
    for threads in ["1", "3"] {
      let run = try place.run(
        "run",
        "r.yaml",
        "-q",
        "--threads",
        threads,
        "--output",
        threads,
        "--cache",
        "c\(threads)"
      )
      #expect(run.status == 0, "\(run.errors)")
      let lines = try place.text("\(threads)/report.md").split(separator: "\n")
      let start = try #require(lines.firstIndex(of: "## eval"))
      let end = try #require(lines.firstIndex(of: "## save"))
      reports.append(
        lines[start..<end].filter { !$0.contains("Milliseconds") && !$0.contains("Computed in") }
      )
    }
    #expect(reports[0] == reports[1])
  }

  @Test("warns of the future with the recipe that has none of it, which then has none")
  func future() throws {
    let place = try Workplace()
    try place.write("r.yaml", recipe(eval: "{ k: [5, 20] }"))
    #expect(try place.run("run", "r.yaml", "--output", "o", "-q").status == 0)
    let report = try place.text("o/report.md")
    #expect(report.contains("> **The model has seen the future: "))
    let open = try #require(report.firstRange(of: "`split: { strategy: time, share: "))
    let setting = report[open.lowerBound...].dropFirst().prefix { $0 != "`" }
    try place.write(
      "honest.yaml",
      recipe(split: String(setting), eval: "{ k: [5, 20] }").replacing("validation: { k: 5 }, ", with: "")
    )
    let honest = try place.run("run", "honest.yaml", "--output", "h", "-q")
    #expect(honest.status == 0, "\(honest.errors)")
    #expect(try place.metrics("h")["eval.future_share"] == 0)
    #expect(try !place.text("h/report.md").contains("future"))
  }

  @Test("without resamples there are no intervals and no tests, and the same means")
  func off() throws {
    let place = try Workplace()
    try place.write("r.yaml", recipe(eval: "{ k: [5, 20] }"))
    #expect(try place.run("run", "r.yaml", "--output", "o", "-q").status == 0)
    let off = try place.run(
      "run",
      "r.yaml",
      "--output",
      "n",
      "-q",
      "eval.bootstrap.samples=0",
      "eval.validation=false"
    )
    #expect(off.status == 0, "\(off.errors)")
    let (with, without) = (try place.metrics("o"), try place.metrics("n"))
    let gone = with.keys.filter { $0.hasPrefix("eval.") && without[$0] == nil }
    #expect(
      gone.allSatisfy {
        $0.hasSuffix(".low") || $0.hasSuffix(".high") || $0.hasSuffix(".p")
          || $0.hasPrefix("eval.validation.")
      }
    )
    #expect(gone.contains("eval.ndcg@5.low") && gone.contains("eval.validation.ndcg@5"))
    for (name, value) in without where name != "eval.query_ms" { #expect(with[name] == value, "\(name)") }
    #expect(try place.text("n/report.md").contains("**The first 20.**"))
  }

  @Test("the report says what was found, what could be, and by whom")
  func report() throws {
    let place = try Workplace()
    try place.write(
      "r.yaml",
      recipe(eval: "{ k: [5, 20], headline_k: 5, bootstrap: { samples: 99, level: 0.9 } }")
    )
    let run = try place.run("run", "r.yaml", "--output", "o", "-q")
    #expect(run.status == 0, "\(run.errors)")
    let report = try place.text("o/report.md")
    for text in [
      "**The first 5, with 90 % intervals from 99 resamples of the users.**", "| two-tower on validation  |",
      "| popularity on validation |",
      "of the held-out clicks in its first 5 than popularity [", "**hit_rate@5 by slice.**",
      "| Head and tail",
      "| Clicks before the request", "| Time since the last click",
      "**What is shown to anyone among the first 5.**",
      "held-out items",
    ] { #expect(report.contains(text), "\(text)") }
  }

  @Test("a headline_k that is no k is an error at its place")
  func headline() throws {
    let place = try Workplace()
    try place.write("r.yaml", recipe(eval: "{ k: [5, 20], headline_k: 10 }"))
    let run = try place.run("run", "r.yaml")
    #expect(run.status == 2)
    #expect(run.errors.contains("error: expected one of the values of 'k' (5, 20), got 10\n"))
  }
}
