import Files
import Foundation
import TestSupport
import Testing

/// A share of what the scripts beside this file try, as many cases as every change can be held against; `.ci/break` tries all.
@Suite(
  "Attempts to break the tool",
  .serialized,
  .enabled(if: PythonPeer.having("json") != nil, "no python3")
)
struct BreakingTests {
  /// They take minutes, in which no other test is to go without the thread that waits for them.
  private func run(_ script: String, _ arguments: String...) async throws {
    let path = FilePaths.join(FilePaths.parent(of: #filePath), script)
    let python = try #require(PythonPeer.having("json"))
    let environment = ["TOWERBOOK": BuiltTool.path, "PYTHONDONTWRITEBYTECODE": "1"]
    let outcome = try await python.runAside([path] + arguments, environment: environment)
    #expect(outcome.status == 0, "\(outcome.output)")
  }

  @Test(
    "killed at random moments, runs, a sweep and an update go on to the bytes of ones that were left alone"
  )
  func kills() async throws { try await run("kills.py", "--cases", "6", "--scale", "small") }

  @Test("a disk that is full, rights that are missing, and data that changes while it is read")
  func disks() async throws { try await run("full_disk.py", "--cases", "5") }

  @Test(
    "a disk on which every write takes long: the same results, an end soon after a signal, and no event lost"
  )
  func slowDisk() async throws { try await run("slow_disk.py", "--cases", "1") }

  @Test(
    "a run, a sweep, services and all that makes files read what they were given, write where they should, and start nothing"
  )
  func confinement() async throws { try await run("confinement.py", "--only", "run sweep serve look init") }

  @Test("markup in names comes out as text in every report and page; no name leads out of the outputs")
  func hostile() async throws { try await run("hostile.py") }

  @Test("results hang on no time zone, locale, folder, environment or number of threads")
  func sameness() async throws {
    try await run("sameness.py", "--only", "ways", "--recipes", "r.yaml hard.yaml")
  }

  @Test("runs, sweeps, a watch, services and prunes at once give what each gives alone")
  func together() async throws { try await run("together.py", "--cases", "1") }

  @Test("recipes, lines and headers beyond all sense are refused in bounded memory and time")
  func limits() async throws { try await run("limits.py", "--scale", "small") }

  @Test("damaged files are found, said, and made again where they can be; none is believed")
  func damage() async throws { try await run("damage.py", "--cases", "12") }
}
