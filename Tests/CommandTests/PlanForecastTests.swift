import Foundation
import Testing

/// What `plan` says a run will take.
@Suite("What a run will take")
struct PlanForecastTests {
  @Test(
    "before the first run nothing is known but sizes; afterwards a changed cell is told by the one that ran"
  )
  func learns() throws {
    let place = try Workplace()
    let before = try place.run("plan", "r.yaml")
    #expect(before.status == 0)
    #expect(
      before.output.contains(
        "no such cell has run here yet, so that its time is not known: config, split, encode"
      )
    )
    #expect(try place.run("run", "r.yaml", "-q").status == 0)
    #expect(try place.run("plan", "r.yaml").output.contains("\nnothing has to run\n"))
    let after = try place.run("plan", "r.yaml", "train.learning_rate=3e-3")
    #expect(after.output.contains("\nlikely "))
    #expect(after.output.contains("by what such cells took here before"))
    #expect(!after.output.contains("not known"))
    func row(_ plan: String, _ cell: String) -> [Substring] {
      plan.split(separator: "\n").map { $0.split(whereSeparator: \.isWhitespace) }.first {
        $0.dropFirst().first == Substring(cell)
      } ?? []
    }
    #expect(!row(after.output, "train").contains("?") && row(after.output, "train").contains("runs"))
    // Four times the epochs take four times as long, by the same record.
    func seconds(_ epochs: Int) throws -> Double {
      let plan = try place.run("plan", "r.yaml", "train.epochs=\(epochs * 50)", "train.learning_rate=3e-3")
        .output
      let words = row(plan, "train")
      let state = try #require(words.firstIndex(of: "runs"))
      let unit = ["ms": 1e-3, "s": 1, "min": 60][String(words[state + 2])] ?? .nan
      return try #require(Double(words[state + 1])) * unit
    }
    let (one, four) = (try seconds(1), try seconds(4))
    #expect(abs(four / one - 4) < 0.6)
  }
}
