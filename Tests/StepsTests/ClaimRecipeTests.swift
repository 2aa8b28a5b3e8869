import ClickFixtures
import Foundation
import Notebook
import Recipe
import Report
import Testing

@testable import Steps

@Suite("What others published, beside what came")
struct ClaimRecipeTests {
  let files: ClickFiles

  init() throws { files = try ClickFiles() }

  private static func recipe(_ claim: String, bootstrap: String = "{ samples: 200 }") -> String {
    """
    config:
      seed: 7
      data: { path: ., clicks: clicks.csv }
      columns: { user: user, item: item, time: time }
    split: { validation: second_last }
    encode:
    model: { embedding_dim: 8, user_id: false, query_tower: identity, item_tower: identity, category: false }
    train: { loss: in_batch_softmax, batch_size: 32, epochs: 2, learning_rate: 0.02 }
    index:
    eval:
      k: [5, 10]
      bootstrap: \(bootstrap)
      claim: \(claim)

    """
  }

  /// 80 users of 5 to 9 clicks on 40 items.
  private static func clicks() -> String {
    var text = "user,item,time\n"
    for user in 0..<80 {
      for turn in 0..<5 + user % 5 { text += "\(user),\((user * 7 + turn * turn * 3) % 40),\(turn)\n" }
    }
    return text
  }

  private func plan(_ recipe: String) throws -> Plan { try RecipeRuns(recipe, in: files).plan() }

  private func run(_ recipe: String, _ overrides: [String] = []) throws -> ReportDocument {
    try ReportDocument(folder: try RecipeRuns(recipe, in: files).summary(overrides).directory)
  }

  private func claims(_ document: ReportDocument) throws -> [ReportDocument.Claim] {
    try #require(document.cells.first { $0.id == "eval" }?.claims)
  }

  private func problem(_ claim: String) -> String {
    do {
      _ = try plan(Self.recipe(claim))
      return ""
    } catch { return "\(error)" }
  }

  @Test("a figure within the interval is reproduced, one below it beaten, one above it not reached")
  func verdicts() throws {
    _ = try files.write(Self.clicks())
    let first = try run(Self.recipe("{ source: A, hit_rate@10: 0 }"))
    func metric(_ name: String) throws -> Double {
      try #require(first.metrics.first { $0.name == "eval.\(name)" }?.value)
    }
    let (own, low, high) = (
      try metric("hit_rate@10"), try metric("hit_rate@10.low"), try metric("hit_rate@10.high")
    )
    #expect(low < own && own < high)
    let document = try run(
      Self.recipe(
        "[{ source: A, hit_rate@10: \(own) }, { source: B, table: 2, hit_rate@10: \(low / 2) }, "
          + "{ source: C, hit_rate@10: \((1 + high) / 2), ndcg@5: 0.00001 }]"
      )
    )
    let claims = try claims(document)
    #expect(claims.map(\.source) == ["A", "B", "C"])
    #expect(claims[0].verdict == "reproduced" && claims[0].isHeld)
    let percent = 100 * (own - low / 2) / (low / 2)
    #expect(
      claims[1].verdict
        == "beaten by \(String(format: "%.4f", own - low / 2)) (\(String(format: "%.1f", percent)) %)"
    )
    #expect(claims[2].figures.map(\.verdict)[0].hasPrefix("short by ") && !claims[2].isHeld)
    #expect(claims[2].figures.map(\.verdict)[1].hasPrefix("beaten by "))
    #expect(
      claims[0].figures[0].low == low && claims[0].figures[0].own == own && claims[0].figures[0].seeds == 1
    )
    let text = try String(contentsOfFile: files.path("outputs/recipe/latest/report.md"), encoding: .utf8)
    #expect(text.contains("B, 2") && text.contains("How it was measured is not said here"))
  }

  @Test("without an interval there is a difference and no verdict")
  func withoutInterval() throws {
    _ = try files.write(Self.clicks())
    let document = try run(Self.recipe("{ source: A, hit_rate@10: 0.001 }", bootstrap: "{ samples: 0 }"))
    let claim = try #require(try claims(document).first)
    #expect(claim.verdict.hasPrefix("above by ") && !claim.isHeld)
  }

  @Test("figures under another protocol cannot be compared, and it is said in which points")
  func notComparable() throws {
    _ = try files.write(Self.clicks())
    let same =
      "split: leave_one_out, validation: second_last, refit: false, query_sees_validation: true, ranking: full, seen: leave_out, "
      + "users: 80, items: 40, interactions: 560"
    let alike = try claims(try run(Self.recipe("{ source: A, protocol: { \(same) }, hit_rate@10: 0 }")))
    #expect(alike[0].isComparable && alike[0].hasProtocol)
    let other = try claims(
      try run(
        Self.recipe(
          "{ source: A, protocol: { ranking: sampled, seen: keep, items: 12101, users: 80 }, hit_rate@10: 0 }"
        )
      )
    )
    #expect(
      other[0].verdict
        == "not comparable: ranked items: sampled there, full here; items seen before: keep there, leave out here; "
        + "items ranked: 12,101 there, 40 here"
    )
    #expect(!other[0].isComparable && !other[0].isHeld && other[0].figures[0].verdict == "not comparable")
    // Nothing is held out for validation: what would be is learned from.
    let all = try claims(
      try run(
        Self.recipe("{ source: A, protocol: { refit: false }, hit_rate@10: 0 }"),
        ["split.validation=none"]
      )
    )
    #expect(all[0].verdict.contains("true here"))
  }

  @Test("runs that differ in the seed of training alone give the spread")
  func seeds() throws {
    _ = try files.write(Self.clicks())
    let recipe = Self.recipe("{ source: A, hit_rate@10: 0.5 }")
    var values: [Double] = []
    for seed in [1, 2, 3, 2] {
      let document = try run(recipe, ["train.seed=\(seed)"])
      let figure = try #require(try claims(document).first?.figures.first)
      if values.count < 3 { values.append(try #require(figure.own)) }
      #expect(figure.seeds == min(values.count, 3))
      guard values.count > 1 else { continue }
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.map { ($0 - mean) * ($0 - mean) }.reduce(0, +)
      #expect(abs((figure.mean ?? 0) - mean) < 1e-12)
      #expect(abs((figure.deviation ?? -1) - (squares / Double(values.count - 1)).squareRoot()) < 1e-12)
    }
    // Another setting, and no run is alike.
    let other = try run(recipe, ["train.seed=4", "train.epochs=3"])
    #expect(try claims(other).first?.figures.first?.seeds == 1)
  }

  @Test("the recipe that a run keeps has its claims, and gives the same")
  func kept() throws {
    _ = try files.write(Self.clicks())
    let claim =
      "{ source: \"X: \\\"y\\\"\", table: \"2, row 3\", protocol: { seen: keep }, hit_rate@10: 0.25 }"
    let document = try run(Self.recipe(claim))
    let text = try #require(document.recipeText)
    let again = try Planner(steps: StepList.all).plan(
      try RecipeLoader(environment: [:], overrides: []).load(
        text: text,
        name: "again",
        directory: files.path("outputs/recipe/latest"),
        steps: Planner(steps: StepList.all).declarations
      )
    )
    let kept = try #require(again.cells.last?.cell.claims.first)
    #expect(kept.source == "X: \"y\"" && kept.table == "2, row 3" && kept.figures.map(\.value) == [0.25])
    #expect(kept.points.map(\.name) == ["seen"] && kept.points.map(\.value) == ["keep"])
  }

  @Test(
    "what a claim gets wrong is told",
    arguments: [
      ("{ source: A, hit_rat@10: 0.1 }", "no step gives the metric 'hit_rat@10' of the claim; did you mean"),
      ("{ source: A, hit_rate@7: 0.1 }", "no step gives the metric 'hit_rate@7'"),
      ("{ hit_rate@10: 0.1 }", "expected a 'source'"), ("{ source: A }", "expected a published figure"),
      ("{ source: A, hit_rate@10: high }", "expected a number for 'hit_rate@10'"),
      ("{ source: A, hit_rate@10: .inf }", "expected a number"),
      ("{ source: A, protocol: { sene: keep }, hit_rate@10: 0.1 }", "did you mean 'seen'"),
      ("{ source: A, protocol: { seen: kept }, hit_rate@10: 0.1 }", "expected leave_out or keep, got 'kept'"),
      ("{ source: A, protocol: { users: many }, hit_rate@10: 0.1 }", "expected a whole number, got 'many'"),
      ("{ source: A, protocol: [seen], hit_rate@10: 0.1 }", "expected points with values"),
      ("0.0928", "expected a source and its figures"),
      ("{ source: [A], hit_rate@10: 0.1 }", "expected a text"),
    ]
  )
  func refused(_ claim: String, _ words: String) throws {
    _ = try files.write(Self.clicks())
    let problem = problem(claim)
    #expect(problem.contains(words), "\(problem)")
  }
}
