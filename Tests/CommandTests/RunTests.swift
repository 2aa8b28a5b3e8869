import Files
import Foundation
import TestSupport
import Testing

@Suite("towerbook run")
struct RunTests {
  @Test("a share of the users is validated on, and training stops by it")
  func validationUsers() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    func metrics(_ name: String, _ settings: String...) throws -> [String: Double] {
      let run = tool.process(["run", "r.yaml", "-q", "--output", name] + settings)
      run.standardOutput = FileHandle.nullDevice
      try run.run()
      run.waitUntilExit()
      #expect(run.terminationStatus == 0)
      let data = try Data(contentsOf: URL(fileURLWithPath: tool.file(name + "/metrics.json")))
      return try JSONDecoder().decode([String: Double?].self, from: data).compactMapValues { $0 }
    }
    let whole = try metrics("none", "split.validation=none", "train.validation=null")
    let share = try metrics(
      "share",
      "split.validation=users",
      "split.validation_share=0.25",
      "train.early_stopping={}"
    )
    let validated = try #require(share["split.validation_clicks"])
    #expect(validated > 0 && validated <= 20)
    #expect(share["split.history_clicks"] == whole["split.history_clicks"].map { $0 - validated })
    #expect(share["split.held_out_clicks"] == whole["split.held_out_clicks"])
    #expect(share["train.validation_ndcg@20"] != nil && share["train.best_epoch"] != nil)
  }

  @Test("writes a whole run, prints the report's path, and takes everything from the cache the next time")
  func wholeRun() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "small.yaml")
    let first = try tool.run("run", "small.yaml")
    #expect(first.status == 0, "\(first.errors)")
    let path = first.output.trimmingCharacters(in: .newlines)
    #expect(path.hasPrefix("outputs/small/") && path.hasSuffix("/report.md"))
    #expect(
      try FilePaths.list(tool.file("outputs/small/latest")) == [
        "eval_hits.safetensors", "faiss_index.bin", "item_embeddings.npy", "log.jsonl", "metrics.json",
        "model", "plots",
        "recall_candidates.csv", "recipe.yaml", "report.json", "report.md",
      ]
    )
    let candidates = try tool.read("outputs/small/latest/recall_candidates.csv").split(separator: "\n")
    #expect(candidates.count == 1 + 80 * 10)
    #expect(candidates[0] == "user_id,article_id,recall_score,recall_rank")
    let second = try tool.run("run", "small.yaml")
    #expect(second.errors.split(separator: "\n").allSatisfy { $0.contains("  cached") })
    let third = try tool.run("run", "small.yaml", "eval.k=[5]")
    #expect(third.errors.contains("train  cached") && !third.errors.contains("eval  cached"))
  }

  @Test("gives the same bytes with one and with two threads")
  func threads() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "small.yaml")
    for threads in ["1", "2"] {
      let run = try tool.run(
        "run",
        "small.yaml",
        "--threads",
        threads,
        "--output",
        threads,
        "--cache",
        "cache\(threads)"
      )
      #expect(run.status == 0)
    }
    for name in ["model/weights.safetensors", "recall_candidates.csv", "faiss_index.bin", "recipe.yaml"] {
      #expect(try MappedFile.read(tool.file("1/\(name)")) == MappedFile.read(tool.file("2/\(name)")))
    }
  }

  @Test("an expectation that is not met exits 3, and the report says so")
  func brokenExpectation() throws {
    let tool = try Tool()
    try tool.write(
      Tool.small.replacing(
        "eval: { k: [5, 10] }",
        with: "eval: { k: [5, 10], expect: { hit_rate@5: '> 1' } }"
      ),
      to: "r.yaml"
    )
    let run = try tool.run("run", "r.yaml", "--quiet")
    #expect(run.status == 3)
    #expect(run.errors.hasPrefix("warning: expected eval.hit_rate@5 > 1, got "))
    #expect(try tool.read("outputs/r/latest/report.md").contains("✗ not met"))
  }

  @Test("three mistakes are shown at once, at their places, and nothing is run")
  func mistakes() throws {
    let tool = try Tool()
    try tool.write(
      "config:\n  data: { synthetic: {} }\nsplit:\n  stratgy: last_click\nencode:\n  max_seq_len: many\ntrian:\n",
      to: "r.yaml"
    )
    let run = try tool.run("run", "r.yaml")
    #expect(run.status == 2)
    #expect(
      run.errors.contains("r.yaml:4:3: error: unknown key 'stratgy' in 'split'; did you mean 'strategy'?\n")
    )
    #expect(
      run.errors.contains(
        "r.yaml:6:16: error: expected an integer from 1 to 100000 for 'max_seq_len' in 'encode', got the string 'many'\n"
      )
    )
    #expect(run.errors.contains("r.yaml:7:1: error: unknown step 'trian'; did you mean 'train'?\n"))
    #expect(!FilePaths.exists(tool.file("outputs")))
  }

  @Test("killed in training by a signal, it says so, leaves no run, and goes on to the same bytes")
  func interrupted() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    let settings = ["train.epochs=1500", "train.learning_rate=1e-3", "train.checkpoint_epochs=1"]
    let undisturbed = try tool.run(
      "run",
      "r.yaml",
      settings[0],
      settings[1],
      settings[2],
      "--output",
      "a",
      "--cache",
      "c1"
    )
    #expect(undisturbed.status == 0)
    let process = tool.process(["run", "r.yaml"] + settings + ["--output", "b", "--cache", "c2"])
    process.standardError = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline, (try? FilePaths.list(tool.file("c2/checkpoints")))?.isEmpty ?? true {
      usleep(5_000)
    }
    process.interrupt()
    process.waitUntilExit()
    #expect(process.terminationStatus == 130)
    #expect(!FilePaths.exists(tool.file("b/report.md")))
    let resumed = try tool.run(["run", "r.yaml"] + settings + ["--output", "b", "--cache", "c2"])
    #expect(resumed.status == 0)
    #expect(resumed.errors.contains("going on after epoch "))
    let name = "model/weights.safetensors"
    #expect(try MappedFile.read(tool.file("a/\(name)")) == MappedFile.read(tool.file("b/\(name)")))
  }

  @Test(
    "a full disk ends the run with the reason, and leaves no run behind",
    .disabled(if: Sanitizer.writesFiles, "no size of a file can be limited under the thread sanitizer")
  )
  func fullDisk() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    // The shell's limit on the size of a file stands in for a disk that is full.
    let run = try tool.run(
      "-c",
      "ulimit -f 8; exec '\(Tool.path)' run --quiet r.yaml",
      program: "/bin/sh"
    )
    #expect(run.status == 1)
    #expect(
      run.errors.hasPrefix("error: 'config' failed: cannot write '")
        && run.errors.hasSuffix(": File too large\n")
    )
    #expect(!FilePaths.exists(tool.file("outputs/r")))
  }

  @Test("a folder that cannot be written is found before anything is computed")
  func unwritable() throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    let run = try tool.run("run", "r.yaml", "--outputs", "r.yaml")
    #expect(run.status == 2)
    #expect(run.errors == "error: cannot make folder 'r.yaml': a file of that name is in the way\n")
  }

  @Test("a second cell of a step writes into a folder of its own")
  func secondIndex() throws {
    let tool = try Tool()
    try tool.write(
      Tool.small
        + "index as hnsw: { type: HNSW8, ef_search: 64 }\neval as approximate: { index: hnsw, k: [10] }\n",
      to: "r.yaml"
    )
    let run = try tool.run("run", "r.yaml", "--quiet")
    #expect(run.status == 0, "\(run.errors)")
    #expect(FilePaths.exists(tool.file("outputs/r/latest/faiss_index.bin")))
    #expect(FilePaths.exists(tool.file("outputs/r/latest/hnsw/faiss_index.bin")))
    let metrics = try tool.read("outputs/r/latest/metrics.json")
    #expect(metrics.contains("\"approximate.index_recall@10\": "))
    let again = try tool.run("run", "r.yaml", "hnsw.ef_search=100")
    #expect(again.errors.contains("hnsw  cached") && !again.errors.contains("approximate  cached"))
  }

  @Test("clicks from files of several forms give the same run")
  func forms() throws {
    let tool = try Tool()
    var rows: [(String, String, Int)] = []
    for user in 0..<30 {
      for click in 0..<8 { rows.append(("u\(user % 7)\(user)", "i\((user * 5 + click * 3) % 20)", click)) }
    }
    let plain = "user,item,time\n" + rows.map { "\($0.0),\($0.1),\($0.2)\n" }.joined()
    try tool.write(plain, to: "plain.csv")
    try tool.write(
      "\u{FEFF}user\titem\ttime\r\n" + rows.map { "\"\($0.0)\"\t\($0.1)\t\($0.2)\r\n" }.joined(),
      to: "quoted.tsv"
    )
    try tool.write(rows.map { "\($0.2),\($0.1),\($0.0)\n" }.joined(), to: "bare.csv")
    #expect(try tool.run("-k", "plain.csv", program: "/usr/bin/gzip").status == 0)
    let forms = [
      ("clicks: plain.csv.gz", "user: user, item: item, time: time"),
      ("clicks: quoted.tsv, delimiter: \"\\t\"", "user: user, item: item, time: time"),
      ("clicks: bare.csv, header: false", "user: 3, item: 2, time: 1"),
    ]
    try tool.write(plain, to: "plain.csv")
    var metrics: [String] = []
    for (data, columns) in [("clicks: plain.csv", forms[0].1)] + forms {
      try tool.write(
        Tool.small.replacing(
          "synthetic: { users: 80, items: 50, clicks: 800, interests: 5 }",
          with: "path: ., \(data)"
        )
        .replacing("split:", with: "  columns: { \(columns) }\nsplit:"),
        to: "r.yaml"
      )
      let run = try tool.run("run", "r.yaml", "--quiet")
      #expect(run.status == 0, "\(data): \(run.errors)")
      let lines = try tool.read("outputs/r/latest/metrics.json").split(separator: "\n")
      metrics.append(lines.filter { !$0.contains("query_ms") }.joined(separator: "\n"))
    }
    #expect(Set(metrics).count == 1)
  }
}
