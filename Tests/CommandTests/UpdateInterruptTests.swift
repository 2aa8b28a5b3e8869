import Foundation
import Glibc
import Testing

/// Updates of saved models that are stopped.
@Suite("Updates that are interrupted", .serialized)
struct UpdateInterruptTests {
  @Test("an update that is interrupted writes nothing, and says that the same command begins anew")
  func interrupted() throws {
    let place = try Workplace()
    #expect(try place.run("run", "r.yaml", "--output", "out", "-q").status == 0)
    let rows = (0..<60).map { ["\(1 + $0)", "\(1000 + $0 % 40)", "\(1_500_100_000 + $0)", "phone"] }
    try place.write("new.csv", Workplace.text(rows))
    let words = ["update", "out/model", "new.csv", "--epochs", "10000", "--output", "new"]
    let running = try place.start(words)
    let deadline = Date(timeIntervalSinceNow: 60)
    while try !running.errorsSoFar().contains("60 new clicks"), running.process.isRunning, Date() < deadline {
      usleep(5_000)
    }
    running.process.interrupt()
    let outcome = try running.finish()
    #expect(outcome.status == 130)
    #expect(
      outcome.errors.hasSuffix("\ninterrupted; nothing was written, and the same command begins anew\n"),
      "\(outcome.errors)"
    )
    #expect(outcome.output == "")
    #expect(!place.list("").contains("new"))
  }
}
