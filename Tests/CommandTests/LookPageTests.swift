import Files
import Foundation
import Glibc
import Testing

/// `towerbook look`: what it shows, to whom, and what it says where something is missing.
@Suite("Pages that look on")
struct LookPageTests {
  private let place: Workplace

  init() throws { place = try Workplace() }

  private struct NotListening: Error, CustomStringConvertible { var description: String }

  /// A service that has begun, and where it listens.
  private func looking(_ arguments: String...) throws -> (running: Workplace.Running, port: String) {
    let running = try place.start(["look", "--port", "0"] + arguments)
    for _ in 0..<600 where running.process.isRunning {
      if let line = try running.outputSoFar().split(separator: "\n").first,
        let colon = line.lastIndex(of: ":")
      {
        return (running, String(line[line.index(after: colon)...]))
      }
      usleep(50_000)
    }
    throw NotListening(description: try running.finish().errors)
  }

  private static let hasPython = (try? Tool().run("python3", "-c", "", program: "/usr/bin/env").status) == 0
  private static let hasBrowser = ["chromium", "node"].allSatisfy { program in
    (try? Tool().run(program, "--version", program: "/usr/bin/env").status) == 0
  }

  private func script(_ name: String) -> String {
    FilePaths.join(Tool.repository, "Tests/CommandTests/\(name)")
  }

  @Test(
    "it answers this machine's own pages alone, gives no file outside of the outputs, and outlives broken requests",
    .enabled(if: hasPython, "python3 is not there")
  )
  func guarded() throws {
    #expect(try place.run("run", "r.yaml", "--output", "outputs/r/one").status == 0)
    try place.write("secret", "a-secret-that-nobody-may-see\n")
    symlink("../../../secret", place.file("outputs/r/one/link"))
    symlink("../..", place.file("outputs/r/one/up"))
    let (running, port) = try looking()
    defer { kill(running.process.processIdentifier, SIGKILL) }
    let check = try place.start(["python3", script("look_check.py"), port, "5"], program: "/usr/bin/env")
      .finish()
    #expect(check.status == 0 && check.output == "asked\n", "\(check.errors)")
    let second = try place.run("look", "--port", port)
    #expect(second.status == 1)
    #expect(
      second.errors
        == "error: cannot listen on 127.0.0.1:\(port): Address already in use; another --port may be free, and --port 0 takes one that is\n"
    )
    kill(running.process.processIdentifier, SIGTERM)
    #expect(try running.finish().status == 0)
  }

  @Test("a folder that is none, or cannot be read, is said with what to do")
  func folders() throws {
    let none = try place.run("look", "nowhere")
    #expect(none.status == 2)
    #expect(
      none.errors.contains("'nowhere' is no folder; name the one that runs are written to, as 'outputs'")
    )
    try place.write("file", "")
    #expect(try place.run("look", "file").status == 2)
    guard getuid() != 0 else { return }  // nothing is closed to root
    mkdir(place.file("closed"), 0o000)
    let closed = try place.run("look", "closed")
    #expect(closed.status == 1)
    #expect(
      closed.errors
        == "error: cannot list 'closed': Permission denied; name the folder that runs are written to with --outputs\n"
    )
  }

  @Test(
    "a run that is removed while it is shown is said to be, and what was shown stays",
    .enabled(if: hasPython, "python3 is not there")
  )
  func removed() throws {
    #expect(try place.run("run", "r.yaml", "--output", "outputs/r/one").status == 0)
    let (running, port) = try looking()
    defer { kill(running.process.processIdentifier, SIGKILL) }
    let script = """
      import shutil, urllib.request
      stream = urllib.request.urlopen("http://127.0.0.1:\(port)/live/run/r/one")
      def event():
          while True:
              name = next(line for line in stream if line.startswith(b"event: ")).decode().split()[1]
              if name != "shown":
                  return name, next(stream).decode()
      shown = [event() for _ in range(4)]
      shutil.rmtree("outputs/r/one")
      print(sorted({name for name, _ in shown}), *event())
      """
    let check = try place.start(["python3", "-c", script], program: "/usr/bin/env").finish()
    #expect(
      check.output.hasPrefix("['region'] gone ") && check.output.contains("There is no run 'r/one'"),
      "\(check.output) \(check.errors)"
    )
  }

  @Test(
    "the pages are used with the keyboard in a browser, light, dark and narrow, and follow what goes on",
    .enabled(if: hasBrowser, "chromium or node is not there")
  )
  func pages() throws {
    for (epochs, seed) in [(1, 7), (2, 7), (2, 8)] {
      let run = try place.run("run", "r.yaml", "train.epochs=\(epochs)", "config.seed=\(seed)", "--quiet")
      #expect(run.status == 0, "\(run.errors)")
    }
    try place.write("broken.yaml", "config: { data: { path: . } }\nnothing:\n")
    try place.write("s.yaml", Self.sweep)
    let sweep = try place.start(["sweep", "s.yaml", "--quiet"])
    while sweep.process.isRunning, place.list("outputs/s").isEmpty { usleep(20_000) }
    // Some trials, and then it is stopped, so that there is something to go on with.
    let study = "outputs/s/" + (place.list("outputs/s").first ?? "")
    while sweep.process.isRunning, place.list(study + "/trials").filter({ $0.count == 4 }).count < 3 {
      usleep(20_000)
    }
    kill(sweep.process.processIdentifier, SIGINT)
    _ = try sweep.finish()
    let running = try place.start(["watch", "r.yaml", "--look", "--port", "0", "--quiet"])
    defer { kill(running.process.processIdentifier, SIGINT) }
    var address = ""
    for _ in 0..<600 where address.isEmpty && running.process.isRunning {
      let line = try running.errorsSoFar().split(separator: "\n").first { $0.hasPrefix("look at ") }
      address = line.map { String($0.dropFirst("look at ".count).prefix { $0 != "\n" }) } ?? ""
      usleep(50_000)
    }
    while running.process.isRunning, try running.outputSoFar().isEmpty { usleep(20_000) }
    let base = address.replacingOccurrences(of: "/run/r/watch", with: "")
    let shots = ProcessInfo.processInfo.environment["TOWERBOOK_SHOTS"] ?? "-"
    let check = try place.start(["node", script("look_page.mjs"), base, "r", shots], program: "/usr/bin/env")
      .finish()
    #expect(check.status == 0 && check.output.hasPrefix("followed in "), "\(check.errors)")
    #expect(try place.run("sweep", "status", study).output.contains("0 waiting, 0 running, 40 complete"))
  }

  private static let sweep = """
    config: { seed: 3, data: { synthetic: { users: 200, items: 60, clicks: 2500 } } }
    split: { strategy: last_click, validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false }
    train: { epochs: 2, batch_size: 64, learning_rate: 2e-3, validation: {} }
    sweep:
      method: random
      metric: train.validation_ndcg@20
      run_cap: 40
      parameters: { train.learning_rate: { min: 0.001, max: 0.01 } }
      confirm: { top: 0 }

    """
}
