import Foundation
import Testing

/// Sweeps whose trials race on the same users, and that end by themselves.
@Suite("Sweeps that end early", .serialized)
struct SweepRacingTests {
  private static let base = """
    config: { seed: 3, data: { synthetic: { users: 400, items: 60, clicks: 6000 } } }
    split: { strategy: last_click, validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false, dropout: 0.0 }
    train: { epochs: 5, batch_size: 64, learning_rate: 1e-2, validation: {} }

    """

  private struct Trial: Decodable, Equatable {
    struct Value: Decodable, Equatable { var step: Int; var value: Double }
    var number: Int
    var state: String
    var values: [Double]?
    var intermediates: [Value]
    var reason: String?
  }

  private struct Export: Decodable { var trials: [Trial] }

  private static func place(_ sweep: String) throws -> Workplace {
    let place = try Workplace()
    try place.write("s.yaml", base + sweep)
    return place
  }

  private static func trials(_ study: String, in place: Workplace) throws -> [Trial] {
    let out = try place.run("sweep", "export", study, "--json", "study.json")
    try #require(out.status == 0, Comment(rawValue: out.errors))
    return try JSONDecoder().decode(Export.self, from: place.bytes("study.json")).trials
  }

  private static let race = """
    sweep:
      method: grid
      metric: { name: train.validation_ndcg@20, goal: maximize }
      parameters: { train.learning_rate: { values: [1e-2, 5e-3, 1e-6, 2e-6] } }
      early_terminate: { type: racing, min_iter: 1 }
      confirm: { top: 0 }

    """

  @Test(
    "settings that learn nothing are stopped by the same users, whatever the cache has, and the report says so"
  )
  func racing() throws {
    let place = try Self.place(Self.race)
    let first = try place.run("sweep", "s.yaml", "--output", "race", "--cache", "c1", "-q")
    try #require(first.status == 0, Comment(rawValue: first.errors))
    let found = try Self.trials("race", in: place)
    #expect(found.map(\.state) == ["complete", "complete", "pruned", "pruned"])
    for trial in found.suffix(2) {
      #expect(trial.intermediates.count < 5)
      #expect(trial.reason?.contains("on the same 400 users") == true, Comment(rawValue: trial.reason ?? ""))
    }
    let report = try place.text("race/report.md")
    #expect(report.contains("\n## What ending early spared\n"))
    #expect(
      report.contains("towerbook sweep s.yaml sweep.early\\_terminate=null")
        || report.contains("sweep.early_terminate=null")
    )
    // The same from a cache that a sweep without racing has filled, and from one filled without any sweep.
    let whole = try place.run(
      "sweep",
      "s.yaml",
      "sweep.early_terminate=null",
      "--output",
      "all",
      "--cache",
      "c2",
      "-q"
    )
    #expect(whole.status == 0, Comment(rawValue: whole.errors))
    #expect(try Self.trials("all", in: place).allSatisfy { $0.state == "complete" })
    #expect(try place.run("run", "s.yaml", "train.learning_rate=1e-6", "--cache", "c3", "-q").status == 0)
    for cache in ["c2", "c3"] {
      let again = try place.run("sweep", "s.yaml", "--output", "again-\(cache)", "--cache", cache, "-q")
      #expect(again.status == 0, Comment(rawValue: again.errors))
      #expect(try Self.trials("again-\(cache)", in: place) == found)
    }
  }

  @Test("a race whose trials are killed ends in the trials of one that was left alone")
  func killed() throws {
    let place = try Self.place(Self.race)
    #expect(try place.run("sweep", "s.yaml", "--output", "calm", "--cache", "c1", "-q").status == 0)
    for turn in 0..<6 {
      let running = try place.start([
        "sweep", "s.yaml", "sweep.retries=100", "--output", "stormy", "--cache", "c2", "-q",
      ])
      usleep(UInt32(150_000 + 150_000 * turn))
      kill(running.process.processIdentifier, turn % 2 == 0 ? SIGKILL : SIGINT)
      _ = try running.finish()
    }
    let last = try place.run(
      "sweep",
      "s.yaml",
      "sweep.retries=100",
      "--output",
      "stormy",
      "--cache",
      "c2",
      "-q"
    )
    #expect(last.status == 0, Comment(rawValue: last.errors))
    #expect(try Self.trials("stormy", in: place) == Self.trials("calm", in: place))
  }

  @Test(
    "a search ends by itself once nothing that is left can win, and goes on where that is not asked for any more"
  )
  func settled() throws {
    let place = try Self.place(
      """
      sweep:
        method: random
        metric: { name: train.validation_ndcg@20, goal: maximize }
        run_cap: 30
        parameters: { train.learning_rate: { distribution: log_uniform_values, min: 1e-6, max: 2e-2 } }
        stop_when: { settled: 0.9 }
        confirm: { top: 0 }

      """
    )
    let first = try place.run("sweep", "s.yaml", "train.epochs=1", "--output", "study")
    try #require(first.status == 0, Comment(rawValue: first.errors))
    let found = try Self.trials("study", in: place)
    #expect(found.count >= 10 && found.count < 30)
    #expect(first.errors.contains("the search is settled after \(found.count) of 30 settings"))
    let report = try place.text("study/report.md")
    #expect(report.contains("The search ended by itself \(30 - found.count) trial"))
    #expect(!report.contains("was stopped before its end"))
    // Nothing more is run by the same command; without the setting the rest is.
    #expect(try place.run("sweep", "s.yaml", "train.epochs=1", "--output", "study", "-q").status == 0)
    #expect(try Self.trials("study", in: place) == found)
    let rest = try place.run(
      "sweep",
      "s.yaml",
      "train.epochs=1",
      "sweep.stop_when=null",
      "--output",
      "study",
      "-q"
    )
    #expect(rest.status == 0, Comment(rawValue: rest.errors))
    let all = try Self.trials("study", in: place)
    #expect(all.count == 30 && Array(all.prefix(found.count)) == found)
  }
}
