import Foundation
import Testing

@Suite("The command line")
struct CommandLineTests {
  @Test("The built-in example is taken without a recipe")
  func builtIn() throws {
    let outcome = try Workplace().run("check", "train.epochs=1")
    #expect(outcome.status == 0)
    #expect(outcome.output.hasPrefix("the built-in example: 9 cells in order: config, "))
  }

  @Test("schema is JSON, on standard output or in a file")
  func schema() throws {
    let place = try Workplace()
    let printed = try place.run("schema")
    let object = try JSONSerialization.jsonObject(with: Data(printed.output.utf8)) as? [String: Any]
    #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(try place.run("schema", "--output", "s.json").status == 0)
    #expect(try place.text("s.json") == printed.output)
  }

  @Test("init writes a recipe that runs, and replaces none unasked")
  func initialize() throws {
    let place = try Workplace()
    let outcome = try place.run("init", "c.csv", "--items", "items.csv")
    #expect(outcome.output == "c.yaml\n")
    #expect(
      outcome.errors == """
        c.csv: delimited text, commas between fields, a header
        column  type     taken for  examples
        ──────  ───────  ─────────  ──────────────────────────────────
        user    integer  user       1, 2, 3
        item    integer  item       1013, 1026, 1039
        ts      time     time       1500000003, 1500000008, 1500000010
        device  text                'phone', 'desktop'

        items.csv: delimited text, commas between fields, a header
        column  type     taken for  examples
        ──────  ───────  ─────────  ────────────────
        item    integer  id         1000, 1001, 1002
        cat     integer  category   0, 1, 2

        c.csv: user is 'user': its name says user
        c.csv: item is 'item': its name says item
        c.csv: time is 'ts': its name says time
        items.csv: item is 'item': it is called as in the log
        items.csv: category is 'cat': its name says category
        ids of users and items look like integers, and are read as such where all of
          them are
        Look it over, then: towerbook run c.yaml

        """
    )
    let run = try place.run("run", "c.yaml", "train.epochs=1", "--output", "o", "-q")
    #expect(run.status == 0)
    #expect(run.errors == "")
    let again = try place.run("init", "c.csv")
    #expect(again.status == 2)
    #expect(
      again.errors.hasPrefix(
        "Error: 'c.yaml' is there already; name another with --output, or replace it with --force\n"
      )
    )
  }

  @Test("init writes to standard output where it is told to, the same text")
  func initializeToStandardOutput() throws {
    let place = try Workplace()
    let outcome = try place.run("init", "c.csv", "-o", "-")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("c.csv: time is 'ts': its name says time\n"))
    #expect(!place.exists("c.yaml") && !place.exists("-"))
    #expect(try place.run("init", "c.csv").status == 0)
    #expect(try place.text("c.yaml") == outcome.output)
  }

  @Test(
    "init makes no recipe of a file it cannot tell anything from",
    arguments: [
      ("user,item,ts\n", "./c.csv: the file has a header but no rows"),
      ("user,item\n1,2\n2,\"3\n", "./c.csv:3: a quote is opened here and never closed"),
    ]
  )
  func initializeNothing(text: String, message: String) throws {
    let place = try Workplace()
    try place.write("c.csv", text)
    let outcome = try place.run("init", "./c.csv")
    #expect(outcome.status == 2 && outcome.errors == "error: \(message)\n" && outcome.output == "")
    #expect(!place.exists("c.yaml"))
    let items = try place.run("init", "items.csv", "--items", "./c.csv")
    #expect(items.status == 2 && items.errors == "error: \(message)\n")
  }

  @Test("cache lists, counts and prunes, and wants to know what is to go")
  func cache() throws {
    let place = try Workplace()
    #expect(try place.run("cache", "size").output == "0 B in 0 results and checkpoints in outputs/.cache\n")
    #expect(try place.run("run", "r.yaml", "-q").status == 0)
    let listed = try place.run("cache", "list").output.split(separator: "\n")
    #expect(listed.count == 12 && listed[0].hasPrefix("step"))
    #expect(try place.run("cache").output.split(separator: "\n").count == 12)
    let steps = listed.dropFirst(2).compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(Set(steps).count == 10)
    #expect(try place.run("cache", "size").output.contains(" in 10 results and checkpoints in "))
    let none = try place.run("cache", "prune", "--older-than", "1", "--max-size", "1GB")
    #expect(none.output == "removed 0 results and checkpoints, 0 B\n")
    #expect(try place.run("cache", "prune", "--all").output.hasPrefix("removed 10 results and checkpoints, "))
    #expect(place.cacheEntries() == [] && place.exists("outputs/r/latest/report.md"))
    for words in [[], ["--all", "--max-size", "3GB"], ["--older-than", "-1"], ["--max-size", "much"]] {
      let wrong = try place.run(["cache", "prune"] + words)
      #expect(wrong.status == 2 && wrong.errors.contains("Usage: towerbook cache prune "))
    }
  }

  @Test("doctor shows what is there, and exits 1 where nothing can be written")
  func doctor() throws {
    let place = try Workplace()
    let well = try place.run("doctor")
    #expect(well.status == 0)
    for name in ["oneDNN", "FAISS", "Processor", "Vector instructions", "Threads", "Memory"] {
      #expect(well.output.contains("\n" + name))
    }
    #expect(!place.exists("outputs"))
    #expect(try place.run("doctor", "--outputs", "c.csv").status == 1)
  }

  @Test(
    "A wrong command line exits 2",
    arguments: [
      (["run", "nope.yaml"], "error: cannot read the recipe 'nope.yaml': there is no such file\n"),
      (["run", "r.yaml", "--threads", "0"], "Error: --threads takes a number from 1 to 1024, not 0\n"),
      (
        ["run", "r.yaml", "--from", "trian"],
        "Error: --from: the recipe has no cell 'trian'; did you mean 'train'?\n"
      ),
      (["run", "r.yaml", "--nosuch"], "Error: Unknown option '--nosuch'\n"),
      (["run", "r.yaml", "--output", ""], "Error: --output takes the name of a folder, not an empty text\n"),
      (
        ["run", "r.yaml", "train.epoch=3"],
        """
        command line:1:7: error: unknown key 'epoch' in 'train'; did you mean 'epochs'?
            1 | train.epoch=3
              |       ^^^^^

        """
      ),
      (
        ["run", "r.yaml", "other.yaml"],
        """
        command line:1:1: error: expected CELL.SETTING=VALUE, got 'other.yaml'
            1 | other.yaml
              | ^^^^^^^^^^

        """
      ),
    ]
  )
  func usage(arguments: [String], message: String) throws {
    let place = try Workplace()
    let outcome = try place.run(arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errors.hasPrefix(message))
    #expect(outcome.output == "")
    #expect(!place.exists("outputs"))
  }

  @Test(
    "What a verb finds wrong with its arguments shows that verb's usage",
    arguments: [
      (["run", "r.yaml", "--from", "x"], "run"), (["run", "--threads", "0"], "run"),
      (["steps", "x"], "steps"),
      (["init", "c.csv", "-o", "r.yaml"], "init"),
    ]
  )
  func verbUsage(arguments: [String], verb: String) throws {
    let lines = try Workplace().run(arguments).errors.split(separator: "\n")
    try #require(lines.count == 3)
    #expect(lines[0].hasPrefix("Error: ") && lines[1].hasPrefix("Usage: towerbook \(verb) "))
    #expect(lines[2] == "  See 'towerbook \(verb) --help' for more information.")
  }

  @Test("check, plan and run show the same warnings, and none fails for them")
  func warnings() throws {
    let place = try Workplace()
    let warning = """
      command line:1:7: warning: the symmetric loss is corrected from query to item only, not from item to query, so \
      popular items are held down by one half of it; set loss to in_batch_softmax, or leave logq off [one_sided_logq]
          1 | train.logq=true
            |       ^^^^

      """
    for words in [["check"], ["plan"], ["run", "--dry-run"], ["run", "-q"]] {
      let outcome = try place.run(words[..<1] + ["r.yaml", "train.logq=true"] + words[1...])
      #expect(outcome.status == 0 && outcome.errors == warning)
    }
    #expect(try place.text("outputs/r/latest/report.md").contains("> [!WARNING]\n> the symmetric loss is"))
    let allowed = try place.run("check", "r.yaml", "train.logq=true", "train.allow=[one_sided_logq]")
    #expect(allowed.status == 0 && allowed.errors == "")
    let listed = try place.run("check", "--warnings")
    #expect(
      listed.status == 0 && listed.output.contains("\none_sided_logq           logQ with the symmetric loss")
    )
  }

  @Test(
    "No committed recipe is warned of",
    .enabled(if: SharedFolder.hasNews, "../shared is not there"),
    arguments: ((try? FileManager.default.contentsOfDirectory(atPath: Tool.repository + "/recipes")) ?? [])
      .filter { $0.hasSuffix(".yaml") }
  )
  func committedRecipes(name: String) throws {
    let outcome = try Workplace().run(
      "check",
      Tool.repository + "/recipes/" + name,
      environment: ["FUNREC_RAW_DATA_PATH": Tool.shared + "/data"]
    )
    #expect(outcome.status == 0 && outcome.errors == "")
  }

  @Test("Settings come from the environment and from a .env file, never over a variable that is set")
  func environment() throws {
    let place = try Workplace()
    try place.write("e.yaml", "extends: r.yaml\ntrain: { batch_size: \"${env:BATCH}\" }\n")
    let unset = try place.run("check", "e.yaml")
    #expect(unset.status == 2)
    #expect(
      unset.errors == """
        e.yaml:2:22: error: the environment variable 'BATCH' is not set, and its reference gives no default
            2 | train: { batch_size: "${env:BATCH}" }
              |                      ^^^^^^^^^^^^^^

        """
    )
    try place.write(".env", "BATCH=1\n")
    #expect(try place.run("check", "e.yaml").status == 2)
    #expect(try place.run("check", "e.yaml", environment: ["BATCH": "8"]).status == 0)
    let path = try place.run(
      "check",
      "r.yaml",
      "config.data.path=${env:WHERE,.}",
      environment: ["WHERE": "/nowhere"]
    )
    #expect(path.errors.contains("error: there is no '/nowhere/c.csv'"))
  }

  @Test("No colour where standard error is no terminal")
  func noColour() throws {
    let outcome = try Workplace().run("check", "r.yaml", "train.epochs=0", environment: ["NO_COLOR": ""])
    #expect(!outcome.errors.contains("\u{1B}"))
  }
}
