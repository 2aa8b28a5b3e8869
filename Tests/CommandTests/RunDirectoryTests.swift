import Files
import Foundation
import Testing

@Suite("Caches, run directories and reports")
struct RunDirectoryTests {
  @Test("A change of prose runs nothing again, one of eval.k does not train")
  func runsOnlyWhatChanged() throws {
    let place = try Workplace()
    _ = try place.run("run", "r.yaml", "-q")
    try place.write("r.yaml", "title: Another\n" + Workplace.recipe)
    let prose = try place.run("run", "r.yaml")
    #expect(prose.errors.split(separator: "\n").allSatisfy { $0.contains("  cached") })
    #expect(try place.text("outputs/r/latest/report.md").hasPrefix("# Another\n"))

    let eval = try place.run("run", "r.yaml", "eval.k=[3]")
    #expect(eval.status == 0)
    let computed = eval.errors.split(separator: "\n").filter { !$0.contains("  cached") }
    #expect(computed.map { $0.prefix(11) } == ["[7/9] eval ", "[9/9] save "])
  }

  @Test("--from and --force run cells again; to the same bytes")
  func forces() throws {
    let place = try Workplace()
    _ = try place.run("run", "r.yaml", "--output", "a", "-q")
    let from = try place.run("run", "r.yaml", "--from", "index", "--output", "b")
    #expect(from.errors.split(separator: "\n").filter { $0.contains("  cached") }.count == 5)
    let forced = try place.run("run", "r.yaml", "--force", "--output", "c")
    #expect(!forced.errors.contains("cached"))
    for name in ["model/weights.safetensors", "faiss_index.bin", "recall_candidates.csv"] {
      #expect(try place.bytes("a/\(name)") == place.bytes("b/\(name)"))
      #expect(try place.bytes("a/\(name)") == place.bytes("c/\(name)"))
    }
  }

  @Test("--output writes the run into the folder named, over an earlier one, and makes no 'latest'")
  func writesToFolder() throws {
    let place = try Workplace()
    let first = try place.run("run", "r.yaml", "--output", "mine", "-q")
    #expect(first.output == "mine/report.md\n")
    #expect(first.errors == "")
    let second = try place.run("run", "r.yaml", "recall.k=3", "--output", "mine", "-q")
    #expect(second.status == 0)
    #expect(try place.metrics("mine")["recall.candidates"] == 180)
    #expect(place.list("mine").allSatisfy { !$0.hasPrefix(".") })
    #expect(place.list("outputs") == [".cache"])
  }

  @Test("What is in the way of 'latest' is told before anything runs", arguments: ["folder", "file"])
  func latestInTheWay(kind: String) throws {
    let tool = try Tool()
    try tool.write(Tool.small, to: "r.yaml")
    try Folders.make(tool.file("outputs/r"))
    if kind == "folder" {
      try Folders.make(tool.file("outputs/r/latest"))
    } else {
      try tool.write("mine", to: "outputs/r/latest")
    }
    let run = try tool.run("run", "r.yaml")
    #expect(run.status == 2 && run.output == "")
    #expect(
      run.errors == """
        error: 'outputs/r/latest' is in the way of the link to the newest run: it is a \(kind) of its own; give it another \
        name, or take it away

        """
    )
    #expect(try FilePaths.list(tool.file("outputs/r")) == ["latest"])
  }

  @Test("--dry-run and plan show what would run, and write nothing")
  func plans() throws {
    let place = try Workplace()
    let dry = try place.run("run", "r.yaml", "--dry-run")
    #expect(dry.status == 0)
    #expect(!place.exists("outputs"))
    func states(_ outcome: Tool.Outcome) -> [Substring] {
      outcome.output.split(separator: "\n").dropFirst(2).compactMap { line in
        line.split(separator: " ").first { $0 == "runs" || $0 == "cached" }
      }
    }
    #expect(states(dry) == Array(repeating: "runs", count: 9))
    _ = try place.run("run", "r.yaml", "-q")
    #expect(states(try place.run("plan", "r.yaml")) == Array(repeating: "cached", count: 9))
    let changed = try place.run("plan", "r.yaml", "index.type=HNSW8")
    #expect(
      states(changed) == ["cached", "cached", "cached", "cached", "cached", "runs", "runs", "runs", "runs"]
    )
  }

  @Test("The resolved recipe of a run can be run by itself, to the same bytes")
  func resolvedRecipeRuns() throws {
    let place = try Workplace()
    let edited = try place.run("run", "r.yaml", "train.batch_size=32", "--output", "o/first", "-q")
    #expect(edited.status == 0)
    let again = try place.run("run", "o/first/recipe.yaml", "--output", "second", "--cache", "other", "-q")
    #expect(again.errors == "")
    #expect(again.status == 0)
    for name in ["model/weights.safetensors", "recall_candidates.csv"] {
      #expect(try place.bytes("o/first/\(name)") == place.bytes("second/\(name)"))
    }
  }

  @Test("A report is the same but for times, dates and the command")
  func reportIsStable() throws {
    let place = try Workplace()
    func report(_ folder: String) throws -> [String] {
      _ = try place.run("run", "r.yaml", "--output", folder, "--cache", folder + "-cache", "-q")
      return try place.text(folder + "/report.md").split(separator: "\n").map(String.init).filter { line in
        !["*Computed in", "*20", "towerbook run", "| Again", "| Milliseconds a query"].contains(
          where: line.hasPrefix
        )
      }
    }
    #expect(try report("a") == report("b"))
  }

  @Test("A run leaves the work tree of a repository clean")
  func gitStatus() throws {
    let place = try Workplace()
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    try place.write(".gitignore", try Data(contentsOf: root.appendingPathComponent(".gitignore")))
    func git(_ arguments: String...) throws -> String {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["git", "-C", place.path, "-c", "user.name=t", "-c", "user.email=t@t"] + arguments
      let pipe = Pipe()
      process.standardOutput = pipe
      try process.run()
      let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return String(decoding: data, as: UTF8.self)
    }
    _ = try git("init", "-q")
    _ = try git("add", "-A")
    _ = try git("commit", "-q", "-m", "start")
    #expect(try git("log", "--format=%s") == "start\n")
    #expect(try place.run("run", "r.yaml", "-q").status == 0)
    #expect(try git("status", "--porcelain") == "")
  }

  @Test("a run written into the folder of an earlier one says what it left there")
  func leftFiles() throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "-o", "o").errors.contains("warning: 'o' was") == false)
    try place.write(
      "short.yaml",
      Workplace.recipe.split(separator: "\n").dropLast(2).joined(separator: "\n") + "\n"
    )
    let outcome = try place.run("run", "short.yaml", "-o", "o")
    #expect(outcome.status == 0)
    #expect(
      outcome.errors.contains(
        "warning: 'o' was an earlier run's, and still holds model, recall_candidates.csv, which this run did not write; "
      ),
      "\(outcome.errors)"
    )
  }
}
