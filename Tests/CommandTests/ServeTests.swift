import Files
import Foundation
import Glibc
import Testing

/// Saved models used from the command line and over HTTP.
@Suite("Models in use")
struct ServeTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private func saved(_ settings: [String] = []) throws {
    let run = try place.run(["run", "r.yaml", "--output", "o"] + settings)
    #expect(run.status == 0, "\(run.errors)")
  }

  /// A service that has begun, and where it listens.
  private func served(_ arguments: String...) throws -> (running: Workplace.Running, port: String) {
    let running = try place.start(["serve", "o", "--port", "0"] + arguments)
    for _ in 0..<600 where running.process.isRunning {
      if let line = try running.outputSoFar().split(separator: "\n").first,
        let colon = line.lastIndex(of: ":")
      {
        return (running, String(line[line.index(after: colon)...]))
      }
      usleep(50_000)
    }
    let outcome = try running.finish()
    throw CocoaError(.fileReadUnknown, userInfo: [NSLocalizedDescriptionKey: outcome.errors])
  }

  private static let hasPython = (try? Tool().run("python3", "-c", "", program: "/usr/bin/env").status) == 0

  @Test(
    "the service gives the recipe's own candidates, to the bit, and says what is wrong with a request",
    .enabled(if: hasPython, "python3 is not there"),
    arguments: [[], ["model.interests=2"]]
  )
  func service(settings: [String]) throws {
    try saved(settings)
    let (running, port) = try served()
    let script = FilePaths.join(Tool.repository, "Tests/CommandTests/serve_check.py")
    let check = try place.start(
      ["python3", script, "127.0.0.1", port, "o/recall_candidates.csv", "c.csv"],
      program: "/usr/bin/env"
    ).finish()
    #expect(check.status == 0 && check.output == "60 users\n", "\(check.errors)")
    // A port in use, while it lives.
    let second = try place.run("serve", "o", "--port", port)
    #expect(second.status == 1)
    #expect(
      second.errors
        == "error: cannot listen on 127.0.0.1:\(port): Address already in use; another --port may be free, and --port 0 takes one that is\n"
    )
    kill(running.process.processIdentifier, SIGHUP)
    for _ in 0..<200 where !(try running.errorsSoFar().contains("read the model again")) { usleep(50_000) }
    #expect(try running.errorsSoFar().contains("read the model again"))
    kill(running.process.processIdentifier, SIGTERM)
    let outcome = try running.finish()
    #expect(
      outcome.status == 0 && outcome.output == "listening on http://127.0.0.1:\(port)\n",
      "\(outcome.errors)"
    )
  }

  @Test(
    "a token is asked for where one is set, and its file must be its owner's alone",
    .enabled(if: hasPython, "python3 is not there")
  )
  func token() throws {
    try saved()
    try place.write("token", "s3cret\n")
    chmod(place.file("token"), 0o644)
    let open = try place.run("serve", "o", "--token-file", "token")
    #expect(open.status == 1)
    #expect(
      open.errors
        == "error: others than its owner can read 'token', which holds a secret; 'chmod 600 token' ends that\n"
    )
    chmod(place.file("token"), 0o600)
    let (running, port) = try served("--token-file", "token")
    defer { kill(running.process.processIdentifier, SIGKILL) }
    let script = """
      import sys, http.client
      def status(path, token=None):
          c = http.client.HTTPConnection("127.0.0.1", \(port))
          c.request("GET", path, headers={"Authorization": token} if token else {})
          return c.getresponse().status
      print(status("/health"), status("/metrics"), status("/metrics", "Bearer s3cre"),
          status("/metrics", "Bearer s3cret"), status("/nothing"))
      """
    let asked = try place.start(["python3", "-c", script], program: "/usr/bin/env").finish()
    #expect(asked.output == "200 401 401 200 404\n", "\(asked.errors)")
  }

  private static let hasBrowser = ["chromium", "node"].allSatisfy { program in
    (try? Tool().run(program, "--version", program: "/usr/bin/env").status) == 0
  }

  @Test(
    "the page is used with the keyboard in a browser, and shows what the service answers",
    .enabled(if: hasBrowser, "chromium or node is not there"),
    arguments: [nil, "s3cret"]
  )
  func page(token: String?) throws {
    try saved()
    try place.write("token", "s3cret\n")
    chmod(place.file("token"), 0o600)
    let (running, port) = try token == nil ? served() : served("--token-file", "token")
    defer { kill(running.process.processIdentifier, SIGKILL) }
    let script = FilePaths.join(Tool.repository, "Tests/CommandTests/serve_page.mjs")
    let check = try place.start(
      ["node", script, "http://127.0.0.1:\(port)", "7"] + (token.map { [$0] } ?? []),
      program: "/usr/bin/env"
    ).finish()
    #expect(check.status == 0 && check.output == "7 candidates\n", "\(check.errors)")
  }

  @Test(
    "what a service is told of clicks and items counts at once, and is there again after it was killed",
    .enabled(if: hasPython, "python3 is not there")
  )
  func state() throws {
    try saved()
    let script = FilePaths.join(Tool.repository, "Tests/CommandTests/serve_state_check.py")
    let check = try place.start(
      ["python3", script, Tool.path, "o/model", "state"],
      program: "/usr/bin/env"
    ).finish()
    #expect(check.status == 0 && check.output == "True 2\n", "\(check.errors)")
    let empty = try place.run("serve", "o", "--state", "")
    #expect(empty.status == 2 && empty.errors.contains("--state takes a folder, not an empty text"))
  }

  @Test("recommend and similar print what the model gives, and candidates of a file are the recipe's own")
  func verbs() throws {
    try saved()
    let rows = try place.text("o/recall_candidates.csv").split(separator: "\n").dropFirst()
    let best = rows.filter { $0.hasPrefix("7,") }.map { $0.split(separator: ",").map(String.init) }
    let table = try place.run("recommend", "o", "--user", "7", "-k", "3", "--explain")
    #expect(table.status == 0 && table.errors == "", "\(table.errors)")
    let lines = table.output.split(separator: "\n").dropFirst(2)
    #expect(lines.count == 3)
    for (line, row) in zip(lines, best) {
      let words = line.split(separator: " ").map(String.init)
      #expect(words[1] == row[1] && Float(words[2]) == Float(row[2]))
    }
    let users = Set(rows.compactMap { $0.split(separator: ",").first }.compactMap { Int($0) }).sorted()
    try place.write("users.csv", "user\n" + users.map { "\($0)\n" }.joined())
    let batch = try place.run("recommend", "o/model", "--batch", "users.csv", "--output", "c.csv", "-k", "10")
    #expect(batch.status == 0 && batch.output == "c.csv\n", "\(batch.errors)")
    // The number of the request, and then the recipe's own row.
    let own = try place.text("c.csv").split(separator: "\n").map { String($0.drop { $0 != "," }.dropFirst()) }
    #expect(try own == place.text("o/recall_candidates.csv").split(separator: "\n").map(String.init))
    let clicks = try ["1003,1004", " 1003, 1004 ,"].map {
      try place.run("recommend", "o", "--history", $0, "-k", "3").output
    }
    #expect(clicks[0] == clicks[1] && clicks[0].split(separator: "\n").count == 5)
    #expect(place.list(".").filter { $0.hasPrefix(".filling") }.isEmpty)
    let nobody = try place.run("recommend", "o", "--user", "0815", "-k", "1")
    #expect(nobody.status == 0)
    #expect(
      nobody.errors == "note: the model knows no user '0815'\n"
        + "note: there are no clicks: this is what the model gives an empty history\n"
    )
    // An id may begin with a minus.
    let negative = try place.run("recommend", "o", "--user", "-5", "-k", "1")
    #expect(negative.status == 0, "\(negative.errors)")
    #expect(negative.errors.hasPrefix("note: the model knows no user '-5'\n"), "\(negative.errors)")
    let strange = try place.run("recommend", "o", "--history", "-7,1003", "--time", "-1", "-k", "1")
    #expect(!strange.errors.contains("Missing value"), "\(strange.errors)")
    let similar = try place.run("similar", "o", "--item", "1003", "-k", "2", "--json")
    #expect(similar.status == 0 && similar.output.contains("\"items\""), "\(similar.errors)")
    for (arguments, message) in [
      (["recommend", "o"], "say whom to recommend to: --user, --history or --batch"),
      (["recommend", "o", "--user", "1", "-k", "0"], "-k takes a number from 1 to 10000, not 0"),
      (["recommend", "o", "--batch", "users.csv"], "--batch needs --output, the file that candidates go to"),
      (["similar", "o", "--item", "99"], "--item: the model knows no item '99'"),
      (["similar", "o", "--item", "-5"], "--item: the model knows no item '-5'"),
    ] {
      let outcome = try place.run(arguments)
      #expect(outcome.status == 2 && outcome.errors.hasPrefix("Error: \(message)\n"), "\(outcome.errors)")
    }
    try place.write("odd.csv", "user,os\n1,2\n")
    let odd = try place.run("recommend", "o", "--batch", "odd.csv", "--output", "d.csv")
    #expect(odd.status == 1 && !place.exists("d.csv"))
    #expect(odd.errors == "error: odd.csv:1: requests have no column 'os'; they have user, history, time\n")
  }

  @Test("a fit on everything sees all clicks, and nothing is said to be measured")
  func everything() throws {
    try place.write("all.yaml", "extends: r.yaml\nsplit: { strategy: none }\neval: false\n")
    let run = try place.run("run", "all.yaml", "--output", "o")
    #expect(run.status == 0, "\(run.errors)")
    let report = try place.text("o/report.md")
    #expect(report.contains("nothing of this model was measured"))
    #expect(try place.metrics("o")["split.history_clicks"] == Double(Workplace.rows.count))
    #expect(try place.metrics("o")["split.held_out_clicks"] == 0)
    // Nobody is given what they clicked, their last click included.
    let clicked = Set(Workplace.rows.map { "\($0[0]),\($0[1])" })
    for row in try place.text("o/recall_candidates.csv").split(separator: "\n").dropFirst() {
      let pair = row.split(separator: ",").prefix(2).joined(separator: ",")
      #expect(!clicked.contains(pair), "\(pair)")
    }
    let measured = try place.run("check", "r.yaml", "split.strategy=none")
    #expect(
      measured.status == 2 && measured.errors.contains("there is nothing to measure"),
      "\(measured.errors)"
    )
    let held = try place.run("check", "all.yaml", "split.validation=second_last")
    #expect(held.status == 2 && held.errors.contains("all clicks are learned from; leave 'validation' out"))
  }
}
