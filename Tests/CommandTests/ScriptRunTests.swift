import Foundation
import Glibc
import Testing

/// Programs of recipes as a user meets them: asked for, allowed, interrupted.
@Suite("Programs of recipes on the command line")
struct ScriptRunTests {
  private let place: Workplace
  /// Nobody's allowances but the test's own.
  private var home: [String: String] { ["HOME": place.path, "XDG_CONFIG_HOME": ""] }

  init() throws {
    place = try Workplace()
    try place.write(
      "s.yaml",
      "config: { data: { path: ., clicks: c.csv }, columns: { user: user, item: item, time: ts } }\n"
        + "script as own: { command: [sh, own.sh], metrics: [a] }\n"
    )
    try place.write("own.sh", "echo '{\"a\": 1}' > outputs/metrics.json\n")
  }

  @Test("a recipe says what it would run, runs it once allowed, and asks again where the program is another")
  func allowed() throws {
    var outcome = try place.run(["check", "s.yaml"], environment: home)
    #expect(outcome.status == 0 && outcome.output.contains("own runs the program: sh own.sh"), "\(outcome)")
    #expect(outcome.output.contains("only with --allow-scripts"))
    outcome = try place.run(["run", "s.yaml"], environment: home)
    #expect(outcome.status == 2 && outcome.errors.contains("towerbook allow"), "\(outcome)")
    #expect(try place.run(["run", "s.yaml", "--allow-scripts"], environment: home).status == 0)
    #expect(try place.run(["allow", "s.yaml"], environment: home).status == 0)
    #expect(try place.run(["check", "s.yaml"], environment: home).output.contains("are allowed"))
    #expect(try place.run(["run", "s.yaml", "--force"], environment: home).status == 0)
    try place.write("own.sh", "echo '{\"a\": 2}' > outputs/metrics.json\n")
    #expect(try place.run(["run", "s.yaml"], environment: home).status == 2)
    outcome = try place.run(["allow", "r.yaml"], environment: home)
    #expect(outcome.status == 0 && outcome.output.contains("runs no programs"), "\(outcome)")
  }

  @Test(
    "what a program started ends with the run, however that ends",
    arguments: [SIGINT, SIGTERM, SIGKILL]
  )
  func ended(signal: Int32) throws {
    // A number of seconds that no other process sleeps.
    let (first, second) = ("\(700_000 + signal)", "\(800_000 + signal)")
    try place.write("own.sh", "sleep \(first) & touch started; exec sleep \(second)\n")
    let running = try place.start(["run", "s.yaml", "--allow-scripts"])
    let deadline = Date(timeIntervalSinceNow: 60)
    while Self.sleepers(first).isEmpty || Self.sleepers(second).isEmpty {
      try #require(running.process.isRunning && Date() < deadline, "the program did not start")
      usleep(5_000)
    }
    kill(running.process.processIdentifier, signal)
    let outcome = try running.finish()
    #expect(outcome.status == (signal == SIGKILL ? 128 + SIGKILL : 130))
    while !Self.sleepers(second).isEmpty, Date() < deadline { usleep(5_000) }
    #expect(Self.sleepers(second).isEmpty)
    // The kernel tells the program alone that its run was killed; what it started beside itself is an orphan then.
    let orphans = Self.sleepers(first)
    for orphan in orphans { kill(orphan, SIGKILL) }
    #expect(orphans.count == (signal == SIGKILL ? 1 : 0))
  }

  /// The processes that sleep for so long.
  private static func sleepers(_ seconds: String) -> [pid_t] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.filter { process in
      let line = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
      return line == Data("sleep\0\(seconds)\0".utf8)
    }
  }
}
