import Foundation
import Testing

/// Sweeps whose trials run elsewhere: with what stands in for Slurm (`Tests/Engines/slurm-stand-in`, no Slurm), and with a real
/// one where it answers.
@Suite("Sweeps on a cluster", .serialized)
struct ClusterSweepTests {
  /// A cluster and how recipes name it.
  struct Cluster: CustomTestStringConvertible {
    var testDescription: String
    /// The launcher's section; `BIN` is the folder of the stand-in's programs.
    var launcher: String
    var isStandIn = true
  }

  static let clusters: [Cluster] =
    [
      Cluster(testDescription: "a stand-in for Slurm", launcher: "{ type: slurm, poll: 0.2s }"),
      Cluster(
        testDescription: "a stand-in for Slurm, arrays",
        launcher: "{ type: slurm, poll: 0.2s, array: 4 }"
      ),
      Cluster(
        testDescription: "commands",
        launcher: """
          { type: command, poll: 0.2s, submit: "sbatch --comment={name} {script}", status: "status {job}", \
          cancel: "scancel {job}" }
          """
      ),
    ]
    + (hasSlurm
      ? [
        Cluster(
          testDescription: "a real Slurm",
          launcher: "{ type: slurm, poll: 0.5s, array: 4 }",
          isStandIn: false
        )
      ] : [])
    + (rayAddress.map {
      [
        Cluster(
          testDescription: "a real Ray",
          launcher: "{ type: ray, address: '\($0)', poll: 0.5s }",
          isStandIn: false
        )
      ]
    } ?? [])

  /// Where a real Ray is, if there is one.
  private static let rayAddress = ProcessInfo.processInfo.environment["RAY_ADDRESS"].flatMap {
    $0.hasPrefix("http") ? $0 : nil
  }

  /// Whether a real Slurm answers.
  static let hasSlurm: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", "sinfo --noheader"]
    (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private static let base = SweepRunTests.base

  private static func sweep(_ launcher: String?, parallel: Int = 1, trials: Int = 6, retries: Int = 100)
    -> String
  {
    """
    sweep:
      method: tpe
      metric: { name: train.validation_ndcg@20, goal: maximize }
      run_cap: \(trials)
      parallel: \(parallel)
      retries: \(retries)
      parameters:
        train.learning_rate: { distribution: log_uniform_values, min: 1e-4, max: 1e-1 }
        model.embedding_dim: { values: [4, 8] }
      early_terminate: { type: asha, min_iter: 1 }
      confirm: { top: 1, seeds: 2 }
    \(launcher.map { "  launcher: \($0)\n" } ?? "")
    """
  }

  /// A place with a stand-in's programs, and the environment in which they are found.
  private static func place(_ cluster: Cluster) throws -> (Workplace, [String: String]) {
    let place = try Workplace()
    let source = try Data(contentsOf: URL(fileURLWithPath: "\(Tool.repository)/Tests/Engines/slurm-stand-in"))
    for name in ["sbatch", "squeue", "scancel", "status"] {
      try place.write("bin/\(name)", source)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o755],
        ofItemAtPath: place.file("bin/\(name)")
      )
    }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return (place, cluster.isStandIn ? ["PATH": "\(place.file("bin")):\(path)"] : [:])
  }

  private func trials(_ study: String, in place: Workplace) throws -> [SweepRunTests.Trial] {
    struct Export: Decodable { var trials: [SweepRunTests.Trial] }
    let out = try place.run("sweep", "export", study, "--json", "study.json")
    try #require(out.status == 0, Comment(rawValue: out.errors))
    var trials = try JSONDecoder().decode(Export.self, from: place.bytes("study.json")).trials
    for index in trials.indices { trials[index].attempts = 0 }
    return trials
  }

  @Test(
    "it gives the trials and values of the sweep on one machine, and says where they ran",
    arguments: clusters
  )
  func same(cluster: Cluster) throws {
    let (place, environment) = try Self.place(cluster)
    let launcher = cluster.launcher.replacing("array: 4", with: "array: 1")
    try place.write("here.yaml", Self.base + Self.sweep(nil))
    try place.write("there.yaml", Self.base + Self.sweep(launcher))
    let here = try place.run("sweep", "here.yaml", "--output", "here", "--cache", "c1", "-q")
    try #require(here.status == 0, Comment(rawValue: here.errors))
    let plan = try place.run("sweep", "there.yaml", "--dry-run", environment: environment)
    #expect(plan.status == 0, Comment(rawValue: plan.errors))
    #expect(plan.output.contains("at most 1 at once\n"), Comment(rawValue: plan.output))
    #expect(plan.output.contains("one trial alone until config, split and encode are in the cache"))
    #expect(plan.output.contains("handed over by: "))
    let there = try place.run(
      ["sweep", "there.yaml", "--output", "there", "--cache", "c2", "-q"],
      environment: environment
    )
    try #require(there.status == 0, Comment(rawValue: there.errors))
    #expect(try trials("there", in: place) == trials("here", in: place))
    let report = try place.text("there/report.md")
    #expect(report.contains("\n## Where trials ran\n"))
    // No trial took more than one job: six of the search, and those on fresh seeds.
    let counts = try #require(report.firstMatch(of: /([0-9]+) jobs for ([0-9]+) trials on 1 machine took/))
    #expect(counts.output.1 == counts.output.2 && (Int(counts.output.1) ?? 0) >= 8)
    #expect(try !place.text("here/report.md").contains("Where trials ran"))
    #expect(place.list("there/jobs").isEmpty)
  }

  @Test(
    "killed at many moments, leader and trials, it loses nothing and doubles nothing",
    arguments: clusters
  )
  func killed(cluster: Cluster) throws {
    let (place, environment) = try Self.place(cluster)
    let launcher = cluster.launcher.replacing("array: 4", with: "array: 1")
    try place.write("here.yaml", Self.base + Self.sweep(nil))
    try place.write("there.yaml", Self.base + Self.sweep(launcher))
    #expect(try place.run("sweep", "here.yaml", "--output", "here", "--cache", "c1", "-q").status == 0)
    var generator = SystemRandomNumberGenerator()
    let words = ["sweep", "there.yaml", "--output", "there", "--cache", "c2", "-q"]
    for turn in 0..<10 {
      let running = try place.start(words, environment: environment)
      usleep(UInt32.random(in: 100_000...1_500_000, using: &generator))
      if turn % 2 == 0 { Self.killTrials(of: place.file("there/jobs")) }
      kill(running.process.processIdentifier, turn % 3 == 2 ? SIGINT : SIGKILL)
      _ = try running.finish()
      // Trials run on without a leader.
      usleep(UInt32.random(in: 0...500_000, using: &generator))
    }
    let last = try place.run(words, environment: environment)
    try #require(last.status == 0, Comment(rawValue: last.errors))
    #expect(try trials("there", in: place) == trials("here", in: place))
    #expect(place.list("there/jobs").isEmpty)
  }

  /// Kills the processes that run trials of this study.
  private static func killTrials(of jobs: String) {
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      guard let process = Int32(name),
        let line = FileManager.default.contents(atPath: "/proc/\(name)/cmdline")
      else {
        continue
      }
      let words = String(decoding: line, as: UTF8.self)
      if words.contains("sweep\0trial\0\(jobs)") { kill(process, SIGKILL) }
    }
  }

  @Test("many at once: none is run twice, and what all share is computed once", arguments: clusters)
  func many(cluster: Cluster) throws {
    let (place, environment) = try Self.place(cluster)
    try place.write(
      "s.yaml",
      Self.base
        + Self.sweep(cluster.launcher, parallel: 4, trials: 12).replacing(
          "method: tpe",
          with: "method: random"
        )
        .replacing("  early_terminate: { type: asha, min_iter: 1 }\n", with: "").replacing(
          "top: 1",
          with: "top: 0"
        )
    )
    let outcome = try place.run("sweep", "s.yaml", "--output", "study", environment: environment)
    try #require(outcome.status == 0, Comment(rawValue: outcome.errors))
    let found = try trials("study", in: place)
    #expect(found.map(\.number) == Array(0..<12) && found.allSatisfy { $0.state == "complete" })
    // One computed config, split, encode; the others took them.
    let logs = try place.list("study/logs").map { try place.text("study/logs/\($0)") }
    #expect(logs.count == 12)
    #expect(logs.count { $0.contains("waiting for another run that is at the same 'encode'") } == 0)
  }

  @Test(
    "a leader whose processor has no bfloat16 sends trials to machines that have it, and a machine without it says so",
    .enabled(if: PrecisionTests.hasBF16, "this processor has neither AVX-512 BF16 nor AMX")
  )
  func precision() throws {
    let (place, environment) = try Self.place(Self.clusters[0])
    let old = environment.merging(PrecisionTests.old) { $1 }
    let recipe = Self.base.replacing("train: {", with: "train: { precision: bf16,")
    try #require(recipe != Self.base)
    let sweep = Self.sweep("{ type: slurm, poll: 0.2s, setup: 'unset ONEDNN_MAX_CPU_ISA' }", trials: 2)
    try place.write("s.yaml", recipe + sweep)
    let checked = try place.run(["check", "s.yaml"], environment: old)
    #expect(
      checked.status == 0 && checked.errors.contains("warning: 'bf16' takes a processor"),
      "\(checked.errors)"
    )
    let outcome = try place.run(["sweep", "s.yaml", "--output", "study", "-q"], environment: old)
    #expect(outcome.status == 0, Comment(rawValue: outcome.errors))
    // Halving may stop the second.
    let states = try trials("study", in: place).map(\.state)
    #expect(
      states.first == "complete" && states.allSatisfy { ["complete", "pruned"].contains($0) },
      "\(states)"
    )
    let here = try place.run(["run", "s.yaml", "--output", "o", "--cache", "own", "-q"], environment: old)
    #expect(here.status == 1 && here.errors.contains("precision: 'bf16' takes a processor"), "\(here.errors)")
  }

  @Test("a job that was put back to the queue goes on, and an answer that was lost doubles no trial")
  func requeued() throws {
    let (place, environment) = try Self.place(Self.clusters[0])
    let slow = Self.base.replacing("epochs: 4", with: "checkpoint_epochs: 1, epochs: 60")
    try place.write(
      "s.yaml",
      slow + Self.sweep("{ type: slurm, poll: 0.2s }", trials: 1).replacing("top: 1", with: "top: 0")
    )
    try place.write("bin/state/mute", "")
    let running = try place.start(["sweep", "s.yaml", "--output", "study"], environment: environment)
    while running.process.isRunning, !place.hasCheckpoint() { usleep(20_000) }
    #expect(place.list("bin/state").filter { $0.hasPrefix("1") } == ["1000"])
    // Preemption: the process is ended, and the same job begins again.
    try place.write("bin/state/1000/requeue", "")
    let pid = try #require(Int32(place.text("bin/state/1000/pid").filter { $0.isNumber }))
    kill(pid, SIGKILL)
    let outcome = try running.finish()
    #expect(outcome.status == 0, Comment(rawValue: outcome.errors))
    #expect(outcome.errors.contains("Socket timed out"))
    let log = try place.text("study/logs/trials-0000.log")
    #expect(log.contains("going on after epoch"), Comment(rawValue: log))
    #expect(try trials("study", in: place).map(\.state) == ["complete"])
    #expect(place.list("bin/state").filter { $0.hasPrefix("1") } == ["1000"])
  }

  @Test("'sweep stop' reaches trials with a leader and without one, and they go on from their checkpoints")
  func stops() throws {
    let (place, environment) = try Self.place(Self.clusters[0])
    let slow = Self.base.replacing("epochs: 4", with: "checkpoint_epochs: 1, epochs: 9000")
    try place.write(
      "s.yaml",
      slow + Self.sweep("{ type: slurm, poll: 0.2s }", trials: 1).replacing("top: 1", with: "top: 0")
    )
    let words = ["sweep", "s.yaml", "--output", "study"]
    func begun() throws -> Workplace.Running {
      let running = try place.start(words, environment: environment)
      while running.process.isRunning, !place.hasCheckpoint() { usleep(20_000) }
      return running
    }
    let first = try begun()
    // There is one leader alone.
    let second = try place.run(words, environment: environment)
    #expect(
      second.status == 2 && second.errors.contains("leads this study"),
      Comment(rawValue: second.errors)
    )
    let helper = try place.run("sweep", "worker", "study")
    #expect(helper.status == 2 && helper.errors.contains("no workers"), Comment(rawValue: helper.errors))
    #expect(try place.run("sweep", "stop", "study").output == "asked 1 workers to stop\n")
    #expect(try first.finish().status == 0)
    #expect(try place.run("sweep", "status", "study").output.contains("1 waiting, 0 running"))
    let again = try begun()
    func status() throws -> String { try place.run("sweep", "status", "study").output }
    while again.process.isRunning, try !status().contains("trial 0: slurm job 1001, on ") { usleep(20_000) }
    kill(again.process.processIdentifier, SIGINT)
    let left = try again.finish()
    #expect(
      left.status == 130 && left.errors.contains("1 trial goes on with slurm"),
      Comment(rawValue: left.errors)
    )
    #expect(
      try place.run("sweep", "stop", "study").output
        == "asked 0 workers to stop\ntold 1 trials that run on without one to stop\n"
    )
    for _ in 0..<500 where !place.exists("bin/state/1001/code") { usleep(20_000) }
    #expect(try place.text("bin/state/1001/code") == "130\n")
    #expect(try place.text("study/logs/trials-0000.log").contains("going on after epoch"))
  }

  @Test("errors of engines are said as they are, with what to do")
  func errors() throws {
    let (place, environment) = try Self.place(Self.clusters[0])
    func run(_ launcher: String, _ environment: [String: String], retries: Int = 0) throws -> Tool.Outcome {
      try place.write("s.yaml", Self.base + Self.sweep(launcher, trials: 1, retries: retries))
      return try place.run(
        "sweep",
        "s.yaml",
        "--output",
        "study-\(UUID().uuidString.prefix(4))",
        environment: environment
      )
    }
    let missing = try run("slurm", ["PATH": "/nowhere"])
    #expect(missing.status == 2 && missing.errors.contains("launcher slurm: 'sbatch' is not found"))
    let partition = try run("{ type: slurm, partition: nowhere }", environment)
    #expect(partition.status == 1, Comment(rawValue: partition.errors))
    #expect(partition.errors.contains("error: sbatch refused: invalid partition specified: nowhere"))
    let dead = try run("{ type: ray, address: 'http://127.0.0.1:9' }", environment)
    #expect(
      dead.status == 2 && dead.errors.contains("http://127.0.0.1:9 does not answer: Failed to connect")
    )
    // A job that ends without a result: what it said last is shown.
    let broken = try run(
      "{ type: slurm, poll: 0.2s, setup: ['echo no such module >&2', 'exit 9'] }",
      environment
    )
    #expect(broken.status == 1, Comment(rawValue: broken.errors))
    #expect(
      broken.errors.contains("slurm says: FAILED); it said: no such module"),
      Comment(rawValue: broken.errors)
    )
    let check = try place.run("check", "s.yaml", "sweep.launcher={ type: slurm, time: 5 }")
    #expect(
      check.status == 2 && check.errors.contains("expected a time of a minute"),
      Comment(rawValue: check.errors)
    )
  }
}
