import Files
import Foundation
import Testing

@Suite("The other verbs")
struct VerbTests {
  @Test("a verb, a cell and a step that are mistyped are suggested")
  func suggestions() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    let verb = try tool.run("rum", "r.yaml")
    #expect(verb.status == 2 && verb.errors.hasPrefix("Error: there is no verb 'rum'; did you mean 'run'?\n"))
    let cell = try tool.run("run", "r.yaml", "--from", "trian")
    #expect(
      cell.status == 2
        && cell.errors.hasPrefix("Error: --from: the recipe has no cell 'trian'; did you mean 'train'?\n")
    )
    let step = try tool.run("steps", "modle")
    #expect(
      step.status == 2 && step.errors.hasPrefix("Error: there is no step 'modle'; did you mean 'model'?")
    )
  }

  @Test("check names the cells, plan shows what is cached, and neither writes anything")
  func checkAndPlan() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    let check = try tool.run("check", "r.yaml")
    #expect(
      check.output
        == "r.yaml: 9 cells in order: config, split, encode, model, train, index, eval, recall, save\n"
    )
    let plan = try tool.run("plan", "r.yaml")
    #expect(plan.output.split(separator: "\n").count { $0.contains("runs") } == 9)
    #expect(!FilePaths.exists(tool.file("outputs")))
  }

  @Test("every setting of every step is explained")
  func steps() throws {
    let tool = try Tool()
    let text = try tool.run("steps", "--all").output
    for name in ["max_samples_per_user", "temperature", "early_stopping", "ef_search", "popularity_exponent"]
    {
      #expect(text.contains(name))
    }
  }

  @Test("init writes a recipe for one's own clicks that runs, and never replaces one")
  func initialRecipe() throws {
    let tool = try Tool()
    var rows = "visitor;sku;ts\n"
    for user in 0..<40 {
      for click in 0..<6 { rows += "v\(user);\((user * 7 + click) % 25);\(1_700_000_000 + click)\n" }
    }
    try tool.write(rows, to: "shop.csv")
    let made = try tool.run("init", "shop.csv")
    #expect(made.status == 0 && made.output == "shop.yaml\n", "\(made.errors)")
    let run = try tool.run("run", "shop.yaml", "train.epochs=1", "--quiet")
    #expect(run.status == 0, "\(run.errors)")
    #expect(
      try tool.read("outputs/shop/latest/recall_candidates.csv").hasPrefix(
        "visitor,sku,recall_score,recall_rank\n"
      )
    )
    let again = try tool.run("init", "shop.csv")
    #expect(again.status == 2 && again.errors.hasPrefix("Error: 'shop.yaml' is there already; "))
  }

  @Test("doctor and completions answer")
  func doctor() throws {
    let tool = try Tool()
    let doctor = try tool.run("doctor")
    #expect(doctor.status == 0 && doctor.output.contains("oneDNN") && doctor.output.contains("FAISS"))
    let completion = try tool.run("--generate-completion-script", "bash")
    #expect(completion.status == 0 && completion.output.contains("_towerbook"))
  }

  private static let canValidate: Bool = {
    guard let tool = try? Tool() else { return false }
    return (try? tool.run("-c", "import jsonschema, yaml", program: "/usr/bin/env", python: true).status) == 0
  }()

  @Test(
    "every recipe fits the schema, and what check rejects for a key, type or range the schema rejects too",
    .enabled(if: canValidate, "python3 with jsonschema and yaml is not there")
  )
  func schema() throws {
    let tool = try Tool()
    let script = FilePaths.join(Tool.repository, "Tests/CommandTests/schema_check.py")
    let run = try tool.run("python3", script, Tool.path, Tool.repository, program: "/usr/bin/env")
    #expect(run.status == 0, "\(run.output)\(run.errors)")
  }
}

extension Tool {
  /// Runs a line of Python.
  fileprivate func run(_ flag: String, _ line: String, program: String, python: Bool) throws -> Outcome {
    try run("python3", flag, line, program: program)
  }

  @Test(
    "an option that is mistyped, or a number that cannot be, is told before anything that is missing",
    arguments: [
      (["prune", "--kep", "3"], "Unknown option '--kep'. Did you mean '--keep'?"),
      (["prune", "--keep", "-1"], "--keep takes a number from 0 on, not -1"),
      (["prune"], "say what is to stay: --keep COUNT, --keep-best METRIC:COUNT or both"),
      (["tag", "x", "--remov"], "Unknown option '--remov'. Did you mean '--remove'?"),
      (["tag", "x"], "say what the run is to be called"),
      (["cache", "prune", "--al"], "Unknown option '--al'. Did you mean '--all'?"),
      (["cache", "prune"], "say what is to go: --older-than DAYS, --max-size SIZE or --all"),
      (["runs", "--last", "-1"], "--last takes a number from 1 on, not -1"),
      (["diff", "a", "b", "--samples", "-1"], "--samples takes a number from 0 to 1000000, not -1"),
      (["run", "--threads", "-1"], "--threads takes a number from 1 to 1024, not -1"),
    ]
  )
  func wrongOptions(words: [String], message: String) throws {
    let outcome = try Tool().run(words)
    #expect(outcome.status == 2 && outcome.output == "")
    #expect(outcome.errors.split(separator: "\n").first == "Error: \(message)", "\(outcome.errors)")
  }

  @Test("a reader that has had enough is no failure", arguments: ["steps", "schema", "--help", "help run"])
  func closedPipe(words: String) throws {
    let tool = try Tool()
    let script = "{ sleep 0.1; \(Tool.path) \(words); echo $? > code; } | true"
    let outcome = try tool.run("sh", "-c", script, program: "/usr/bin/env")
    #expect(outcome.errors == "")
    #expect(try tool.read("code") == "0\n")
  }
}
