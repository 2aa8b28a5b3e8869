import Files
import Notebook
import Testing

@testable import Benchmark

@Suite("Programs that are run")
struct ChildProcessTests {
  private func shell(_ line: String) -> ChildProcess {
    ChildProcess(
      executable: "sh",
      arguments: ["-c", line],
      environment: ["PATH": "/usr/bin:/bin", "WORD": "w"]
    )
  }

  @Test("both streams, the exit code and the environment arrive")
  func streams() throws {
    let outcome = try shell("echo out $WORD; echo err >&2; exit 7").run()
    #expect(outcome.output == "out w\n" && outcome.complaint == "err" && outcome.status == 7)
    #expect(outcome.seconds > 0 && outcome.peakBytes > 0)
  }

  @Test("the line that names an error is the complaint, else the last")
  func complaint() throws {
    #expect(
      try shell("echo a; printf 'r.yaml:1:1: error: no\\n  1 | x\\n    ^\\n' >&2").run().complaint
        == "r.yaml:1:1: error: no"
    )
    #expect(try shell("printf 'a\\nb\\n\\n' >&2").run().complaint == "b")
  }

  @Test("more than a pipe holds is read, and a signal is told")
  func large() throws {
    #expect(try shell("head -c 300000 /dev/zero").run().output.utf8.count == 300_000)
    #expect(try shell("kill -9 $$").run().status == 137)
  }

  @Test("a program that is not there is an error")
  func missing() {
    #expect(throws: FileError.self) {
      try ChildProcess(executable: "/no/such/program", environment: [:]).run()
    }
  }

  @Test("a module that is not there is told")
  func rounds() throws {
    var times = PeerTimes(name: "a")
    times.add(.init(version: "1.2", seconds: 3))
    #expect(times.title == "a 1.2" && times.seconds == [3] && times.trouble == nil)
    times.add(.init(missing: "polars"))
    #expect(times.trouble == "This Python has no module 'polars'.")
  }
}
