import Foundation
import TestSupport
import Testing

/// Whole sweeps: what they leave, what survives, what they say of trials that fail.
@Suite("Sweeps", .serialized)
struct SweepRunTests {
  /// What is varied.
  static let base = """
    config: { seed: 3, data: { synthetic: { users: 200, items: 60, clicks: 2500 } } }
    split: { strategy: last_click, validation: second_last }
    encode: { max_seq_len: 8 }
    model: { embedding_dim: 8, hidden_units: [8], user_id: false, dropout: 0.0 }
    train: { epochs: 4, batch_size: 64, learning_rate: 2e-3, validation: {} }
    index:
    eval: { k: [5, 20] }

    """

  private static let search = """
    sweep:
      method: tpe
      metric: { name: train.validation_ndcg@20, goal: maximize }
      run_cap: 12
      retries: 100
      parameters:
        train.learning_rate: { distribution: log_uniform_values, min: 1e-4, max: 1e-1 }
        model.embedding_dim: { values: [4, 8] }
      early_terminate: { type: asha, min_iter: 1 }
      confirm: { top: 2, seeds: 2 }

    """

  /// A trial of the exported study.
  struct Trial: Decodable, Equatable {
    var number: Int
    var state: String
    var values: [Double]?
    var assignment: [String: Value]
    var reason: String?
    var attempts: Int
  }

  /// A parameter's value as recipes have it.
  enum Value: Decodable, Equatable {
    case number(Double)
    case list([Double])

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let number = try? container.decode(Double.self) {
        self = .number(number)
      } else {
        self = .list(try container.decode([Double].self))
      }
    }
  }

  private struct Export: Decodable { var trials: [Trial] }

  private static func place(_ sweep: String, base: String = base) throws -> Workplace {
    let place = try Workplace()
    try place.write("s.yaml", base + sweep)
    return place
  }

  private func trials(_ study: String, in place: Workplace) throws -> [Trial] {
    let out = try place.run("sweep", "export", study, "--json", "study.json")
    try #require(out.status == 0, Comment(rawValue: out.errors))
    return try JSONDecoder().decode(Export.self, from: place.bytes("study.json")).trials
  }

  @Test("A sweep leaves a report, a recipe that runs, and a study that says the same again")
  func whole() throws {
    let place = try Self.place(Self.search)
    let first = try place.run("sweep", "s.yaml", "--output", "study", "-q")
    try #require(first.status == 0, Comment(rawValue: first.errors))
    let found = try trials("study", in: place)
    #expect(found.map(\.number) == Array(0..<12))
    #expect(found.allSatisfy { ["complete", "pruned"].contains($0.state) && $0.attempts == 1 })
    #expect(found.contains { $0.state == "complete" })
    #expect(try place.run("sweep", "export", "study", "--csv", "t.csv").status == 0)
    #expect(try place.text("t.csv").split(separator: "\n").count == 13)
    #expect(try !place.text("t.csv").contains(",0.0,1,20"))  // every trial took some seconds
    // The recipe's own settings come first, as values, not as places among choices.
    #expect(
      found[0].assignment == ["train.learning_rate": .number(2e-3), "model.embedding_dim": .number(8)]
    )
    let report = try place.text("study/report.md")
    for heading in ["Honest winner", "Parameter importance", "Cost", "Reproduce"] {
      #expect(report.contains("\n## \(heading)\n"))
    }
    #expect(try place.run("run", "study/best.yaml", "-q").status == 0)
    // Nothing is left to do; nothing is run again.
    #expect(try place.run("sweep", "s.yaml", "--output", "study", "-q").status == 0)
    #expect(try trials("study", in: place) == found)
    // Another process draws the same trials.
    #expect(try place.run("sweep", "s.yaml", "--output", "again", "-q").status == 0)
    #expect(try trials("again", in: place) == found)
  }

  @Test("A study goes on with the data that it began with alone, and on fresh seeds with what is best now")
  func changedData() throws {
    let log = (0..<1500).map { "u\($0 % 120),i\(($0 * 7 + $0 / 120 * 3) % 40),\(1_500_000_000 + $0)\n" }
    let place = try Workplace()
    try place.write("c.csv", "user,item,time\n" + log.joined())
    let sweep = """
      config: { seed: 3, data: { path: ., clicks: c.csv }, columns: { user: user, item: item, time: time } }
      split: { strategy: last_click, validation: second_last }
      encode: { max_seq_len: 4 }
      model: { embedding_dim: 4, hidden_units: [4], user_id: false, dropout: 0.0 }
      train: { epochs: 1, batch_size: 64, validation: {} }
      sweep:
        method: grid
        metric: train.validation_ndcg@20
        run_cap: 2
        confirm: { top: 1, seeds: 2 }
        parameters: { train.learning_rate: { values: [1e-6, 1e-5, 1e-4, 3e-2] } }

      """
    try place.write("s.yaml", sweep)
    let first = try place.run("sweep", "s.yaml", "--output", "study", "-q")
    try #require(first.status == 0, Comment(rawValue: first.errors))
    let begun = try trials("study", in: place)

    try place.write("c.csv", "user,item,time\n" + log.prefix(1200).joined())
    try place.write("s.yaml", sweep.replacing("run_cap: 2", with: "run_cap: 4"))
    for arguments in [["sweep", "s.yaml", "--output", "study", "-q"], ["sweep", "worker", "study", "-q"]] {
      let refused = try place.run(arguments)
      #expect(refused.status != 0)
      #expect(
        refused.errors.contains("'c.csv' is not what it was when trials of this study read it"),
        Comment(rawValue: refused.errors)
      )
    }
    #expect(try trials("study", in: place) == begun)

    try place.write("c.csv", "user,item,time\n" + log.joined())
    let last = try place.run("sweep", "s.yaml", "--output", "study", "-q")
    #expect(last.status == 0, Comment(rawValue: last.errors))
    let all = try trials("study", in: place)
    #expect(all.count == 4 && Array(all.prefix(2)) == begun)
    let best = try #require(all.max { ($0.values?.first ?? 0) < ($1.values?.first ?? 0) })
    #expect(try place.text("study/best.yaml").contains("learning_rate: \(best.number == 3 ? "0.03" : "")"))
    #expect(try place.text("study/report.md").contains("the winner (setting \(best.number))"))
  }

  @Test("A sweep and its trials killed at twenty moments end in the trials of one that was left alone")
  func killed() throws {
    let place = try Self.place(Self.search)
    #expect(try place.run("sweep", "s.yaml", "--output", "calm", "--cache", "c1", "-q").status == 0)
    let calm = try trials("calm", in: place)
    var generator = SystemRandomNumberGenerator()
    var kills = 0
    for turn in 0..<20 {
      let running = try place.start(["sweep", "s.yaml", "--output", "stormy", "--cache", "c2", "-q"])
      usleep(UInt32.random(in: 50_000...900_000, using: &generator))
      // A trial, the sweep, or both.
      if turn % 3 != 1 { kills += Self.killTrials(of: running.process.processIdentifier) }
      if turn % 3 != 0, running.process.isRunning {
        kill(running.process.processIdentifier, SIGKILL)
        kills += 1
        _ = try running.finish()
      } else {
        usleep(200_000)
        kill(running.process.processIdentifier, SIGINT)
        _ = try running.finish()
      }
    }
    #expect(kills > 0)
    let last = try place.run("sweep", "s.yaml", "--output", "stormy", "--cache", "c2", "-q")
    #expect(last.status == 0, Comment(rawValue: last.errors))
    func outcome(_ trials: [Trial]) -> [Trial] {
      trials.map { trial in
        var trial = trial
        trial.attempts = 0
        return trial
      }
    }
    #expect(try outcome(trials("stormy", in: place)) == outcome(calm))
  }

  /// Kills the children of a process; returns how many.
  private static func killTrials(of parent: Int32) -> Int {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    var count = 0
    for process in names.compactMap(Int32.init) {
      guard let stat = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let end = stat.lastIndex(of: ")")
      else { continue }
      let fields = stat[stat.index(after: end)...].split(separator: " ")
      if fields.count > 1, Int32(fields[1]) == parent, kill(process, SIGKILL) == 0 { count += 1 }
    }
    return count
  }

  @Test("Four workers share a study of many trials, and none is run twice")
  func workers() throws {
    let place = try Self.place(
      """
      sweep:
        method: random
        metric: eval.ndcg@20
        run_cap: 40
        parameters: { eval.bootstrap: { min: 1, max: 40, distribution: int_uniform } }
        confirm: { top: 0 }

      """.replacing("eval.bootstrap", with: "train.seed")
    )
    let leader = try place.start(["sweep", "s.yaml", "train.epochs=1", "--output", "study", "-q"])
    while !place.exists("study/study.db"), leader.process.isRunning { usleep(20_000) }
    let others = try (0..<3).map { _ in try place.start(["sweep", "worker", "study", "-q"]) }
    for worker in [leader] + others {
      let outcome = try worker.finish()
      #expect(outcome.status == 0, Comment(rawValue: outcome.errors))
    }
    let found = try trials("study", in: place)
    #expect(found.map(\.number) == Array(0..<40))
    #expect(found.allSatisfy { $0.state == "complete" && $0.attempts == 1 })
  }

  @Test(
    "Trials that crash, hang, run out of memory or give no number cost themselves alone",
    .disabled(if: Sanitizer.isThere, "no memory can be limited under a sanitizer")
  )
  func failures() throws {
    let place = try Self.place(
      """
      sweep:
        method: grid
        metric: train.validation_ndcg@20
        trial_timeout: 15s
        retries: 0
        parameters:
          train.epochs: { values: [1, 10000] }
          train.learning_rate: { values: [1e-3, 1e6], when: { train.epochs: 1 } }
          model.hidden_units: { values: [[8], [16384, 16384]], when: { train.epochs: 1 } }
        confirm: { top: 0 }

      """,
      base: Self.base.replacing("dropout: 0.0", with: "dropout: 0.0, similarity: dot")
        .replacing("epochs: 4", with: "epochs: 4, optimizer: sgd")
    )
    let running = try place.start(
      ["-c", "ulimit -v 1000000; exec \"$0\" sweep s.yaml --output study", Tool.path],
      program: "/bin/sh"
    )
    let outcome = try running.finish()
    #expect(outcome.status == 0, Comment(rawValue: outcome.errors))
    let found = try trials("study", in: place)
    #expect(found.count == 5)
    let failed = found.filter { $0.state == "failed" }
    #expect(failed.count == 4)
    func reasons(_ holds: (Trial) -> Bool) -> [String] { found.filter(holds).compactMap(\.reason) }
    let slow = reasons { $0.assignment["train.epochs"] == .number(10_000) }
    #expect(slow.allSatisfy { $0.contains("trial_timeout") } && slow.count == 1)
    let huge = reasons { $0.assignment["model.hidden_units"] == .list([16384, 16384]) }
    #expect(huge.count == 2 && huge.allSatisfy { $0.contains("signal") || $0.contains("memory") })
    let broken = reasons {
      $0.assignment["train.learning_rate"] == .number(1e6)
        && $0.assignment["model.hidden_units"] == .list([8])
    }
    #expect(broken.count == 1 && broken[0].contains("the loss became not a number"))
    let report = try place.text("study/report.md")
    for reason in slow { #expect(report.contains(reason)) }
  }

  @Test(
    "A sweep of which every trial failed ends with 1, after its report; what a program said is in all that tells of it"
  )
  func allFailed() throws {
    let place = try Workplace()
    try place.write("f.sh", "echo 'the licence has expired' >&2\necho 'renew it' >&2\nexit 3\n")
    try place.write(
      "s.yaml",
      """
      config: { seed: 7, data: { synthetic: { users: 60, items: 40, clicks: 900 } } }
      split:
      script as f: { command: [/bin/sh, f.sh], metrics: [v], arguments: { x: 1 } }
      sweep: { method: grid, metric: f.v, parameters: { f.arguments.x: { values: [1, 2] } }, confirm: { top: 0 } }

      """
    )
    let outcome = try place.run("sweep", "s.yaml", "--allow-scripts", "--output", "study")
    #expect(outcome.status == 1, Comment(rawValue: outcome.errors))
    #expect(outcome.errors.contains("error: all 2 trials failed, and there is no best setting; the first: "))
    let said = "it said: the licence has expired / renew it"
    #expect(outcome.errors.contains("trial 1 failed") && outcome.errors.contains(said))
    #expect(try place.text("study/report.md").contains(said))
    #expect(try place.run("sweep", "export", "study", "--csv", "t.csv").status == 0)
    #expect(try place.text("t.csv").components(separatedBy: said).count == 3)
  }

  @Test("Bad sweep sections are errors with their place, before anything runs")
  func badSections() throws {
    let place = try Self.place("")
    let cases: [(String, String)] = [
      (
        "train.learning_rate: { min: 1, max: 1 }",
        "the range of 'sweep.parameters.train.learning_rate' is empty: 'min' is 1, 'max' 1"
      ),
      (
        "train.learning_rate: { distribution: log_uniform_values, min: 0, max: 1 }",
        "a logarithm needs numbers above 0: 'min' of 'sweep.parameters.train.learning_rate' is 0"
      ),
      (
        "train.learning_rat: { values: [1, 2] }",
        "no step reads 'train.learning_rat'; did you mean 'learning_rate'?"
      ),
      (
        "trian.epochs: { values: [1, 2] }", "no cell 'trian' to vary 'trian.epochs' in; did you mean 'train'?"
      ),
      (
        "train: { values: [1, 2] }",
        "'train' is a cell, not a setting: say which of its settings to vary, as 'train."
      ),
      ("train.epochs: { values: [1, many] }", "train.epochs=many cannot run: expected an integer from 1 to"),
      (
        "train.learning_rate: { distribution: uniform, min: 0.1, max: 0.5 }",
        "a grid needs values to go through: 'train.learning_rate' is a continuous range"
      ),
      (
        "train.epochs: { values: [1, 2] }, train.batch_size: { values: [8], when: { train.epochs: 3 } }",
        "'train.epochs' is never 3, by which 'train.batch_size' counts; its values: 1, 2"
      ),
    ]
    for (parameters, message) in cases {
      let sweep = "sweep:\n  method: grid\n  metric: eval.ndcg@20\n  parameters: { \(parameters) }\n"
      try place.write("s.yaml", Self.base + sweep)
      for verb in ["sweep", "check"] {
        let outcome = try place.run(verb, "s.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.errors.hasPrefix("s.yaml:11:"), Comment(rawValue: outcome.errors))
        #expect(outcome.errors.contains(message), Comment(rawValue: outcome.errors))
      }
    }
    let sweep = "sweep:\n  metric: eval.ndgc@20\n  parameters: { train.epochs: { values: [1, 2] } }\n"
    try place.write("s.yaml", Self.base + sweep)
    let outcome = try place.run("sweep", "s.yaml")
    #expect(outcome.status == 2)
    #expect(
      outcome.errors.contains(
        "s.yaml:9:3: error: no step gives the metric 'eval.ndgc@20'; did you mean 'eval.ndcg@20'?"
      )
    )
    #expect(place.list("outputs").isEmpty)
    let late = "sweep:\n  metric: eval.ndcg@20\n  parameters: { train.seed: { values: [1, 2] } }\n"
    try place.write("s.yaml", Self.base + late + "  early_terminate: { type: hyperband, min_iter: 9 }\n")
    let refused = try place.run("sweep", "s.yaml")
    #expect(refused.status == 2)
    #expect(
      refused.errors.contains(
        "s.yaml:11:39: error: nothing can be stopped from epoch 9 on: a training has 4"
      ),
      Comment(rawValue: refused.errors)
    )
  }
}
