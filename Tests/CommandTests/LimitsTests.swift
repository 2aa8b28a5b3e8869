import Foundation
import TestSupport
import Testing

/// Numbers at their edges, and sizes beyond all sense: a right answer or a clear error, in bounded memory and time.
@Suite("Limits", .serialized)
struct LimitsTests {
  /// Runs the tool in no more than so much address space, in megabytes; in all there is where a sanitizer takes its own share.
  private func run(_ place: Workplace, _ arguments: [String], megabytes: Int = 6_000) throws -> Tool.Outcome {
    let limit = Sanitizer.isThere ? "exec \"$0\" \"$@\"" : "ulimit -v \(megabytes * 1024); exec \"$0\" \"$@\""
    return try place.start(["-c", limit, Tool.path] + arguments, program: "/bin/bash").finish()
  }

  /// A log of 60 clicks: `user`, `item` and `time` make the fields of each.
  private func write(
    _ place: Workplace,
    user: (Int) -> String = { "\($0 % 6)" },
    item: (Int) -> String = { "\($0 * $0 % 7)" },
    time: (Int) -> String = { "\($0)" }
  ) throws {
    let rows = (0..<60).map { "\(user($0)),\(item($0)),\(time($0))\n" }.joined()
    try place.write("c.csv", "user,item,ts\n" + rows)
    try place.write(
      "r.yaml",
      Workplace.recipe.replacingOccurrences(of: ", items: items.csv", with: "")
        .replacingOccurrences(of: "  item_columns: { item: item, category: cat }\n", with: "")
    )
  }

  @Test("ids at the edges of 64 bits are read, and written as they were")
  func edges() throws {
    let place = try Workplace()
    let ids = [
      "9223372036854775807", "-9223372036854775808", "0", "-1", "9223372036854775806", "-9223372036854775807",
      "4",
    ]
    try write(place, user: { ids[$0 % 6] }, item: { ids[$0 * $0 % 7] })
    let outcome = try run(place, ["run", "r.yaml", "recall.seen=keep", "--output", "o", "-q"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let lines = try place.text("o/recall_candidates.csv").split(separator: "\n").dropFirst()
    let found = lines.map { $0.split(separator: ",").prefix(2).map(String.init) }
    #expect(Set(found.map { $0[0] }) == Set(ids.prefix(6)))
    #expect(Set(found.map { $0[1] }).isSubset(of: Set((0..<60).map { ids[$0 * $0 % 7] })))
  }

  @Test("ids beyond 64 bits are names")
  func beyond() throws {
    let place = try Workplace()
    try write(place, user: { "1844674407370955161\($0 % 6)0" })
    let outcome = try run(place, ["run", "r.yaml", "recall.seen=keep", "--output", "o", "-q"])
    #expect(outcome.status == 0, "\(outcome.errors)")
    let text = try place.text("o/recall_candidates.csv")
    #expect(text.contains("18446744073709551610"), "\(text.prefix(300))")
  }

  @Test(
    "times at 0, below, at the end of the year 9999 and at the edges of 64 bits",
    arguments: [
      "0", "-62135596800", "253402300799", "-9223372036854775000", "9223372036854775000",
    ]
  )
  func times(base: String) throws {
    let place = try Workplace()
    let first = try #require(Int(base))
    try write(place, time: { "\(first + $0)" })
    for strategy in ["last_click", "time"] {
      let settings = ["split.strategy=\(strategy)", "eval.baselines=[popularity,item_cf,recent_popularity]"]
      let outcome = try run(place, ["run", "r.yaml"] + settings + ["--output", "o-\(strategy)", "-q"])
      #expect(
        outcome.status == 0 || (outcome.status < 3 && outcome.errors.contains("error: ")),
        "\(outcome.errors)"
      )
    }
  }

  @Test("dates of the years 1 and 9999, and one that no calendar has")
  func dates() throws {
    let place = try Workplace()
    try write(place, time: { $0 % 2 == 0 ? "0001-01-01" : "9999-12-31" })
    let outcome = try run(place, ["run", "r.yaml", "--output", "o", "-q"])
    #expect(outcome.status == 0 || outcome.errors.contains("error: "), "\(outcome.errors)")
    try write(place, time: { _ in "2023-02-30" })
    let refused = try run(place, ["run", "r.yaml", "--output", "p", "-q"])
    #expect((1...2).contains(refused.status) && refused.errors.contains("2023-02-30"), "\(refused.errors)")
  }

  @Test("a vocabulary of one item, one user, and one click")
  func one() throws {
    let place = try Workplace()
    try write(place, item: { _ in "7" })
    let item = try run(
      place,
      ["run", "r.yaml", "recall.seen=keep", "eval.seen=keep", "--output", "item", "-q"]
    )
    #expect(item.status == 0 || item.errors.contains("error: "), "\(item.errors)")
    try write(place, user: { _ in "7" })
    let user = try run(place, ["run", "r.yaml", "--output", "user", "-q"])
    #expect(user.status == 0 || user.errors.contains("error: "), "\(user.errors)")
    try place.write("c.csv", "user,item,ts\n1,2,3\n")
    let click = try run(place, ["run", "r.yaml", "--output", "click", "-q"])
    #expect(click.status == 1 && click.errors.contains("nothing is left to learn from"), "\(click.errors)")
  }

  @Test("a batch, a history and a list larger than all data")
  func large() throws {
    let place = try Workplace()
    try write(place)
    let settings = ["train.batch_size=65536", "encode.max_seq_len=1000", "recall.k=5000", "eval.k=[5000]"]
    let outcome = try run(place, ["run", "r.yaml"] + settings + ["--output", "o", "-q"])
    #expect(outcome.status == 0 || outcome.errors.contains("error: "), "\(outcome.errors)")
  }

  @Test(
    "sizes that no memory holds are refused with the setting, before anything is taken",
    arguments: [
      "model.embedding_dim=100000000", "model.hidden_units=[4096,1000000000]",
      "encode.max_seq_len=2147483648",
      "train.batch_size=9223372036854775807", "train.epochs=9999999999999999999",
      "eval.bootstrap.samples=99999999999",
      "config.data.synthetic.users=999999999999",
    ]
  )
  func sizes(setting: String) throws {
    let place = try Workplace()
    let outcome = try run(place, ["run", "r.yaml", setting, "-q"], megabytes: 3_000)
    #expect((1...2).contains(outcome.status), "\(outcome.errors)")
    #expect(outcome.errors.contains("error: "), "\(outcome.errors)")
  }

  @Test("a million columns")
  func columns() throws {
    let place = try Workplace()
    try write(place)
    let more = (3..<1_000_000).map { ",c\($0)" }.joined()
    let fields = String(repeating: ",1", count: 999_997)
    try place.write(
      "c.csv",
      "user,item,ts\(more)\n" + (0..<6).map { "\($0 % 2),\($0 % 3),\($0)\(fields)\n" }.joined()
    )
    let start = Date()
    let outcome = try run(place, ["run", "r.yaml", "--output", "o", "-q"])
    #expect(outcome.status == 0 || outcome.errors.contains("error: "), "\(outcome.errors.prefix(500))")
    #expect(Date().timeIntervalSince(start) < 60)
    #expect(outcome.errors.utf8.count < 20_000)
  }

  @Test("a thousand values of a sweep's parameter")
  func parameters() throws {
    let place = try Workplace()
    let values = (1...1000).map(String.init).joined(separator: ", ")
    let sweep =
      "sweep:\n  method: random\n  metric: eval.ndcg@5\n  run_cap: 1\n  parameters: { eval.seed: { values: [\(values)] } }\n"
    try place.write("s.yaml", Workplace.recipe + sweep)
    let start = Date()
    let outcome = try run(place, ["check", "s.yaml"])
    #expect(outcome.status == 0, "\(outcome.errors.prefix(500))")
    #expect(Date().timeIntervalSince(start) < 60)
  }
}
